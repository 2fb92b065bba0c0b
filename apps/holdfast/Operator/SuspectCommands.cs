using Holdfast.Contracts.Views;

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
            if (parsed.GetValue(json))
            {
                return Asking.Print(new JsonArray([.. await api.All<JsonNode>("/api/v1/ha/suspects")]));
            }

            Tables.Print([["id", "region", "host", "state", "hosts lost", "since"],
                .. (await api.All<SuspectView>("/api/v1/ha/suspects")).Select(s => new[]
                {
                    s.Id, s.Region, s.Host ?? "", s.Standing, string.Join(", ", s.Hosts), Ages.Of(s.Since, TimeProvider.System.GetUtcNow()),
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
