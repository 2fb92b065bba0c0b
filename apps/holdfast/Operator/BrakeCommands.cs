using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast brake plan|confirm REGION</c>: what waits because too many hosts are silent at once.</summary>
internal static class BrakeCommands
{
    internal static Command Create() =>
        new("brake", "Show what a region's brake holds, and confirm that its hosts are gone.") { Plan(), Confirm() };

    private static Command Plan()
    {
        var (region, json) = (Region(), Asking.Json());
        var command = new Command("plan", "Show what would move if the brake were confirmed now; nothing is done.") { region, json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var path = $"/api/v1/ha/brake/plan?region={Uri.EscapeDataString(parsed.GetValue(region)!)}";
            var plan = await api.Get(path);
            return parsed.GetValue(json) ? Asking.Print(plan) : QuestionCommands.Tell(api.Read<WhatIfForecast>(path, plan));
        });
        return command;
    }

    private static Command Confirm()
    {
        var region = Region();
        var reason = new Option<string>("--reason") { Description = "How it is known that they are gone; kept with it.", Required = true };
        var command = new Command("confirm", "Confirm that the hosts are gone: the moves that the brake holds start.") { region, reason };
        Order.Sends(command, parsed => (HttpMethod.Post, "/api/v1/ha/brake/confirm",
                new JsonObject { ["region"] = parsed.GetValue(region), ["reason"] = parsed.GetValue(reason) }),
            parsed => $"the brake of {parsed.GetValue(region)} is confirmed and the moves start; see: holdfast tickets");
        return command;
    }

    private static Argument<string> Region() => new("region") { Description = "Name of the region." };
}
