using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast silences …</c>: alerts that are not sent for a while.</summary>
internal static class SilenceCommands
{
    private static readonly (string Option, string Key)[] Lists =
    [
        ("--event", "events"), ("--target", "targets"), ("--host", "hosts"), ("--task", "tasks"), ("--tag", "taskTags"),
        ("--region", "regions"), ("--scope", "scopes"),
    ];

    internal static Command Create()
    {
        var json = Asking.Json();
        var ended = new Option<bool>("--ended") { Description = "Those that have ended too." };
        var command = new Command("silences", "List the silences, the last to end first.") { json, ended };
        ListCommands.Shows(command, json, parsed => Listing.Of<Silence>(
            "silences", "/api/v1/silences" + (parsed.GetValue(ended) ? "?ended=true" : ""),
            ["id", "owner", "reason", "startsAt", "endsAt", "endedEarly", "matcher"]));
        command.Add(Add());
        command.Add(End());
        return command;
    }

    private static Command Add()
    {
        var lists = Lists
            .Select(l => (l.Key, Option: new Option<string[]>(l.Option) { Description = "May be given several times." })).ToList();
        var levels = new Option<int[]>("--level") { Description = "1 to 5; may be given several times." };
        var reason = new Option<string>("--reason") { Description = "Why; kept with it.", Required = true };
        var owner = new Option<string>("--owner") { Description = "Who answers for it.", DefaultValueFactory = _ => Environment.UserName };
        var length = new Option<double>("--hours") { Description = "From now on, for so many hours.", Required = true };
        var command = new Command("add", "Keep what matches, and do not send it for a while.") { levels, reason, owner, length };
        lists.ForEach(l => command.Add(l.Option));
        Order.Sends<Silence>(command, parsed =>
        {
            var matcher = new JsonObject();
            foreach (var (key, option) in lists.Where(l => parsed.GetValue(l.Option) is { Length: > 0 }))
            {
                matcher[key] = new JsonArray([.. parsed.GetValue(option)!.Select(v => JsonValue.Create(v))]);
            }

            if (parsed.GetValue(levels) is { Length: > 0 } given)
            {
                matcher["levels"] = new JsonArray([.. given.Select(v => JsonValue.Create(v))]);
            }

            var ends = TimeProvider.System.GetUtcNow().AddHours(parsed.GetValue(length));
            return (HttpMethod.Post, "/api/v1/silences", new JsonObject
            {
                ["matcher"] = matcher, ["reason"] = parsed.GetValue(reason), ["owner"] = parsed.GetValue(owner),
                ["endsAt"] = ends.ToString("O", CultureInfo.InvariantCulture),
            });
        }, silence => $"{silence.Id} until {Iso.Seconds(silence.EndsAt)}");
        return command;
    }

    private static Command End()
    {
        var id = new Argument<string>("id") { Description = "Id of the silence." };
        var command = new Command("end", "End a silence now; alerts that it covered and that still fire are sent.") { id };
        Order.Sends<Silence>(command, parsed => (HttpMethod.Delete, $"/api/v1/silences/{Uri.EscapeDataString(parsed.GetValue(id)!)}", []),
            silence => $"{silence.Id} has ended");
        return command;
    }
}
