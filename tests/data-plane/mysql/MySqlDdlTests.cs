using Holdfast.Engine.MySql.Db;

namespace Holdfast.DataPlane.Tests.MySql;

/// <summary>Statements that change tables, from one MariaDB server to another one, through the programs as they are delivered.</summary>
[Trait("Category", "process")]
public sealed class MySqlDdlTests
{
    private const string Item = "CREATE TABLE shop.item(id INT PRIMARY KEY, name VARCHAR(20))";
    private const string Passed = "FROM holdfast.hf_ddl ORDER BY length(position), position";
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(120);

    /// <summary>Changes in the middle of traffic: nobody waits for anybody.</summary>
    private static readonly (int Before, string Sql)[] Changes =
    [
        (30, "ALTER TABLE shop.item ADD COLUMN kind VARCHAR(10) NOT NULL DEFAULT 'it\\'s', ADD KEY by_kind (kind)"),
        (60, "ALTER TABLE item MODIFY name VARCHAR(40) NULL COMMENT 'a; b'"),
        (90, "CREATE TABLE `late``r`(no INT AUTO_INCREMENT PRIMARY KEY, what ENUM('a','b'), item INT, "
            + "FOREIGN KEY (item) REFERENCES item(id))"),
        (120, "RENAME TABLE shop.item TO shop.swap, shop.item2 TO shop.item, shop.swap TO shop.item2"),
        (150, "ALTER TABLE item CHANGE kind sort VARCHAR(10) NOT NULL DEFAULT 'x' FIRST"),
        (180, "CREATE UNIQUE INDEX one_name ON item(name)"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "heavy")]
    public async Task Tables_change_in_the_middle_of_traffic_once_each_whenever_the_Incr_Sync_is_killed()
    {
        await using var first = await MariaDb.Start();
        await using var second = await MariaDb.Start();
        await using var plant = new Plant();
        string[] made = ["CREATE DATABASE shop", Item,
            "CREATE TABLE shop.item2(id INT PRIMARY KEY, name VARCHAR(20), kind VARCHAR(9) NOT NULL DEFAULT '')"];
        await first.Run(made);
        await second.Run(made);
        await Plant.Serves(Store(plant, first));
        var sync = Sync(plant, second);
        var random = new Random(5);
        var writing = Task.Run(() => Traffic(first), Cancel);
        var kills = 0;
        for (; !writing.IsCompleted || kills < 8; kills++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 900)), TimeProvider.System, Cancel);
            await sync.Kill();
            sync = plant.Start("incr-sync", "t1", "t1");
        }

        await writing;
        var wanted = await All(first);
        await Converged(async () => (await All(second)).SequenceEqual(wanted), () => sync.Status.ToJsonString() + "\n" + sync.Output);
        Assert.Equal(await Shapes(first), await Shapes(second));
        Assert.Equal(Changes.Select(c => c.Sql), await Rows(second, $"SELECT statement {Passed}"));
        Assert.Equal(["0"], await Rows(second, "SELECT count(*) FROM holdfast.hf_ddl WHERE outcome = 'Begun'"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills");
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task What_is_off_or_not_understood_stops_the_task_and_each_answer_is_taken_once()
    {
        await using var first = await MariaDb.Start();
        await using var second = await MariaDb.Start();
        await using var plant = new Plant();
        await first.Run("CREATE DATABASE shop", Item);
        await second.Run("CREATE DATABASE copy", Item.Replace("shop.", "copy.", StringComparison.Ordinal));
        await Plant.Serves(Store(plant, first));
        DataProcess Answered(params JsonObject[] answers) => Sync(plant, second, c =>
        {
            c["sink"]!["database"] = "copy";
            c["ddl"] = new JsonObject { ["answers"] = new JsonArray([.. answers.Select(a => (JsonNode)a)]) };
        });

        var sync = Answered();
        await first.Run(
            "INSERT INTO shop.item VALUES(1, 'a'), (2, 'b')", "TRUNCATE TABLE shop.item", "INSERT INTO shop.item VALUES(3, 'c')");
        await Plant.Ends(sync, "DP-421");
        Assert.Contains("truncateTable", (string?)sync.Status["error"], StringComparison.Ordinal);
        Assert.Equal(["1", "2"], await Rows(second, "SELECT id FROM copy.item ORDER BY id"));
        sync = Answered(Said(sync, "skip"));
        await Has(second, "SELECT id FROM copy.item ORDER BY id", () => sync.Output, "1", "2", "3");

        await first.Run("ALTER TABLE shop.item /*!50000 ADD COLUMN hidden INT */", "INSERT INTO shop.item VALUES(4, 'd', 40)");
        await Plant.Ends(sync, "DP-421");
        await second.Run("ALTER TABLE copy.item ADD COLUMN hidden INT");
        sync = Answered(Said(sync, "done"));
        await Has(second, "SELECT hidden FROM copy.item WHERE id = 4", () => sync.Output, "40");

        await first.Run("ALTER TABLE shop.item DROP COLUMN hidden", "INSERT INTO shop.item VALUES(5, 'e')");
        await Plant.Ends(sync, "DP-421");
        await Plant.Ends(sync = Answered(Said(sync, "done")), "DP-422");
        sync = Answered(Said(sync, "apply"));
        await Has(second, "SELECT id FROM copy.item WHERE id = 5", () => sync.Output, "5");
        Assert.Empty(await Rows(second, "SHOW COLUMNS FROM copy.item LIKE 'hidden'"));

        await first.Run("ALTER TABLE shop.item ADD COLUMN wide INT DEFAULT 7", "DROP TABLE shop.item");
        await Plant.Ends(sync, "DP-421");
        await Plant.Ends(sync = Answered(Said(sync, "apply", "ALTER TABLE copy.nothing COMMENT 'x'")), "DP-423");
        sync = Answered(Said(sync, "apply", "RENAME TABLE item TO item_old"));
        await Has(second, "SELECT wide FROM copy.item_old WHERE id = 5", () => sync.Output, "7");
        await Has(second, $"SELECT outcome {Passed}", () => sync.Output, "Skipped", "Done", "Applied", "Applied", "Edited");
    }

    private static JsonObject Said(DataProcess sync, string answer, string? statement = null)
    {
        var said = new JsonObject { ["ticket"] = DdlTests.TicketIn(sync), ["answer"] = answer };
        if (statement is not null)
        {
            said["statement"] = statement;
        }

        return said;
    }

    private static async Task Traffic(MariaDb server)
    {
        await using var connection = await Connections.Open(server.Server, Cancel, isPooled: false);
        // As applications have it: a backslash in a text is no letter.
        await connection.Run("SET SESSION sql_mode = 'STRICT_TRANS_TABLES'", Cancel);
        await connection.Run("USE shop", Cancel);
        for (var id = 1; id <= 220; id++)
        {
            foreach (var (_, sql) in Changes.Where(c => c.Before == id))
            {
                await connection.Run(sql, Cancel);
            }

            await connection.Run(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO item(id, name) VALUES({id}, 'n{id}')"), Cancel);
            if (id % 7 == 0)
            {
                await connection.Run(string.Create(CultureInfo.InvariantCulture,
                    $"UPDATE item SET name = CONCAT(name, '{id}') WHERE id > {id - 5}; DELETE FROM item2 WHERE id = {id - 6}"), Cancel);
            }

            if (id > 90)
            {
                await connection.Run("INSERT INTO `late``r`(what) VALUES('b')", Cancel);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, Cancel);
        }
    }

    private static async Task<List<string>> All(MariaDb server) => [.. await Rows(server, "SELECT * FROM shop.item ORDER BY id"),
        .. await Rows(server, "SELECT * FROM shop.item2 ORDER BY id"), .. await Rows(server, "SELECT * FROM shop.`late``r` ORDER BY 1")];

    private static async Task<List<string>> Shapes(MariaDb server) => [.. await Rows(server, """
        SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, COLUMN_COMMENT
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'shop' ORDER BY 1, 3
        """), .. await Rows(server, """
        SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, NON_UNIQUE FROM information_schema.STATISTICS
        WHERE TABLE_SCHEMA = 'shop' ORDER BY 1, 2, 3
        """)];

    /// <summary>Rows of a query; of a table that is not there one row that says so.</summary>
    private static async Task<List<string>> Rows(MariaDb server, string sql)
    {
        try
        {
            await using var connection = await Connections.Open(server.Server, Cancel);
            return (await connection.All(sql, Cancel)).ConvertAll(
                r => string.Join("|", r.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture))));
        }
        catch (MySqlConnector.MySqlException error)
        {
            return [error.Message];
        }
    }

    private static Task Has(MariaDb server, string sql, Func<string> told, params string[] rows) =>
        Converged(async () => (await Rows(server, sql)).SequenceEqual(rows), told);

    private static async Task Converged(Func<Task<bool>> holds, Func<string> told)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); !await holds();)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Slow)
            {
                Assert.Fail(told());
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
        }
    }

    private static DataProcess Store(Plant plant, MariaDb server) => plant.StartStore("st1", "", "shop", c =>
    {
        c["source"] = Configured(server);
        c["tables"] = new JsonArray("shop.*");
    });

    private static DataProcess Sync(Plant plant, MariaDb server, Action<JsonObject>? change = null) => plant.StartSync(
        "t1", "", "shop", c =>
        {
            c["sink"] = Configured(server);
            change?.Invoke(c);
        });

    private static JsonObject Configured(MariaDb server) => new()
    {
        ["kind"] = "mysql", ["host"] = "127.0.0.1", ["port"] = server.Port, ["user"] = server.Server.User,
        ["password"] = server.Server.Password,
    };
}
