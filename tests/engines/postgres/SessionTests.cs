using Holdfast.Engine.Postgres.Db;
using Holdfast.Engines.Tests.Exam;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>Work on a connection of its own.</summary>
[Trait("Category", "process")]
public sealed class SessionTests
{
    /// <summary>It was the driver's error, which nobody expects: a Store that was stopped as its server fell ended by it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_of_the_server_is_a_fault_also_for_one_that_is_told_to_end_meanwhile(bool isEnding)
    {
        var database = await TestPostgres.Database();
        try
        {
            using var end = new CancellationTokenSource();
            var fault = await Assert.ThrowsAsync<SourceFaultException>(() => Session.Alone(database, "test", async session =>
            {
                await session.Run("SELECT 1", end.Token);
                if (isEnding)
                {
                    await end.CancelAsync();
                }

                return await session.Run("SELECT * FROM nowhere", Rows.Cancel);
            }, end.Token));
            Assert.Contains("nowhere", fault.Fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            await TestPostgres.Drop(database);
        }
    }
}
