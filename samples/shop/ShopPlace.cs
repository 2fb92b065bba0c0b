namespace Holdfast.Samples.Shop;

/// <summary>Addresses of the sample shop's servers: shop.json of its folder, without a secret. Those stand in files beside it.</summary>
/// <param name="Folder">Of the shop.</param>
/// <param name="Postgres">Port of its PostgreSQL; null: there is none.</param>
/// <param name="MariaDb">Port of its MariaDB; null: there is none.</param>
/// <param name="Kafka">Port of what stands in for Kafka.</param>
internal sealed record ShopPlace(string Folder, int? Postgres, int? MariaDb, int Kafka)
{
    /// <summary>The shop's own database, at the source and at the sink; of the warehouse <see cref="Warehouse"/>.</summary>
    internal const string Shop = "shop";

    internal const string Warehouse = "warehouse";

    /// <summary>Owns PostgreSQL's server.</summary>
    internal const string Admin = "postgres";

    /// <summary>The application that writes to both databases.</summary>
    internal const string Application = "shop";

    /// <summary>Reads and writes for tasks.</summary>
    internal const string Holdfast = "holdfast";

    /// <summary>Every account, by server.</summary>
    internal static IReadOnlyList<(string Server, string User)> Accounts { get; } =
    [
        ("postgres", Admin), ("postgres", Application), ("postgres", Holdfast), ("mariadb", Application), ("mariadb", Holdfast),
    ];

    internal static string FileIn(string folder) => Path.Combine(folder, "shop.json");

    internal static string PasswordFile(string folder, string server, string user) => Path.Combine(folder, $"{server}-{user}.password");

    /// <summary>Null: there is no shop.</summary>
    internal static ShopPlace? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<ShopPlace>(File.ReadAllBytes(FileIn(folder)), JsonSerializerOptions.Web);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    internal void Write()
    {
        var aside = FileIn(Folder) + ".new";
        File.WriteAllText(aside, JsonSerializer.Serialize(this, JsonSerializerOptions.Web) + "\n");
        File.Move(aside, FileIn(Folder), overwrite: true);
    }

    internal string Password(string server, string user) => File.ReadAllText(PasswordFile(Folder, server, user)).Trim();
}
