namespace Holdfast.App.Operator;

/// <summary><c>holdfast thresholds [set|import|history]</c>: alarm.thresholds, by the protection level of a task.</summary>
internal static class ThresholdCommands
{
    private const string Path = "/api/v1/alerts/thresholds";

    private static IReadOnlyList<string> Levels => ThresholdKey.LevelNames;

    internal static Command Create()
    {
        var json = Asking.Json();
        var command = new Command("thresholds", "Show when a task's delay or failure is an alert, by its protection level.")
            { json, Set(), Import(), History() };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var held = (JsonObject)await api.Get(Path);
            if (parsed.GetValue(json))
            {
                return Asking.Print(held);
            }

            Tables.Print(Rows(held));
            Console.WriteLine(Who(held, TimeProvider.System.GetUtcNow()));
            return 0;
        });
        return command;
    }

    /// <summary>A row for each key, with its unit.</summary>
    internal static IReadOnlyList<string[]> Rows(JsonObject held) =>
    [
        ["key", "unit", .. Levels],
        .. ThresholdKey.All.Select(key => (string[])[key.Name, key.Unit,
            .. Levels.Select(level => held[key.Name]?[level] is { } value ? $"{value}" : "–")]),
    ];

    private static string Who(JsonObject held, DateTimeOffset now) => held["by"] is { } by
        ? $"version {held["version"]}, changed by {by} {Listing.Aged(held["at"], now)}" : "the defaults; never changed";

    private static Command Set()
    {
        var pairs = new Argument<string[]>("key.level=value")
        {
            Description = $"What changes: one of {string.Join(", ", ThresholdKey.All.Select(k => k.Name))}, a point, a level.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("set", "Change thresholds; refused as a whole when one is out of its bounds.") { pairs };
        Order.Sends(command, parsed => (HttpMethod.Put, Path, Read(parsed.GetValue(pairs)!)), Said);
        return command;
    }

    internal static JsonObject Read(IEnumerable<string> pairs)
    {
        var body = new JsonObject();
        foreach (var pair in pairs)
        {
            if (pair.Split('=', '.') is not [var key, var level, var value]
                || !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                throw new IOException($"'{pair}' must be KEY.LEVEL=NUMBER, such as delayThreshold.HIGH=30");
            }

            TaskOptions.Part(body, key)[level] = number;
        }

        return body;
    }

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "JSON file, OMS's own too; - reads standard input." };
        var command = new Command("import", "Take over a JSON file; keys that mean nothing here are named and ignored.") { file };
        Order.Sends(command, parsed => (HttpMethod.Put, Path, TaskOptions.ReadObject(parsed.GetValue(file)!)), Said);
        return command;
    }

    private static string Said(JsonObject held) => $"version {held["version"]} holds"
        + (held["ignored"] is JsonArray { Count: > 0 } ignored ? $"; ignored: {Listing.Text(ignored)}" : "");

    private static Command History()
    {
        var json = Asking.Json();
        var command = new Command("history", "List who changed thresholds when, newest first.") { json };
        ListCommands.Shows(command, json, _ => new Listing("history", Path + "/history", ["version", "by", "at", "key", "before", "after"])
            { Expand = Lines });
        return command;
    }

    /// <summary>A line for each value that a version has changed.</summary>
    private static IEnumerable<JsonObject> Lines(JsonObject version) =>
        from key in ThresholdKey.All.Select(k => k.Name)
        from level in Levels
        let before = version["before"]?[key]?[level]
        let after = version["after"]?[key]?[level]
        where !JsonNode.DeepEquals(before, after)
        select new JsonObject
        {
            ["version"] = version["version"]?.DeepClone(), ["by"] = version["by"]?.DeepClone(), ["at"] = version["at"]?.DeepClone(),
            ["key"] = $"{key}.{level}", ["before"] = before?.DeepClone(), ["after"] = after?.DeepClone(),
        };
}
