namespace Holdfast.Flow.Tests.Surface;

/// <summary>
/// Values from a description's schemas, and what comes instead of them from a caller who means harm or has a fault. Texts that
/// JSON itself would not let through are written as marks, and put in when the body is written.
/// </summary>
internal sealed class Hostile(Random random, ApiSurface surface, Func<Random, string, string?> known)
{
    private const string Mark = "@raw:";
    private const int DepthMax = 6;

    /// <summary>Pieces of JSON, and of what is none.</summary>
    private static readonly string[] Raw =
    [
        "null", "true", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"a\":null}", "0", "-1", "1.5", "1e400", "-1e400", "1e-400", "2147483648",
        "-2147483649", "9223372036854775807", "9223372036854775808", "NaN", "Infinity", "00", "\"\"", "\" \"", "\"\\u0000\"",
        "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\uFFFE\"", "\"\u202e\"", "\"..\"", "\".\"", "\"/\"", "\"a/b\"", "\"%00\"",
        "\"*\"", "\"'\"", "\"😀\"", "\"$ref\"", "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00+14:00\"",
        "\"9999-12-31T23:59:59.9999999Z\"", "\"9999-12-31T23:59:59-14:00\"", "\"0000-00-00\"", "\"1969-12-31T23:59:59Z\"",
        "\"2026-02-30T00:00:00Z\"", "\"1\"", "\"true\"", "\"null\"", "{\"a\":1,\"a\":2}", "\"\\x\"", "\"unclosed", "[1,]", "// no",
        Deep(63), Deep(100), $"\"{new string('x', 300)}\"", $"\"{new string('中', 5_000)}\"", $"\"{new string('x', 200_000)}\"",
        $"[{string.Join(',', Enumerable.Repeat("1", 3_000))}]", $"[{string.Join(',', Enumerable.Repeat("\"a\"", 3_000))}]",
    ];

    /// <summary>Texts that stand in an address, escaped or badly escaped.</summary>
    private static readonly string[] Parts =
    [
        "%zz", "%", "%4", "%80", "%ff", "%ed%a0%80", "%00", "%0a", "%7f", "%F0%9F%98%80", "!!", "%27", "%22", "%5c", "..%2f..", "%2e%2e",
        "0", "-1", "1", "1.5", "99999999999999999999", "NaN", "true", "null", "undefined", "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.9999999Z", "bnVsbA", "W10", "W251bGwsZmFsc2UsbnVsbCwiIl0",
        "WyJhdCIsdHJ1ZSwiMjAyNiIsIngiXQ", "%2B", "+", "a%26b", "a=b", new string('x', 300), new string('x', 3_000), "%e2%80%ae",
    ];

    private static string Deep(int depth) => new string('[', depth) + new string(']', depth);

    private T One<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    internal bool Chance(double p) => random.NextDouble() < p;

    /// <summary>A part for an address, escaped unless it is meant to be wrong.</summary>
    /// <param name="kind">The kind of thing that it names, as the first step of its path: an existing one; empty: anything.</param>
    internal string AddressPart(JsonObject schema, string name, string kind)
    {
        if (Chance(0.25))
        {
            return One(Parts);
        }

        if (kind.Length > 0 && Chance(0.8) && known(random, kind) is { } id)
        {
            return Uri.EscapeDataString(id);
        }

        var text = Value(schema, name, 0) switch
        {
            JsonValue value when value.TryGetValue<string>(out var given) => given,
            var other => other?.ToJsonString() ?? "null",
        };
        return text.Length == 0 ? "x" : Uri.EscapeDataString(text);
    }

    /// <summary>A body of that shape, as likely as not with something wrong in it.</summary>
    internal string Body(JsonObject schema)
    {
        var raw = new List<string>();
        var body = Value(schema, "", 0);
        for (var i = Chance(0.3) ? 0 : random.Next(1, 4); i > 0; i--)
        {
            body = Spoil(body, raw);
        }

        var text = body?.ToJsonString() ?? "null";
        for (var i = raw.Count - 1; i >= 0; i--)
        {
            text = text.Replace($"\"{Mark}{i}\"", raw[i], StringComparison.Ordinal);
        }

        return text;
    }

    private JsonNode? Value(JsonObject given, string name, int depth)
    {
        var schema = surface.Resolve(given);
        if (schema["enum"] is JsonArray { Count: > 0 } words)
        {
            return One<JsonNode?>([.. words])?.DeepClone();
        }

        return ApiSurface.TypeOf(schema) switch
        {
            "integer" => name.Contains("imeout", StringComparison.Ordinal) ? 1 : One<long>([0, 1, 2, 5, 60, 1_000, 1_700_000_000]),
            "number" => One([0, 0.01, 0.5, 1, 42]),
            "boolean" => Chance(0.5),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ =>
                schema["items"] is JsonObject item && depth < DepthMax ? Value(item, name, depth + 1) : "x")]),
            "object" when depth < DepthMax => Object(schema, depth),
            "object" => new JsonObject(),
            "string" => Text(schema, name),
            _ => One<JsonNode?>([true, "x", 1, new JsonObject()])?.DeepClone(),
        };
    }

    private JsonObject Object(JsonObject schema, int depth)
    {
        var required = (schema["required"] as JsonArray ?? []).Select(r => (string)r!).ToHashSet(StringComparer.Ordinal);
        var made = new JsonObject();
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            if (required.Contains(name) || Chance(0.6))
            {
                made[name] = Value(property!.AsObject(), name, depth + 1);
            }
        }

        if (schema["additionalProperties"] is JsonObject more)
        {
            made[Text(more, "key")] = Value(more, "value", depth + 1);
        }

        return made;
    }

    /// <summary>Nothing that is made here leads off this machine: addresses are of a port where nobody listens.</summary>
    private string Text(JsonObject schema, string name) =>
        (string?)schema["format"] is "date-time" || name is "at" or "from" or "to" or "until"
        ? One(["2026-01-31T12:00:00Z", Now(-60), Now(60), Now(3_600), Now(-3_600 * 24)])
        : name.ToLowerInvariant() switch
        {
            "url" or "endpoint" or "proxy" => "http://127.0.0.1:1/x",
            "bootstrapservers" => "127.0.0.1:1",
            "cafile" or "certificatefile" or "keyfile" => "/nonexistent",
            "host" => One(["h1", "h2", "h9"]),
            "region" => One(["r", "other"]),
            "idc" => One(["a", "b"]),
            "event" => One(["oms_host_down", "oms_sync_delay", "oms_store_gap"]),
            "command" => One(["true", "sleep"]),
            "scope" => One(["system", "task"]),
            "range" => One(["7d", "3m"]),
            "kind" => One(["Store", "Incr-Sync", "webhook", "ocp", "FAILOVER"]),
            "type" => One(["synchronization", "migration"]),
            _ => Chance(0.6) && known(random, "") is { } id ? id : One(["x", "t1", "a-b", "中文", "x1", "Ω", "x y", "r"]),
        };

    private static string Now(int seconds) =>
        TimeProvider.System.GetUtcNow().AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>One place of it is taken out, wrapped, or given something else.</summary>
    private JsonNode? Spoil(JsonNode? body, List<string> raw)
    {
        List<JsonNode?> places = [body, .. Below(body)];
        var place = One(places);
        if (place?.Parent is not { } parent)
        {
            return random.Next(4) == 0 || body is null ? Marked(raw) : body;
        }

        JsonNode other = random.Next(8) == 0 ? new JsonArray(place.DeepClone()) : Marked(raw);
        if (parent is JsonArray list)
        {
            list[list.IndexOf(place)] = other;
        }
        else if (parent is JsonObject holder)
        {
            var name = holder.First(p => ReferenceEquals(p.Value, place)).Key;
            holder.Remove(name);
            if (random.Next(6) > 0)
            {
                holder[random.Next(10) == 0 ? name + "X" : name] = other;
            }
        }

        return body;
    }

    private JsonValue Marked(List<string> raw)
    {
        raw.Add(One(Raw));
        return JsonValue.Create($"{Mark}{raw.Count - 1}");
    }

    private static IEnumerable<JsonNode?> Below(JsonNode? node) => node switch
    {
        JsonObject holder => holder.Where(p => p.Value is not null).SelectMany(p => new[] { p.Value }.Concat(Below(p.Value))),
        JsonArray list => list.Where(i => i is not null).SelectMany(i => new[] { i }.Concat(Below(i))),
        _ => [],
    };
}
