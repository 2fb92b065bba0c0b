using System.CommandLine;
using System.Text.Json.Nodes;
using Holdfast.Contracts;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast why OBJECT</c> and <c>holdfast what-if …</c>.</summary>
internal static class QuestionCommands
{
    internal static Command Why()
    {
        var thing = new Argument<string>("object")
        {
            Description = "A host, a component or Store by any of its names, a task (task:ID or ID), or region:NAME.",
        };
        var history = new Option<bool>("--history") { Description = "What was decided before, newest first." };
        var json = Asking.Json();
        var command = new Command("why", "Say why an object is as it is, and what would change it.") { thing, history, json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var id = Uri.EscapeDataString(parsed.GetValue(thing)!);
            var now = TimeProvider.System.GetUtcNow();
            var answer = (JsonObject)await api.Get(parsed.GetValue(history)
                ? $"/api/v1/ha/decisions?object={id}&limit=50" : $"/api/v1/ha/why/{id}");
            if (parsed.GetValue(json))
            {
                return Asking.Print(answer);
            }

            if (answer["items"] is JsonArray items)
            {
                Tables.Print([["at", "object", "code", "sentence"], .. items.Select(i =>
                    new[] { Listing.Aged(i!["at"], now), $"{i["object"]}", $"{i["code"]}", $"{i["sentence"]}" })]);
                return 0;
            }

            foreach (var part in (answer["parts"] as JsonArray ?? []).OfType<JsonObject>().Prepend(answer))
            {
                Console.WriteLine($"{part["object"]}: {part["code"]} {part["sentence"]}");
                foreach (var (name, says) in ((string, string)[])[("since", "at"), ("can change", "earliest"),
                    ("what to do", "workaround")])
                {
                    if (part[says] is { } value)
                    {
                        Console.WriteLine($"  {name}: {Listing.Aged(value, now)}");
                    }
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

            var forecast = (JsonObject)await api.Send(HttpMethod.Post, "/api/v1/ha/what-if", body);
            return parsed.GetValue(json) ? Asking.Print(forecast) : Tell(forecast);
        });
        return command;
    }

    internal static int Tell(JsonObject forecast)
    {
        var (moves, waits, alerts) = (forecast["moves"]!.AsArray(), forecast["waits"]!.AsArray(), forecast["alerts"]!.AsArray());
        Console.WriteLine($"{Counted.Of(moves.Count, "move")}, {Counted.Of(waits.Count, "waits", "wait")}, "
            + $"{Counted.Of(alerts.Count, "alert")}; "
            + $"noticed within {forecast["detectionSeconds"]} s");
        foreach (var brake in forecast["brakes"]!.AsArray())
        {
            Console.WriteLine($"brake of {brake!["region"]}: {brake["silent"]} of {brake["hosts"]} hosts silent, nothing would move");
        }

        if (moves.Count > 0)
        {
            Tables.Print([["component", "from", "to", "starts", "catch-up s"], .. moves.Select(m => new[]
                { $"{m!["component"]}", $"{m["from"]}", $"{m["to"]}", (bool)m["starts"]! ? "yes" : "stays stopped",
                    Listing.Text(m["catchUpSeconds"]) })]);
        }

        if (forecast["stores"] is JsonArray { Count: > 0 } stores)
        {
            Tables.Print([["Store", "host", "left", "what becomes of it"], .. stores.Select(s =>
                new[] { $"{s!["store"]}", $"{s["host"]}", $"{s["left"]!.AsArray().Count}", $"{s["because"]}" })]);
        }

        if (waits.Count > 0)
        {
            Tables.Print([["waits", "code", "because"], .. waits.Select(w =>
                new[] { $"{w!["object"]}", $"{w["code"]}", $"{w["because"]}" })]);
        }

        return 0;
    }

    private static Option<string[]> Many(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private static JsonArray List(string[]? values) => new([.. (values ?? []).Select(v => (JsonNode)v)]);
}
