using Holdfast.DataPlane.Points;

namespace Holdfast.DataPlane.Tests.Ddl;

/// <summary>Statements of one engine at a sink of another one: the same is done in the sink's language, or a person is asked.</summary>
[Trait("Category", "process")]
public sealed class PairDdlTests
{
    private static readonly JsonObject All = new()
    {
        ["apply"] = new JsonArray("addColumn", "modifyColumn", "renameColumn", "dropColumn", "setDefault", "createTable", "dropTable",
            "truncateTable", "renameTable", "createIndex", "dropIndex"),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes a table, in each engine's language.</summary>
    private static string Made(string engine, string sink) => sink == "sqlite"
        // Decimals and days are no matter for it.
        ? "CREATE TABLE thing(id bigint PRIMARY KEY, name varchar(20) NOT NULL UNIQUE, price double precision, ok boolean DEFAULT true)"
        : engine switch
    {
        "postgres" => "CREATE TABLE thing(id bigserial PRIMARY KEY, name varchar(20) NOT NULL UNIQUE, price numeric(10,2), at timestamp,"
            + " ok boolean DEFAULT true, data bytea)",
        "mysql" => "CREATE TABLE thing(id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL, price DECIMAL(10,2),"
            + " at DATETIME(6), ok TINYINT(1) DEFAULT 1, data LONGBLOB, UNIQUE KEY by_name (name)) ENGINE=InnoDB COMMENT='x'",
        _ => "CREATE TABLE thing(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, price REAL, at TEXT, ok INT DEFAULT 1,"
            + " data BLOB)",
    };

    [Fact]
    public Task Tables_change_at_PostgreSQL_as_they_do_at_MariaDB() => TablesChange("mysql", "postgres");

    [Theory]
    [Trait("Category", "heavy")]
    [InlineData("postgres", "mysql")]
    [InlineData("sqlite", "postgres")]
    [InlineData("sqlite", "mysql")]
    [InlineData("postgres", "sqlite")]
    [InlineData("mysql", "sqlite")]
    public Task Tables_change_at_the_sink_as_they_do_at_the_source(string from, string to) => TablesChange(from, to);

    private static async Task TablesChange(string from, string to)
    {
        await using var scene = await DdlScene.Start(from, to, "CREATE TABLE item(id int PRIMARY KEY)");
        scene.Run((JsonObject)All.DeepClone());
        await Step(scene, Made(from, to), "INSERT INTO thing(id, name, price) VALUES(1, 'it''s', 2.50)",
            "SELECT id, name FROM thing ORDER BY 1");
        await Step(scene, "ALTER TABLE thing ADD COLUMN kind varchar(10) DEFAULT 'a''b'",
            "INSERT INTO thing(id, name, kind) VALUES(2, 'x', 'k')", "SELECT id, name, kind FROM thing ORDER BY 1");
        await Step(scene, "ALTER TABLE thing ADD COLUMN size int NOT NULL DEFAULT -7", "INSERT INTO thing(id, name) VALUES(3, 'y')",
            "SELECT id, kind, size FROM thing ORDER BY 1");
        await Step(scene, "ALTER TABLE thing RENAME COLUMN kind TO sort", "INSERT INTO thing(id, name, sort) VALUES(4, 'z', 's')",
            "SELECT id, sort FROM thing ORDER BY 1");
        await Step(scene, "CREATE UNIQUE INDEX one_size ON thing (id, size)", "DELETE FROM thing WHERE id = 1",
            "SELECT id FROM thing ORDER BY 1");
        if (from != "sqlite")
        {
            await Step(scene, "DROP INDEX one_size" + (from == "mysql" ? " ON thing" : ""), "INSERT INTO thing(id, name) VALUES(5, 'v')",
                "SELECT id FROM thing ORDER BY 1");
            await Step(scene, "ALTER TABLE thing DROP COLUMN size", "INSERT INTO thing(id, name) VALUES(6, 'u')",
                "SELECT id, name, sort FROM thing ORDER BY 1");
            await Step(scene, "ALTER TABLE thing RENAME TO other", "INSERT INTO other(id, name) VALUES(7, 'w')",
                "SELECT id, name, sort FROM other ORDER BY 1");
        }

        var last = from == "sqlite" ? "thing" : "other";
        await scene.Source.Run($"DROP TABLE {last}");
        await scene.Has($"SELECT count(*) FROM {last}", (await scene.Sink.Rows("SELECT 1 FROM nowhere"))[0].Replace("nowhere", last,
            StringComparison.Ordinal));
        await scene.Applied(from == "sqlite" ? 6 : 9);
    }

    [Theory]
    [Trait("Category", "heavy")]
    [InlineData("mysql", "postgres", "ALTER TABLE item ADD COLUMN place POINT", "point")]
    [InlineData("mysql", "postgres", "ALTER TABLE item ADD COLUMN n INT NOT NULL", "does not say")]
    [InlineData("mysql", "postgres", "ALTER TABLE item MODIFY id SMALLINT", "does not hold")]
    [InlineData("postgres", "mysql", "ALTER TABLE item ADD COLUMN r int4range", "int4range")]
    [InlineData("postgres", "sqlite", "ALTER TABLE item ADD COLUMN at timestamp", "takes every timestamp")]
    [InlineData("postgres", "mysql", "CREATE INDEX i ON item ((id + 1))", "expression")]
    [InlineData("postgres", "mysql", "CREATE INDEX i ON item (id) WHERE id > 5", "WHERE")]
    public async Task What_the_sink_has_no_like_of_is_a_person_s_matter(string from, string to, string sql, string why)
    {
        await using var scene = await DdlScene.Start(from, to, "CREATE TABLE item(id int PRIMARY KEY)");
        scene.Run();
        await scene.Source.Run("INSERT INTO item(id) VALUES(1)", sql);
        await Plant.Ends(scene.Sync, "DP-421");
        Assert.Contains(why, (string?)scene.Sync.Status["error"], StringComparison.Ordinal);
        scene.Answer("apply", "ALTER TABLE item ADD COLUMN mine int");
        await scene.Has("SELECT id, mine FROM item", "1|");
    }

    [Fact]
    public async Task What_is_off_is_shown_in_the_sink_s_language_and_applied_in_it_when_a_person_says_so()
    {
        await using var scene = await DdlScene.Start("mysql", "postgres", "CREATE TABLE item(id int PRIMARY KEY, c int)");
        scene.Run();
        await scene.Source.Run("INSERT INTO item VALUES(1, 2)", "ALTER TABLE item DROP COLUMN c");
        await Plant.Ends(scene.Sync, "DP-421");
        Assert.Contains("ALTER TABLE \"main\".\"item\" DROP COLUMN \"c\"", (string?)scene.Sync.Status["error"], StringComparison.Ordinal);
        scene.Answer("apply");
        await scene.Has("SELECT * FROM item", "1");
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task From_MariaDB_to_PostgreSQL_whoever_dies_at_a_step_of_a_statement_does_it_once()
    {
        await using var scene = await DdlScene.Start("mysql", "postgres", "CREATE TABLE item(id int PRIMARY KEY)");
        scene.Run();
        await PointsOfDdl.Die(scene, Point.OfDdl, n => [$"ALTER TABLE item ADD COLUMN c{n} INT DEFAULT {n}"],
            n => $"INSERT INTO item(id, c{n}) VALUES({n}, {n})");
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task From_PostgreSQL_to_MariaDB_whoever_dies_at_a_step_of_a_statement_does_it_once()
    {
        await using var scene = await DdlScene.Start("postgres", "mysql", "CREATE TABLE item(id int PRIMARY KEY)");
        scene.Run();
        await PointsOfDdl.Die(scene, Point.OfDdlAlone, n => [$"ALTER TABLE item ADD COLUMN c{n} integer DEFAULT {n}"],
            n => $"INSERT INTO item(id, c{n}) VALUES({n}, {n})");
    }

    /// <summary>
    /// A person must decide about a transaction that has rows besides, on a server where a change of a table ends the transaction.
    /// </summary>
    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_transaction_that_changes_tables_and_writes_rows_stops_where_the_sink_cannot_do_it_as_one()
    {
        await using var scene = await DdlScene.Start("postgres", "mysql", "CREATE TABLE item(id int PRIMARY KEY)");
        scene.Run();
        await scene.Source.Run("BEGIN", "INSERT INTO item VALUES(1)", "ALTER TABLE item ADD COLUMN c int",
            "INSERT INTO item VALUES(2, 3)", "COMMIT");
        await Plant.Ends(scene.Sync, "DP-426");
        Assert.Empty(await scene.Sink.Rows("SELECT id FROM item"));
        await scene.Sink.Run("ALTER TABLE item ADD COLUMN c int");
        scene.Answer("done");
        await scene.Has("SELECT id, c FROM item ORDER BY 1", "1|", "2|3");
    }

    private static async Task Step(DdlScene scene, string change, string row, string same)
    {
        await scene.Source.Run(change);
        if (scene.Source.IsSlow)
        {
            // Rows that a writer does not let the Store look at the table before are rows of the table of before.
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Cancel);
        }

        await scene.Source.Run(row);
        await scene.Same(same);
    }
}
