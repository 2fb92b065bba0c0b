using System.CommandLine;
using System.Text.Json.Nodes;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast status</c>: whether all is well, in a line, and as an exit code.</summary>
internal static class StatusCommand
{
    /// <summary>Something is wrong: for scripts that only ask that.</summary>
    internal const int NotWell = 3;

    internal static Command Create()
    {
        var json = Asking.Json();
        var command = new Command("status", "Say whether all is well. Exit code 0: it is; 3: it is not; 1: nobody answers.") { json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var fleet = (JsonObject)await api.Get("/api/v1/ha/overview");
            var headroom = (JsonArray)await api.Get("/api/v1/ha/headroom");
            var config = (JsonObject)await api.Get("/api/v1/ha/config");
            var wrong = Wrong(fleet).Concat(headroom.OfType<JsonObject>().Where(h => !(bool)h["survives"]!)
                .Select(h => $"region {h["region"]} would not survive: {h["sentence"]}")).ToList();
            var off = Off(config).ToList();
            if (parsed.GetValue(json))
            {
                Asking.Print(new JsonObject
                {
                    ["well"] = wrong.Count == 0,
                    ["wrong"] = new JsonArray([.. wrong.Select(w => (JsonNode)w)]),
                    ["off"] = new JsonArray([.. off.Select(o => (JsonNode)o)]),
                    ["fleet"] = fleet.DeepClone(),
                });
                return wrong.Count == 0 ? 0 : NotWell;
            }

            Console.WriteLine(wrong.Count == 0 ? "All is well." : string.Join('\n', wrong));
            foreach (var name in off)
            {
                Console.WriteLine($"off: {name}");
            }

            Tables.Print([["region", "hosts", "Online", "Down", "brake"], .. fleet["regions"]!.AsArray().Select(r => Row(r!.AsObject()))]);
            Tables.Print([["component", "state", "count"], .. fleet["components"]!.AsArray()
                .Select(c => new[] { $"{c!["kind"]}", $"{c["state"]}", $"{c["count"]}" })]);
            return wrong.Count == 0 ? 0 : NotWell;
        });
        return command;
    }

    private static string[] Row(JsonObject region)
    {
        var hosts = region["hosts"]!.AsArray();
        return [$"{region["region"]}", $"{hosts.Count}", $"{Count(hosts, "Online")}", $"{Count(hosts, "Down")}",
            (bool)region["braked"]! ? "engaged" : "free"];
    }

    private static int Count(JsonArray hosts, string state) => hosts.Count(h => $"{h!["state"]}" == state);

    private static IEnumerable<string> Wrong(JsonObject fleet)
    {
        if (fleet["pipeWhole"] is { } whole && !(bool)whole)
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
            if (down.Count > 0)
            {
                yield return $"Down: {string.Join(", ", down)}";
            }
        }

        var abnormal = fleet["components"]!.AsArray().Where(c => $"{c!["state"]}" == "Abnormal").Sum(c => (int)c!["count"]!);
        if (abnormal > 0)
        {
            yield return $"{abnormal} components are Abnormal.";
        }
    }

    private static IEnumerable<string> Off(JsonObject config) =>
        new[] { "enable", "enableHost", "enableStore", "enableConnector" }.Where(s => config[s] is { } on && !(bool)on);
}
