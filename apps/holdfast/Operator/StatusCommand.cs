using System.CommandLine;
using System.Text.Json.Nodes;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast status</c>: whether all is well, in a line, and as an exit code.</summary>
internal static class StatusCommand
{
    /// <summary>Something is wrong: for scripts that only ask that.</summary>
    internal const int NotWell = 3;

    private const int DownNamedMax = 100;

    /// <summary>As the console has it.</summary>
    private const int TroubleMax = 4;

    internal static Command Create()
    {
        var json = Asking.Json();
        var command = new Command("status",
            "Say whether all is well. Exit code 0: it is; 3: something is wrong, or an alert of level 1 to 4 "
            + "fires that no silence covers, or alerting cannot be asked; 1: nobody answers, or hosts are still to be heard again.")
        {
            json,
        };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var fleet = (JsonObject)await api.Get($"/api/v1/ha/overview?dots={DownNamedMax}");
            var headroom = (JsonArray)await api.Get("/api/v1/ha/headroom");
            var config = (JsonObject)await api.Get("/api/v1/ha/config");
            var (firing, whyNot) = await api.TryGet("/api/v1/alerts/firing");
            var listening = fleet["listening"] is { } why ? $"{why}" : null;
            var wrong = Firing(firing as JsonObject, whyNot).Concat(Wrong(fleet))
                .Concat((listening is null ? headroom : []).OfType<JsonObject>().Where(IsWanting)
                .Select(h => $"region {h["region"]} would not survive: {h["sentence"]}")).ToList();
            var off = Off(config).ToList();
            if (parsed.GetValue(json))
            {
                Asking.Print(new JsonObject
                {
                    ["well"] = wrong.Count == 0 && listening is null,
                    ["listening"] = listening,
                    ["wrong"] = new JsonArray([.. wrong.Select(w => (JsonNode)w)]),
                    ["off"] = new JsonArray([.. off.Select(o => (JsonNode)o)]),
                    ["firing"] = firing?.DeepClone(),
                    ["fleet"] = fleet.DeepClone(),
                });
                return Exit();
            }

            var well = listening is null ? "All is well." : $"Hearing the fleet again, ask in some seconds: {listening}";
            Console.WriteLine(wrong.Count == 0 ? well : string.Join('\n', wrong));
            if ((long?)firing?["silenced"] is > 0)
            {
                Console.WriteLine($"silenced: {firing["silenced"]} alerts that fire");
            }

            foreach (var name in off)
            {
                Console.WriteLine($"off: {name}");
            }

            Tables.Print([["region", "hosts", "Online", "Down", "brake"], .. fleet["regions"]!.AsArray().Select(r => Row(r!.AsObject()))]);
            Tables.Print([["component", "state", "count"], .. fleet["components"]!.AsArray()
                .Select(c => new[] { $"{c!["kind"]}", $"{c["state"]}", $"{c["count"]}" })]);
            return Exit();

            // Nobody knows: 1, as when nobody answers.
            int Exit() => wrong.Count > 0 ? NotWell : listening is null ? 0 : 1;
        });
        return command;
    }

    /// <summary>
    /// The gravest level first; a Reminder is news, and no trouble. That nobody could be asked is not that nothing fires.
    /// </summary>
    internal static IEnumerable<string> Firing(JsonObject? firing, string? whyNot)
    {
        if (firing?["levels"] is not JsonArray levels)
        {
            return [$"Whether alerts fire could not be asked: {whyNot ?? "the answer has no levels"}"];
        }

        var trouble = levels.OfType<JsonObject>().Where(l => (int)l["level"]! <= TroubleMax && (long)l["count"]! > 0)
            .OrderBy(l => (int)l["level"]!).ToList();
        var count = trouble.Sum(l => (long)l["count"]!);
        var byLevel = string.Join(", ", trouble.Select(l => $"{l["count"]} {l["name"]}"));
        return count == 0 ? [] : [$"{count} {(count == 1 ? "alert fires" : "alerts fire")}: {byLevel}"];
    }

    /// <summary>A loss that would leave the region a host, and not room enough; one that leaves it none is no fault of today.</summary>
    private static bool IsWanting(JsonObject region) => region["scenarios"]!.AsArray().OfType<JsonObject>()
        .Any(s => !(bool)s["survives"]! && (bool?)s["unavoidable"] != true);

    private static string[] Row(JsonObject region)
    {
        return [$"{region["region"]}", $"{region["idcs"]!.AsArray().Sum(i => (int)i!["hosts"]!)}", $"{In(region, "Online")}",
            $"{In(region, "Down")}", (bool)region["braked"]! ? "engaged" : "free"];
    }

    private static int In(JsonObject region, string state) => region["idcs"]!.AsArray()
        .SelectMany(i => i!["states"]!.AsArray()).Where(s => $"{s!["state"]}" == state).Sum(s => (int)s!["count"]!);

    private static IEnumerable<string> Wrong(JsonObject fleet)
    {
        var isListening = fleet["listening"] is not null;
        if (fleet["pipeWhole"] is { } whole && !(bool)whole && !isListening)
        {
            yield return $"The pipe is broken, so no host is judged: {fleet["pipeWhy"]}";
        }

        foreach (var region in fleet["regions"]!.AsArray().OfType<JsonObject>())
        {
            if ((bool)region["braked"]!)
            {
                yield return $"Brake of {region["region"]}: nothing moves.";
            }

            var down = region["hosts"]!.AsArray().Where(h => $"{h!["state"]}" == "Down").Select(h => $"{h!["host"]}").ToList();
            if (In(region, "Down") is var all and > 0)
            {
                yield return $"Down: {string.Join(", ", down)}{(all > down.Count ? $" and {all - down.Count} more" : "")}";
            }
        }

        var abnormal = fleet["components"]!.AsArray().Where(c => $"{c!["state"]}" == "Abnormal").Sum(c => (int)c!["count"]!);
        if (abnormal > 0 && !isListening)
        {
            yield return $"{abnormal} components are Abnormal.";
        }
    }

    private static IEnumerable<string> Off(JsonObject config) =>
        new[] { "enable", "enableHost", "enableStore", "enableConnector" }.Where(s => config[s] is { } on && !(bool)on);
}
