namespace Holdfast.DataPlane.Tests.Ddl;

/// <summary>Statements that change tables, from one PostgreSQL server to another one, through the programs as they are delivered.</summary>
[Trait("Category", "process")]
public sealed class PostgresDdlTests
{
    private const string Item = "CREATE TABLE item(id integer PRIMARY KEY, name varchar(20))";

    private const string Shapes = """
        SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'main'::regnamespace AND c.relkind IN ('r', 'i') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2
        """;

    /// <summary>Changes in the middle of traffic: nobody waits for anybody.</summary>
    private static readonly (int Before, string[] Sql)[] Changes =
    [
        (30, ["ALTER TABLE main.item ADD COLUMN Kind varchar(10) NOT NULL DEFAULT 'it''s'"]),
        (50, ["CREATE INDEX CONCURRENTLY by_kind ON item (kind)"]),
        (60, ["ALTER TABLE item ALTER name TYPE varchar(40)"]),
        (90, ["CREATE TABLE \"lat\"\"er\"(no serial PRIMARY KEY, what text, item int REFERENCES item(id))"]),
        (120, ["BEGIN", "INSERT INTO item(id, name) VALUES(1000, 'before')", "ALTER TABLE item RENAME kind TO sort",
            "INSERT INTO item(id, name, sort) VALUES(1001, 'between', 'x')", "ALTER TABLE item ADD COLUMN size int",
            "UPDATE item SET size = 7 WHERE id = 1000", "COMMIT"]),
        (150, ["ALTER TABLE item RENAME TO thing", "ALTER TABLE item2 RENAME TO item", "ALTER TABLE thing RENAME TO item2"]),
        (180, ["CREATE UNIQUE INDEX one_name ON item(name)"]),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "heavy")]
    public async Task Tables_change_in_the_middle_of_traffic_once_each_whenever_the_Incr_Sync_is_killed()
    {
        await using var scene = await DdlScene.Start("postgres", "postgres", Item,
            "CREATE TABLE item2(id integer PRIMARY KEY, name varchar(20), kind varchar(9) NOT NULL DEFAULT '')");
        scene.Run();
        var random = new Random(5);
        var writing = Task.Run(() => Traffic(scene.Source), Cancel);
        var kills = 0;
        for (; !writing.IsCompleted || kills < 8; kills++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 900)), TimeProvider.System, Cancel);
            await scene.Sync.Kill();
            scene.Again();
        }

        await writing;
        foreach (var table in (string[])["item", "item2", "\"lat\"\"er\""])
        {
            await scene.Same($"SELECT * FROM {table} ORDER BY 1");
        }

        Assert.Equal(await scene.Source.Rows(Shapes), await scene.Sink.Rows(Shapes));
        Assert.Equal(Changes.SelectMany(c => c.Sql).Where(IsDdl).Select(s => $"{s}|Applied"), await scene.Sink.Passed());
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills");
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task What_is_off_or_not_understood_stops_the_task_and_each_answer_is_taken_once()
    {
        await using var scene = await DdlScene.Start("postgres", "postgres", Item);
        scene.Run();
        await scene.Source.Run("INSERT INTO item VALUES(1, 'a')", "ALTER TABLE item DROP COLUMN name", "INSERT INTO item VALUES(2)");
        await Plant.Ends(scene.Sync, "DP-421");
        Assert.Contains("dropColumn", (string?)scene.Sync.Status["error"], StringComparison.Ordinal);
        Assert.Equal(["1|a"], await scene.Sink.Rows("SELECT * FROM item"));
        scene.Answer("apply");
        await scene.Has("SELECT * FROM item ORDER BY 1", "1", "2");

        // Of a transaction with rows nothing is there until the answer is, and then all of it.
        await scene.Source.Run("DO $$ BEGIN INSERT INTO item VALUES(3); ALTER TABLE item ADD COLUMN c int;"
            + " INSERT INTO item VALUES(4, 40); END $$");
        await Plant.Ends(scene.Sync, "DP-421");
        Assert.Equal(["1", "2"], await scene.Sink.Rows("SELECT * FROM item ORDER BY 1"));
        await Plant.Ends(scene.Answer("done"), "DP-402");
        Assert.Equal(["1", "2"], await scene.Sink.Rows("SELECT * FROM item ORDER BY 1"));
        await Plant.Ends(scene.Answer("apply", "ALTER TABLE item ADD COLUMN c nothing"), "DP-423");
        scene.Answer("apply", "ALTER TABLE item ADD COLUMN c int");
        await scene.Has("SELECT * FROM item ORDER BY 1", "1|", "2|", "3|", "4|40");

        await scene.Source.Run("ALTER TABLE item ADD COLUMN at timestamptz DEFAULT now()", "INSERT INTO item(id) VALUES(5)");
        await Plant.Ends(scene.Sync, "DP-421");
        Assert.Contains("computed", (string?)scene.Sync.Status["error"], StringComparison.Ordinal);
        scene.Answer("skip");
        await Plant.Ends(scene.Sync, "DP-402");
        await scene.Sink.Run("ALTER TABLE item ADD COLUMN at timestamptz");
        scene.Again();
        await scene.Same("SELECT id, at IS NULL FROM item WHERE id = 5");
        Assert.Equal(["Applied", "Edited", "Skipped"], (await scene.Sink.Passed()).Select(p => p[(p.LastIndexOf('|') + 1)..]));
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task Whoever_dies_at_a_step_of_a_statement_does_it_once()
    {
        await using var scene = await DdlScene.Start("postgres", "postgres", Item);
        scene.Run();
        await PointsOfDdl.Die(scene, Points.Point.OfDdl, n => [$"ALTER TABLE item ADD COLUMN c{n} int DEFAULT {n}"],
            n => $"INSERT INTO item(id, c{n}) VALUES({n}, {n})");
        await PointsOfDdl.Die(scene, Points.Point.OfDdl,
            n => ["BEGIN", $"INSERT INTO item(id) VALUES({n})", $"ALTER TABLE item ADD COLUMN c{n} int",
                $"UPDATE item SET c{n} = 1", "COMMIT"],
            n => $"INSERT INTO item(id, c{n}) VALUES(-{n}, {n})");
    }

    [Fact]
    public async Task What_is_off_is_off_for_all_kinds()
    {
        await using var scene = await DdlScene.Start("postgres", "postgres", Item);
        scene.Run(new JsonObject { ["apply"] = new JsonArray() });
        await scene.Source.Run("CREATE INDEX i ON item (name)");
        await Plant.Ends(scene.Sync, "DP-421");
    }

    private static bool IsDdl(string sql) =>
        sql.StartsWith("ALTER", StringComparison.Ordinal) || sql.StartsWith("CREATE", StringComparison.Ordinal);

    private static async Task Traffic(DdlSide source)
    {
        for (var id = 1; id <= 220; id++)
        {
            foreach (var (_, sql) in Changes.Where(c => c.Before == id))
            {
                await source.Run(sql);
            }

            var row = string.Create(CultureInfo.InvariantCulture, $"INSERT INTO item(id, name) VALUES({id}, 'n{id}')");
            await source.Run(id % 7 == 0 ? [row, string.Create(CultureInfo.InvariantCulture,
                $"UPDATE item SET name = name || '{id}' WHERE id > {id - 5}"), "DELETE FROM item2 WHERE id = " + (id - 6)] : [row]);
            if (id > 90)
            {
                await source.Run("INSERT INTO \"lat\"\"er\"(what) VALUES('b')");
            }
        }
    }
}
