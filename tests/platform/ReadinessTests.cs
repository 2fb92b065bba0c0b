using Microsoft.Data.Sqlite;

namespace Holdfast.Platform.Tests;

/// <summary>A question about readiness is answered in time, with the reason.</summary>
[Trait("Category", "slow")]
public sealed class ReadinessTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_database_that_another_process_keeps_locked_is_named_as_that_before_the_lock_s_own_patience_ends()
    {
        await using var services = new ServiceCollection().AddLogging().AddSqliteState(_directory.Location).BuildServiceProvider();
        var store = services.GetRequiredService<IDocumentStore>();
        Assert.Null(await store.CheckHealth(TestContext.Current.CancellationToken));
        using (var other = new SqliteConnection($"Data Source={Path.Combine(_directory.Location, "holdfast.db")};Pooling=False"))
        {
            other.Open();
            using var hold = other.CreateCommand();
            hold.CommandText = "BEGIN IMMEDIATE; INSERT OR REPLACE INTO holdfast_health VALUES (2, 'x')";
            hold.ExecuteNonQuery();
            // Its own limit is below the 8 s for which a writer waits for the lock.
            var why = await store.CheckHealth(TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
            Assert.EndsWith("another process keeps the database locked", why, StringComparison.Ordinal);
        }

        await AnswersAgain(store);
    }

    /// <summary>Questions that nobody waited for any more have not piled up.</summary>
    private static async Task AnswersAgain(IDocumentStore store)
    {
        for (var n = 0; n < 20; n++)
        {
            if (await store.CheckHealth(TestContext.Current.CancellationToken) is null)
            {
                return;
            }
        }

        Assert.Fail("the lock is gone and the store does not answer");
    }

    /// <summary>A role that may not connect any more: the probe's own failure hid which work had failed.</summary>
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("no room", null, "no room")]
    [InlineData(null, "PF-331 writing a.b failed", "PF-331 writing a.b failed")]
    [InlineData("no room", "PF-331 writing a.b failed", "PF-331 writing a.b failed; and asked just now: no room")]
    public void What_the_work_was_refused_is_said_beside_what_the_probe_finds(string? probe, string? work, string? said) =>
        Assert.Equal(said, Health.StoreFault(probe, work));

    [Fact]
    public async Task A_list_waits_a_moment_for_what_is_not_known_yet_and_not_for_ever()
    {
        var (time, asked) = (new ManualTime(), 0);
        var answer = OnceHeard.Heard(() => ++asked > 3, time, TestContext.Current.CancellationToken);
        await Pass(time, answer);
        Assert.True(await answer);
        var never = OnceHeard.Heard(() => false, time, TestContext.Current.CancellationToken);
        await Pass(time, never);
        Assert.False(await never);
    }

    private static async Task Pass(ManualTime time, Task answer)
    {
        while (!answer.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }
}
