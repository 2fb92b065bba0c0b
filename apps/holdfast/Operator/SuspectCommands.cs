using System.CommandLine;
using System.Text.Json.Nodes;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast suspects [release ID]</c>.</summary>
internal static class SuspectCommands
{
    internal static Command Create()
    {
        var json = Asking.Json();
        var command = new Command("suspects", "List components that may have felled hosts, and release them.") { json, Release() };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var page = (JsonObject)await api.Get("/api/v1/ha/suspects?limit=1000");
            if (parsed.GetValue(json))
            {
                return Asking.Print(page["items"]!);
            }

            Tables.Print([["id", "region", "host", "state", "hosts lost", "since"], .. page["items"]!.AsArray().Select(s => new[]
            {
                $"{s!["id"]}", $"{s["region"]}", $"{s["host"]}", $"{s["standing"]}", string.Join(", ", s["hosts"]!.AsArray()),
                Listing.Aged(s["since"], TimeProvider.System.GetUtcNow()),
            })]);
            return 0;
        });
        return command;
    }

    private static Command Release()
    {
        var id = new Argument<string>("id") { Description = "Id or name of the component." };
        var reason = new Option<string>("--reason") { Description = "Why; kept with it." };
        var command = new Command("release", "Hold nothing against a component any more: it goes on at once.") { id, reason };
        Asking.Does(command, async (parsed, api, _) =>
        {
            await api.Send(HttpMethod.Post, $"/api/v1/ha/suspects/{Uri.EscapeDataString(parsed.GetValue(id)!)}/release",
                new JsonObject { ["reason"] = parsed.GetValue(reason) });
            Console.WriteLine($"{parsed.GetValue(id)} is released; see: holdfast why {parsed.GetValue(id)}");
            return 0;
        });
        return command;
    }
}
