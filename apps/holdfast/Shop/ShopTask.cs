using Holdfast.App.Fleet;
using Holdfast.Samples.Shop;

namespace Holdfast.App.Shop;

/// <summary>A place of the shop's rows, or of events of them.</summary>
internal enum ShopEngine
{
    Postgres,
    MariaDb,
    Kafka,
}

/// <summary>A task of the sample shop.</summary>
/// <param name="Id">Of the task.</param>
/// <param name="Protection">Its protection.</param>
/// <param name="From">PostgreSQL has the shop, MariaDB the warehouse.</param>
/// <param name="To">Another one.</param>
internal sealed record ShopTask(string Id, string Protection, ShopEngine From, ShopEngine To) : DemoTask(Id, Protection, "Running")
{
    private const long HourSeconds = 3600;

    private static readonly ShopTask Copy = new("shop-copy", "HIGH", ShopEngine.Postgres, ShopEngine.MariaDb);
    private static readonly ShopTask Events = new("shop-events", "MEDIUM", ShopEngine.Postgres, ShopEngine.Kafka);
    private static readonly ShopTask WarehouseCopy = new("warehouse-copy", "LOW", ShopEngine.MariaDb, ShopEngine.Postgres);
    private static readonly ShopTask WarehouseEvents = new("warehouse-events", "LOW", ShopEngine.MariaDb, ShopEngine.Kafka);

    /// <summary>Those that these servers allow.</summary>
    internal static IReadOnlyList<ShopTask> With(bool hasPostgres, bool hasMariaDb) => (hasPostgres, hasMariaDb) switch
    {
        (true, true) => [Copy, Events, WarehouseCopy],
        (true, false) => [Events],
        (false, true) => [WarehouseEvents],
        (false, false) => [],
    };

    /// <summary>Those of a data directory; none: there is no shop.</summary>
    internal static IReadOnlyList<ShopTask> In(string data) => ShopPlace.Read(ShopServer.Folder(data)) is { } place
        ? With(place.Postgres is not null, place.MariaDb is not null) : [];

    internal override string Subtopic => $"{Database}-db";

    internal override long? KeptSeconds => HourSeconds;

    internal override IReadOnlyList<string> Tables => [$"{Schema}.*"];

    internal override string Counter => $"{Schema}.journal.no";

    internal string Database => From == ShopEngine.Postgres ? ShopPlace.Shop : ShopPlace.Warehouse;

    private string Schema => From == ShopEngine.Postgres ? "public" : ShopPlace.Warehouse;

    internal override bool IsIn(string data) => In(data).Contains(this);

    internal override JsonObject SourceIn(string data) => At(From, data);

    internal override JsonObject SinkIn(string data)
    {
        var sink = At(To, data);
        if (To == ShopEngine.MariaDb)
        {
            sink["database"] = Database;
        }

        return sink;
    }

    /// <summary>Passwords are in files; a configuration names those.</summary>
    private JsonObject At(ShopEngine engine, string data)
    {
        var folder = Path.GetFullPath(ShopServer.Folder(data));
        var place = ShopPlace.Read(folder) ?? throw new InvalidOperationException($"there is no shop in {folder}");
        return engine switch
        {
            ShopEngine.Postgres => new JsonObject
            {
                ["kind"] = "postgres", ["host"] = "127.0.0.1", ["port"] = place.Postgres, ["database"] = Database,
                ["user"] = ShopPlace.Holdfast, ["passwordFile"] = ShopPlace.PasswordFile(folder, "postgres", ShopPlace.Holdfast),
            },
            ShopEngine.MariaDb => new JsonObject
            {
                ["kind"] = "mysql", ["host"] = "127.0.0.1", ["port"] = place.MariaDb,
                ["user"] = ShopPlace.Holdfast, ["passwordFile"] = ShopPlace.PasswordFile(folder, "mariadb", ShopPlace.Holdfast),
            },
            ShopEngine.Kafka => new JsonObject
            {
                ["kind"] = "kafka",
                ["kafka"] = new JsonObject
                {
                    ["servers"] = $"127.0.0.1:{place.Kafka}", ["name"] = Database, ["partitions"] = 1, ["replicationFactor"] = 1,
                },
            },
            _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, null),
        };
    }
}
