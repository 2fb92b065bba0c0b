using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast why OBJECT</c> and <c>holdfast what-if …</c>.</summary>
internal static class QuestionCommands
{
    internal const string Path = "/api/v1/ha/what-if";

    internal static Command Why()
    {
        var thing = new Argument<string>("object")
        {
            Description = "A host, a component or Store by any of its names, a task (task:ID or ID), or region:NAME.",
        };
        var history = new Option<bool>("--history") { Description = "The decision history, newest first." };
        var json = Asking.Json();
        var command = new Command("why", "Say why an object is as it is, and what would change it.") { thing, history, json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var id = Uri.EscapeDataString(parsed.GetValue(thing)!);
            var now = TimeProvider.System.GetUtcNow();
            var path = parsed.GetValue(history) ? $"/api/v1/ha/decisions?object={id}&limit=50" : $"/api/v1/ha/why/{id}";
            var answer = await api.Get(path);
            if (parsed.GetValue(json))
            {
                return Asking.Print(answer);
            }

            if (parsed.GetValue(history))
            {
                Tables.Print([["at", "object", "code", "sentence"], .. api.Read<ListPage<DecisionView>>(path, answer).Items.Select(d =>
                    new[] { Ages.Of(d.At, now), d.Object, d.Code, d.Sentence })]);
                return 0;
            }

            var why = api.Read<WhyView>(path, answer);
            foreach (var part in (why.Parts ?? []).Prepend(why))
            {
                Console.WriteLine($"{part.Object}: {part.Code} {part.Sentence}");
                Console.WriteLine($"  since: {Ages.Of(part.At, now)}");
                if (part.Earliest is { } earliest)
                {
                    Console.WriteLine($"  can change: {Ages.Of(earliest, now)}");
                }

                if (part.Workaround is { } workaround)
                {
                    Console.WriteLine($"  what to do: {workaround}");
                }
            }

            return 0;
        });
        return command;
    }

    internal static Command WhatIf()
    {
        var lose = Many("--lose", "Hosts that are lost.");
        var idcs = Many("--lose-idc", "IDCs that are lost, REGION/IDC.");
        var drain = Many("--drain", "Hosts that are drained.");
        var set = Many("--set", "Keys of ha.config with other values, KEY=VALUE.");
        var json = Asking.Json();
        var command = new Command("what-if", "Show what would happen; nothing is done.") { lose, idcs, drain, set, json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var body = new JsonObject
            {
                ["lose"] = new JsonObject
                {
                    ["hosts"] = List(parsed.GetValue(lose)),
                    ["idcs"] = new JsonArray([.. (parsed.GetValue(idcs) ?? []).Select(i => (JsonNode)new JsonObject
                        { ["region"] = i.Split('/')[0], ["idc"] = i.Split('/')[^1] })]),
                },
                ["drain"] = List(parsed.GetValue(drain)),
            };
            if (parsed.GetValue(set) is { Length: > 0 } keys)
            {
                body["config"] = ConfigCommands.Pairs(keys);
            }

            var forecast = await api.Send(HttpMethod.Post, Path, body);
            return parsed.GetValue(json) ? Asking.Print(forecast) : Tell(api.Read<WhatIfForecast>(Path, forecast));
        });
        return command;
    }

    internal static int Tell(WhatIfForecast forecast)
    {
        Console.WriteLine($"{Counted.Of(forecast.Moves.Count, "move")}, {Counted.Of(forecast.Waits.Count, "waits", "wait")}, "
            + $"{Counted.Of(forecast.Alerts.Count, "alert")}; "
            + string.Create(CultureInfo.InvariantCulture, $"noticed within {forecast.DetectionSeconds} s"));
        foreach (var brake in forecast.Brakes)
        {
            Console.WriteLine($"brake of {brake.Region}: {brake.Silent} of {brake.Hosts} hosts silent, nothing would move");
        }

        if (forecast.Moves.Count > 0)
        {
            Tables.Print([["component", "from", "to", "starts", "catch-up s"], .. forecast.Moves.Select(m => new[]
            {
                m.Component, m.From, m.To, m.Starts ? "yes" : "stays stopped",
                m.CatchUpSeconds?.ToString("0.##", CultureInfo.InvariantCulture) ?? "",
            })]);
        }

        if (forecast.Stores.Count > 0)
        {
            Tables.Print([["Store", "host", "left", "what becomes of it"],
                .. forecast.Stores.Select(s => new[] { s.Store, s.Host, $"{s.Left.Count}", s.Because })]);
        }

        if (forecast.Waits.Count > 0)
        {
            Tables.Print([["waits", "code", "because"], .. forecast.Waits.Select(w => new[] { w.Object, w.Code, w.Because })]);
        }

        return 0;
    }

    private static Option<string[]> Many(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private static JsonArray List(string[]? values) => new([.. (values ?? []).Select(v => (JsonNode)v)]);
}
