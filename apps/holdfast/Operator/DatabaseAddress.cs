using System.Web;

namespace Holdfast.App.Operator;

/// <summary>A database as a person names it, and as a component's configuration does.</summary>
internal static class DatabaseAddress
{
    /// <summary>A kind of database, and how people write the address of one.</summary>
    /// <param name="Kind">As of a configuration.</param>
    /// <param name="Schemes">Words before the first colon, each of which means the kind.</param>
    /// <param name="Written">The form, for people.</param>
    /// <param name="Example">One of that form, for people.</param>
    /// <param name="Read">Takes the form and an address apart.</param>
    private sealed record Form(
        string Kind, IReadOnlyList<string> Schemes, string Written, string Example, Func<Form, string, Outcome<JsonObject>> Read)
    {
        /// <summary>Nothing is read from it.</summary>
        internal bool IsSinkOnly { get; init; }
    }

    /// <summary>Each kind of database; help, errors and what is read follow from here.</summary>
    private static readonly Form[] All =
    [
        new("postgres", ["postgres", "postgresql"], "postgres://USER@HOST:PORT/DATABASE",
            "postgres://app@db1:5432/shop?sslmode=verify-full", Server),
        new("mysql", ["mysql", "mariadb"], "mysql://USER@HOST:PORT/DATABASE", "mysql://app@db2/shop", Server),
        new("sqlite", ["sqlite"], "sqlite:PATH", "sqlite:/data/shop.db", File),
        new("kafka", ["kafka"], "kafka://USER@HOST:PORT,HOST:PORT?name=NAME", "kafka://k1:9092,k2:9092?name=shop", Kafka)
        {
            IsSinkOnly = true,
        },
    ];

    /// <summary>Of Kafka, as <c>kafka</c> of docs/data.md has them; what is a number or true there stays with its default.</summary>
    private static readonly string[] KafkaOptions =
        ["name", "securityProtocol", "saslMechanism", "certificate", "key", "topic", "schemaTopic", "progressTopic"];

    private static readonly Dictionary<string, string> Options = new(StringComparer.Ordinal)
    {
        ["sslmode"] = "sslMode", ["sslrootcert"] = "rootCertificate",
    };

    /// <summary>The forms of an address, as help says them.</summary>
    internal static string Forms => string.Join(", ", All.Where(f => !f.IsSinkOnly).Select(f => f.Written))
        + string.Concat(All.Where(f => f.IsSinkOnly).Select(f => $" or, as a sink, {f.Written}"));

    /// <summary>Reads an address of one of these forms.</summary>
    /// <returns>A <c>database</c> of docs/data.md, or the rule that the address breaks.</returns>
    internal static Outcome<JsonObject> Read(string address) =>
        address.Split(':', 2) is [var scheme, _] && All.FirstOrDefault(f => f.Schemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))
            is { } form ? form.Read(form, address)
            : Unread(address, address[(address.IndexOf("://", StringComparison.Ordinal) is > 0 and var end ? end : 0)..].TrimStart(':'),
                $"must begin with one of {string.Join(", ", All.SelectMany(f => f.Schemes).Select(k => k + ":"))}");

    /// <summary>One that cannot be taken apart is repeated without its options, unless a password may stand before them.</summary>
    /// <param name="address">The address.</param>
    /// <param name="place">Its part in which a user stands.</param>
    /// <param name="rule">The rule that it breaks.</param>
    private static Fault Unread(string address, string place, string rule) =>
        place.LastIndexOf('@') is > 0 and var end && place[..end].Contains(':', StringComparison.Ordinal)
            ? InAddress() : Broken("address", address.Split('?')[0], rule);

    private static string Rest(string address) => address.Split(':', 2)[1];

    private static Outcome<JsonObject> File(Form form, string address) => Rest(address) is { Length: > 0 } path
        ? new JsonObject { ["kind"] = form.Kind, ["path"] = Path.GetFullPath(path) }
        : Broken("path", "", $"must be given behind {form.Kind}:");

    private static Outcome<JsonObject> Server(Form form, string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            return Unread(address, Rest(address), $"must be {form.Written}");
        }

        if (url.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            return InAddress();
        }

        var database = new JsonObject { ["kind"] = form.Kind, ["host"] = url.Host, ["user"] = Uri.UnescapeDataString(url.UserInfo) };
        if (url.Port > 0)
        {
            database["port"] = url.Port;
        }

        if (url.AbsolutePath.Trim('/') is { Length: > 0 } name)
        {
            database["database"] = Uri.UnescapeDataString(name);
        }

        var options = HttpUtility.ParseQueryString(url.Query);
        foreach (var key in options.AllKeys)
        {
            if (key is null || !Options.TryGetValue(key, out var field))
            {
                return Broken("option", key ?? options[null] ?? "", $"must be one of {string.Join(", ", Options.Keys)}");
            }

            database[field] = options[key];
        }

        return database;
    }

    /// <summary>Several servers are no address by the rules of those.</summary>
    private static Outcome<JsonObject> Kafka(Form form, string address)
    {
        var rest = Rest(address);
        var (place, query) = rest.Split('?', 2) is [var before, var behind] ? (before, behind) : (rest, "");
        var (user, servers) = place.TrimStart('/').TrimEnd('/') is var all && all.LastIndexOf('@') is >= 0 and var at
            ? (all[..at], all[(at + 1)..]) : (null, place.Trim('/'));
        if (user?.Contains(':', StringComparison.Ordinal) == true)
        {
            return InAddress();
        }

        if (servers.Length == 0)
        {
            return Broken("address", rest, $"must be {form.Written}");
        }

        var kafka = new JsonObject { ["servers"] = servers, ["name"] = "check" };
        var database = new JsonObject { ["kind"] = form.Kind, ["kafka"] = kafka };
        if (user is { Length: > 0 })
        {
            database["user"] = Uri.UnescapeDataString(user);
        }

        var options = HttpUtility.ParseQueryString(query);
        foreach (var key in options.AllKeys)
        {
            if (key == "sslrootcert")
            {
                database["rootCertificate"] = options[key];
            }
            else if (key is not null && KafkaOptions.Contains(key, StringComparer.Ordinal))
            {
                kafka[key] = options[key];
            }
            else
            {
                return Broken("option", key ?? options[null] ?? "", $"must be one of {string.Join(", ", KafkaOptions)}, sslrootcert");
            }
        }

        return database;
    }

    /// <summary>Not repeated: the message may be kept, as the arguments are.</summary>
    private static Fault InAddress() => Broken("password", "…", "must not be in the address, where everybody sees it who lists processes; "
        + "give --password-file, or HOLDFAST_DATABASE_PASSWORD");

    private static Fault Broken(string field, string value, string rule) => new("DP-503", 400, "The address of a database cannot be used",
        $"{field} '{value}' {rule}.",
        $"Write it as {string.Join(", ", All.Select(f => f.Example))}");
}
