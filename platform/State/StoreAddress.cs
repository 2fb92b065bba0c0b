namespace Holdfast.Platform.State;

/// <summary>
/// Address of a store: <c>sqlite:PATH</c>, <c>postgres://user:password@host/db</c> or <c>mongodb://…</c>. Its text may hold a password.
/// So all that is shown of it, here and in every message, is <see cref="ToString"/>.
/// </summary>
public sealed record StoreAddress(string Text)
{
    private const string Sqlite = "sqlite:";

    /// <summary>Schemes of a server's address, and who serves them.</summary>
    internal static IReadOnlyDictionary<string, string> Providers { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["postgres"] = "Holdfast.Stores.Postgres.PostgresProvider, Holdfast.Stores.Postgres",
        ["postgresql"] = "Holdfast.Stores.Postgres.PostgresProvider, Holdfast.Stores.Postgres",
        ["mongodb"] = "Holdfast.Stores.Mongo.MongoProvider, Holdfast.Stores.Mongo",
        ["mongodb+srv"] = "Holdfast.Stores.Mongo.MongoProvider, Holdfast.Stores.Mongo",
    };

    internal const string Rule =
        "must be sqlite:PATH, postgres://user:password@host:5432/database or mongodb://user:password@host:27017/database";

    /// <summary>Absolute path of the SQLite file; null: the store is a server's.</summary>
    public string? SqliteFile => Text.Length > Sqlite.Length && Text.StartsWith(Sqlite, StringComparison.Ordinal)
        ? Path.GetFullPath(Text[Sqlite.Length..])
        : null;

    /// <summary>Before <c>://</c>.</summary>
    internal string Scheme => Text.Split("://", 2) is [var scheme, _] ? scheme : "";

    /// <summary>Null when it is no address of a store.</summary>
    internal static StoreAddress? Read(string text)
    {
        var address = new StoreAddress(text);
        return text.StartsWith(Sqlite, StringComparison.Ordinal)
            ? address.SqliteFile is { } file ? new StoreAddress(Sqlite + file) : null
            : Providers.ContainsKey(address.Scheme) && text.Length > address.Scheme.Length + 3 ? address : null;
    }

    /// <summary>Without user, password and options.</summary>
    public override string ToString()
    {
        var at = Text.LastIndexOf('@');
        var options = Text.IndexOf('?', Math.Max(at, 0));
        var end = options < 0 ? Text.Length : options;
        return (SqliteFile, at) switch
        {
            ({ } file, _) => file,
            (_, >= 0) => $"{Scheme}://…{Text[at..end]}",
            _ => Uri.TryCreate(Text[..end], UriKind.Absolute, out _) ? Text[..end] : $"{Scheme}://…",
        };
    }
}
