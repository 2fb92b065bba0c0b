using System.Web;

namespace Holdfast.App.Operator;

/// <summary>A database as a person names it, and as a component's configuration does.</summary>
internal static class DatabaseAddress
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["postgres"] = "postgres", ["postgresql"] = "postgres", ["mysql"] = "mysql", ["mariadb"] = "mysql", ["sqlite"] = "sqlite",
        ["kafka"] = "kafka",
    };

    /// <summary>Of Kafka, as <c>kafka</c> of docs/data.md has them; what is a number or true there stays with its default.</summary>
    private static readonly string[] KafkaOptions =
        ["name", "securityProtocol", "saslMechanism", "certificate", "key", "topic", "schemaTopic", "progressTopic"];

    private static readonly Dictionary<string, string> Options = new(StringComparer.Ordinal)
    {
        ["sslmode"] = "sslMode", ["sslrootcert"] = "rootCertificate",
    };

    /// <summary>
    /// <c>postgres://USER@HOST:PORT/DATABASE?sslmode=…</c>, <c>mysql://USER@HOST:PORT/DATABASE</c>, <c>sqlite:PATH</c> or
    /// <c>kafka://USER@HOST:PORT,HOST:PORT?name=…</c> becomes this.
    /// </summary>
    /// <returns>A <c>database</c> of docs/data.md, or the rule that the address breaks.</returns>
    internal static Outcome<JsonObject> Read(string address)
    {
        if (address.Split(':', 2) is not [var scheme, var rest] || !Kinds.TryGetValue(scheme, out var kind))
        {
            return Broken("address", address, $"must begin with one of {string.Join(", ", Kinds.Keys.Select(k => k + ":"))}");
        }

        if (kind == "sqlite")
        {
            return rest.Length == 0 ? Broken("path", rest, "must be given behind sqlite:")
                : new JsonObject { ["kind"] = kind, ["path"] = Path.GetFullPath(rest) };
        }

        if (kind == "kafka")
        {
            return Kafka(rest);
        }

        return !Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Host.Length == 0
            ? Broken("address", address, $"must be {kind}://USER@HOST:PORT/DATABASE") : Server(kind, url);
    }

    private static Outcome<JsonObject> Server(string kind, Uri url)
    {
        if (url.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            return InAddress();
        }

        var database = new JsonObject { ["kind"] = kind, ["host"] = url.Host, ["user"] = Uri.UnescapeDataString(url.UserInfo) };
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
    private static Outcome<JsonObject> Kafka(string rest)
    {
        var (place, query) = rest.Split('?', 2) is [var before, var behind] ? (before, behind) : (rest, "");
        var (user, servers) = place.TrimStart('/').TrimEnd('/') is var all && all.LastIndexOf('@') is >= 0 and var at
            ? (all[..at], all[(at + 1)..]) : (null, place.Trim('/'));
        if (user?.Contains(':', StringComparison.Ordinal) == true)
        {
            return InAddress();
        }

        if (servers.Length == 0)
        {
            return Broken("address", rest, "must be kafka://USER@HOST:PORT,HOST:PORT?name=NAME");
        }

        var kafka = new JsonObject { ["servers"] = servers, ["name"] = "check" };
        var database = new JsonObject { ["kind"] = "kafka", ["kafka"] = kafka };
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
        "Write it as postgres://app@db1:5432/shop?sslmode=verify-full, mysql://app@db2/shop, sqlite:/data/shop.db or "
        + "kafka://k1:9092,k2:9092?name=shop");
}
