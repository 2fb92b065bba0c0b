using Holdfast.Engine.Postgres.Catalog;
using Holdfast.Engine.Postgres.Db;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>Each right, setting and limit that is missing is named, with the statement that mends it.</summary>
[Trait("Category", "process")]
public class PostgresRightsTests
{
    /// <summary>The tests run on the newest version that is tried.</summary>
    protected virtual bool IsNewest => false;

    private static readonly StreamFilter One = new() { Tables = ["main.t"] };

    [Fact]
    public async Task What_a_source_lacks_is_named_and_the_statements_that_are_said_mend_it()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        var server = (await database.Database) with { User = $"source_{(await database.Database).Database}" };
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)", $"CREATE ROLE {server.User} LOGIN",
            $"ALTER ROLE {server.User} SET statement_timeout = 30000");
        await using var catalog = new PostgresCatalog(server);
        var faults = await catalog.Checks(One, Cancel);
        Assert.Equal(["DP-159", "DP-160", "DP-172", "DP-174", "DP-174", "DP-174", "DP-174"], faults.Select(f => f.Code).Order());
        await Mend(database, faults);
        await using var again = new PostgresCatalog(server with { Host = "localhost" }); // A setting of a role holds for new sessions.
        Assert.Equal(["DP-159"], (await again.Checks(One, Cancel)).Select(f => f.Code));
        await database.Run($"DROP OWNED BY {server.User}", "DROP PUBLICATION holdfast", $"DROP ROLE {server.User}");
    }

    [Fact]
    public async Task What_a_sink_lacks_is_named_and_the_statements_that_are_said_mend_it()
    {
        await using var database = new ExaminedPostgres(IsNewest);
        var server = (await database.Database) with { User = $"sink_{(await database.Database).Database}" };
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)", $"CREATE ROLE {server.User} LOGIN",
            $"GRANT SELECT ON t TO {server.User}");
        await using var catalog = new PostgresCatalog(server);
        var faults = await catalog.SinkChecks(One, Cancel);
        Assert.Equal(["DP-174", "DP-174", "DP-174", "DP-176", "DP-188"], faults.Select(f => f.Code).Order());
        Assert.Contains(
            faults, f => f.Message.Contains("lacks INSERT, UPDATE, DELETE, TRUNCATE on \"main\".\"t\"", StringComparison.Ordinal));
        await Mend(database, faults);
        Assert.Empty(await catalog.SinkChecks(One, Cancel));
        Assert.Equal("DP-145", Assert.Single(await catalog.SinkChecks(new StreamFilter { Tables = ["main.gone"] }, Cancel)).Code);
        await database.Run($"DROP OWNED BY {server.User}", $"DROP ROLE {server.User}");
    }

    [Fact]
    public async Task What_changes_of_tables_need_is_named_and_the_statements_that_are_said_mend_it()
    {
        await using var database = new ExaminedPostgres();
        var server = (await database.Database) with { User = $"changes_{(await database.Database).Database}" };
        await database.Run("CREATE TABLE t(id integer PRIMARY KEY)", $"CREATE ROLE {server.User} LOGIN");
        await using var catalog = new PostgresCatalog(server);
        var fault = Assert.Single(await catalog.DdlChecks(isSink: false, One, Cancel));
        Assert.Equal("DP-427", fault.Code);
        Assert.Contains("holdfast-data ddl-capture | psql", fault.Workaround, StringComparison.Ordinal);
        await using (var owner = new PostgresCatalog(await database.Database))
        {
            // The Store of a superuser installs it.
            Assert.Empty(await owner.DdlChecks(isSink: false, One, Cancel));
        }

        await database.Run(Holdfast.Engine.Postgres.Capture.DdlCapture.Script);
        var granted = Assert.Single(await catalog.DdlChecks(isSink: false, One, Cancel));
        Assert.Contains("GRANT SELECT ON holdfast.hf_key TO", granted.Workaround, StringComparison.Ordinal);
        await Mend(database, [granted]);
        Assert.Empty(await catalog.DdlChecks(isSink: false, One, Cancel));

        var lacking = await catalog.DdlChecks(isSink: true, One, Cancel);
        Assert.Equal(["DP-174", "DP-174"], lacking.Select(f => f.Code));
        await Mend(database, lacking);
        Assert.Empty(await catalog.DdlChecks(isSink: true, One, Cancel));
        await database.Run($"REASSIGN OWNED BY {server.User} TO holdfast", $"DROP OWNED BY {server.User}", $"DROP ROLE {server.User}");
    }

    /// <summary>Mends by the statements that are said, in their order; of two ways the first one.</summary>
    private static Task Mend(ExaminedPostgres database, IReadOnlyList<SourceFault> faults) =>
        database.Run([.. faults.Where(f => f.Code != "DP-159").Select(f => f.Workaround.Split("; or ")[0])]);
}
