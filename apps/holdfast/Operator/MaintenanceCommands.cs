using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast maintenance [begin|end] host:ID | idc:REGION/IDC | task:ID</c>.</summary>
internal static class MaintenanceCommands
{
    internal static Command Create()
    {
        var json = Asking.Json();
        var command = new Command("maintenance", "List what HA leaves alone, begin and end it.") { json, Begin(), End() };
        Asking.Does(command, async (parsed, api, _) =>
        {
            if (parsed.GetValue(json))
            {
                return Asking.Print(new JsonArray([.. await api.All<JsonNode>("/api/v1/maintenance")]));
            }

            Tables.Print([["key", "reason", "owner", "until", "overdue", "held back"],
                .. (await api.All<MaintenanceView>("/api/v1/maintenance")).Select(m => new[]
                {
                    m.Key, m.Reason, m.Owner, Ages.Of(m.Until, TimeProvider.System.GetUtcNow()), m.IsOverdue ? "yes" : "",
                    $"{m.HeldBackCount}",
                })]);
            return 0;
        });
        return command;
    }

    private static Command Begin()
    {
        var key = Key();
        var reason = new Option<string>("--reason") { Description = "Why.", Required = true };
        var owner = new Option<string>("--owner") { Description = "Who is asked about it.", DefaultValueFactory = _ =>
            Environment.UserName };
        var hours = new Option<double>("--hours") { Description = "How long; it holds until it is ended all the same.",
            DefaultValueFactory = _ => 2 };
        var command = new Command("begin", "HA leaves it alone from now on.") { key, reason, owner, hours };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var body = new JsonObject
            {
                ["reason"] = parsed.GetValue(reason),
                ["owner"] = parsed.GetValue(owner),
                ["until"] = TimeProvider.System.GetUtcNow().AddHours(parsed.GetValue(hours)).ToString("O", CultureInfo.InvariantCulture),
            };
            var (method, path, isHost) = Target(parsed.GetValue(key)!, begins: true);
            await api.Send(method, path, isHost ? new JsonObject { ["maintenance"] = body } : body);
            Console.WriteLine($"{parsed.GetValue(key)} is in maintenance; end it with: holdfast maintenance end {parsed.GetValue(key)}");
            return 0;
        });
        return command;
    }

    private static Command End()
    {
        var key = Key();
        var command = new Command("end", "HA looks after it again.") { key };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var (method, path, isHost) = Target(parsed.GetValue(key)!, begins: false);
            var answer = await api.Send(method, path, isHost ? new JsonObject { ["maintenance"] = null } : null);
            // A host's is ended by a change of its settings, which does not answer with a report.
            Console.WriteLine($"{parsed.GetValue(key)} is out of maintenance" + (isHost ? "" : string.Create(CultureInfo.InvariantCulture,
                $"; {api.Read<MaintenanceReport>(path, answer, isDone: true).HeldBackCount} acts were held back")));
            return 0;
        });
        return command;
    }

    internal static (HttpMethod Method, string Path, bool IsHost) Target(string key, bool begins) => key.Split(':', 2) switch
    {
        ["host", var host] => (HttpMethod.Patch, $"/api/v1/hosts/{Uri.EscapeDataString(host)}", true),
        ["idc", var idc] when idc.Split('/') is [var region, var name] => (begins ? HttpMethod.Put : HttpMethod.Delete,
            $"/api/v1/maintenance/idc/{Uri.EscapeDataString(region)}/{Uri.EscapeDataString(name)}", false),
        ["task", var task] => (begins ? HttpMethod.Put : HttpMethod.Delete,
            $"/api/v1/maintenance/task/{Uri.EscapeDataString(task)}", false),
        _ => throw new RefusedException($"'{key}' must be host:ID, idc:REGION/IDC or task:ID.\n  What to do: holdfast maintenance --help"),
    };

    private static Argument<string> Key() => new("key") { Description = "host:ID, idc:REGION/IDC or task:ID." };
}
