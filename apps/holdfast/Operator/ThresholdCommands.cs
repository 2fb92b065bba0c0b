using Holdfast.Contracts.Views;

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
            var answer = await api.Get(Path);
            if (parsed.GetValue(json))
            {
                return Asking.Print(answer);
            }

            var held = api.Read<ThresholdsView>(Path, answer);
            Tables.Print(Rows(held));
            Console.WriteLine(Who(held, TimeProvider.System.GetUtcNow()));
            return 0;
        });
        return command;
    }

    /// <summary>A row for each key, with its unit.</summary>
    internal static IReadOnlyList<string[]> Rows(ThresholdsView held) =>
    [
        ["key", "unit", .. Levels],
        .. ThresholdKey.All.Select(key => (string[])[key.Name, key.Unit, .. Levels.Select(level =>
            key.Of(held.Held()).TryGetValue(level, out var value) ? value.ToString(CultureInfo.InvariantCulture) : "–")]),
    ];

    private static string Who(ThresholdsView held, DateTimeOffset now) => held is { By: { } by, At: { } at }
        ? string.Create(CultureInfo.InvariantCulture, $"version {held.Version}, changed by {by} {Ages.Of(at, now)}")
        : "the defaults; never changed";

    private static Command Set()
    {
        var pairs = new Argument<string[]>("key.level=value")
        {
            Description = $"What changes: one of {string.Join(", ", ThresholdKey.All.Select(k => k.Name))}, a point, a level.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("set", "Change thresholds; refused as a whole when one is out of its bounds.") { pairs };
        Order.Sends<ThresholdsView>(command, parsed => (HttpMethod.Put, Path, Read(parsed.GetValue(pairs)!)), Said);
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
        Order.Sends<ThresholdsView>(command, parsed => (HttpMethod.Put, Path, TaskOptions.ReadObject(parsed.GetValue(file)!)), Said);
        return command;
    }

    private static string Said(ThresholdsView held) => string.Create(CultureInfo.InvariantCulture, $"version {held.Version} holds")
        + (held.Ignored is { Count: > 0 } ignored ? $"; ignored: {string.Join(", ", ignored)}" : "");

    private static Command History()
    {
        var json = Asking.Json();
        var command = new Command("history", "List who changed thresholds when, newest first.") { json };
        ListCommands.Shows(command, json, _ => Listing.Of<ThresholdsVersion>(
            "history", Path + "/history", ["version", "by", "at", "key", "before", "after"], Lines));
        return command;
    }

    /// <summary>A line for each value that a version has changed.</summary>
    private static IEnumerable<JsonObject> Lines(ThresholdsVersion version) =>
        from key in ThresholdKey.All
        from level in Levels
        let before = At(key.Of(version.Before), level)
        let after = At(key.Of(version.After), level)
        where before != after
        select new JsonObject
        {
            ["version"] = version.Version, ["by"] = version.By, ["at"] = Listing.Cell(version.At), ["key"] = $"{key.Name}.{level}",
            ["before"] = before, ["after"] = after,
        };

    private static int? At(IReadOnlyDictionary<string, int> values, string level) =>
        values.TryGetValue(level, out var value) ? value : null;
}
