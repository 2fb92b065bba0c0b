using Holdfast.ConsoleUi.Wording;
using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast alerts …</c>: the list with its filters, deliveries, dead letters, and what can be asked for.</summary>
internal static class AlertCommands
{
    private static readonly string[] Columns =
        ["id", "event", "target", "level", "condition", "status", "lastTriggered", "completedBy", "summary"];

    private static readonly string[] OfDeliveries =
        ["id", "channel", "round", "condition", "status", "attemptCount", "nextAttempt", "deadAt", "insteadOf"];

    internal static Command Create()
    {
        var filters = new[] { "scope", "range", "event", "status", "q" }.Select(name => new Option<string[]>("--" + name)
        {
            Description = name switch
            {
                "scope" => "system or task.",
                "range" => "7d, 3w, 1m or 3m. [7d]",
                "event" => "Name of an event; may be given several times.",
                "status" => "Pending, Failed, Successful, \"Sent again\" or Completed; may be given several times.",
                _ => "An id, a fingerprint, or part of the text.",
            },
        }).ToArray();
        var json = Asking.Json();
        var command = new Command("alerts", "List the alerts, newest first.") { json };
        Array.ForEach(filters, command.Add);
        ListCommands.Shows(command, json, parsed => Listing.Of<AlertView>("alerts", "/api/v1/alerts" + Query(parsed, filters), Columns));
        command.Add(Deliveries());
        command.Add(Children());
        command.Add(DeadLetters());
        command.Add(Said<AlertView>("resend", "Tell an alert again to every matching channel, now.",
            alert => $"{alert.Id}: {Words.Of(alert.Status)}"));
        command.Add(Said<ListPage<DeliveryView>>("cancel", "Do not send what of an alert is not sent yet.",
            answer => Counted.Of(answer.Items.Count, "delivery is withdrawn", "deliveries are withdrawn")));
        command.Add(Raise());
        command.Add(Events());
        command.Add(Runbook());
        return command;
    }

    private static Command Deliveries()
    {
        var (id, json) = (Id(), Asking.Json());
        var command = new Command("deliveries", "What was sent of an alert, newest first.") { id, json };
        ListCommands.Shows(command, json, parsed => Listing.Of<DeliveryView>(
            "deliveries", $"/api/v1/alerts/{Uri.EscapeDataString(parsed.GetValue(id)!)}/deliveries", OfDeliveries));
        return command;
    }

    private static Command Children()
    {
        var (id, json) = (Id(), Asking.Json());
        var command = new Command("children", "List the alerts that are sent with this one, a Down host's.") { id, json };
        ListCommands.Shows(command, json, parsed =>
            Listing.Of<AlertView>("children", $"/api/v1/alerts/{Uri.EscapeDataString(parsed.GetValue(id)!)}/children", Columns));
        return command;
    }

    private static Command Events()
    {
        var json = Asking.Json();
        var command = new Command("events", "List what alerts are about.") { json };
        ListCommands.Shows(command, json, _ => Listing.Of<EventView>(
            "events", "/api/v1/alerts/events", ["name", "scope", "level", "title"]));
        return command;
    }

    private static Command Runbook()
    {
        var name = new Argument<string>("event") { Description = "Name of the event." };
        var command = new Command("runbook", "Print what to do about an event.") { name };
        Asking.Does(command, async (parsed, api, _) =>
        {
            Console.WriteLine(await api.Get($"/api/v1/alerts/runbooks/{Uri.EscapeDataString(parsed.GetValue(name)!)}"));
            return 0;
        });
        return command;
    }

    private static Command DeadLetters()
    {
        var (channel, json) = (Channel(), Asking.Json());
        var command = new Command("dead-letters", "List the deliveries that were given up.") { channel, json };
        ListCommands.Shows(command, json, parsed =>
            Listing.Of<DeliveryView>("dead letters", "/api/v1/alerts/dead-letters" + Query(parsed, channel), OfDeliveries));
        var of = Channel();
        var one = new Argument<string?>("id") { Description = "One of them; all without it.", DefaultValueFactory = _ => null };
        var resend = new Command("resend", "Try dead letters again, under their keys.") { one, of };
        Asking.Does(resend, async (parsed, api, _) =>
        {
            var path = parsed.GetValue(one) is { } id ? $"/api/v1/alerts/dead-letters/{Uri.EscapeDataString(id)}/resend"
                : "/api/v1/alerts/dead-letters/resend" + Query(parsed, of);
            var answer = await api.Send(HttpMethod.Post, path, new JsonObject());
            Console.WriteLine(parsed.GetValue(one) is null ? Says(api.Read<Revival>(path, answer, isDone: true))
                : $"{api.Read<DeliveryView>(path, answer, isDone: true).Id} goes again");
            return 0;
        });
        command.Add(resend);
        return command;
    }

    private static string Says(Revival revival) => string.Create(CultureInfo.InvariantCulture,
        $"{revival.Resent} are sent again, {revival.Skipped} have nothing left to send");

    private static Command Said<T>(string word, string description, Func<T, string> say)
    {
        var id = Id();
        var command = new Command(word, description) { id };
        Order.Sends(command, parsed => (HttpMethod.Post, $"/api/v1/alerts/{Uri.EscapeDataString(parsed.GetValue(id)!)}/{word}", []), say);
        return command;
    }

    private static Command Raise()
    {
        var alert = new RaisedOptions();
        var resolved = new Option<bool>("--resolved") { Description = "It is over." };
        var command = new Command("raise", "Raise an alert, or say that it is over.") { resolved };
        alert.AddTo(command);
        Order.Sends<RaisedAnswer>(command, parsed => (HttpMethod.Post, "/api/v1/alerts", alert.Body(parsed, parsed.GetValue(resolved))),
            answer => $"{answer.Items[0].Alert}: {answer.Items[0].Reception}");
        return command;
    }

    /// <summary>Of the options that were given.</summary>
    internal static string Query(ParseResult parsed, params Option<string[]>[] options)
    {
        var given = options.SelectMany(o => parsed.GetValue(o) ?? [],
            (o, value) => $"{o.Name.TrimStart('-')}={Uri.EscapeDataString(value)}").ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }

    private static Argument<string> Id() => new("id") { Description = "Id of the alert." };

    private static Option<string[]> Channel() => new("--channel") { Description = "Only of this channel; may be given several times." };
}

/// <summary>Options that describe an alert on the command line.</summary>
internal sealed class RaisedOptions
{
    private readonly Option<string> _event = new("--event") { Description = "Name of the event.", Required = true };
    private readonly Option<string> _target = new("--target") { Description = "Host, task or region that it is about.", Required = true };
    private readonly Option<string> _level = new("--level") { Description = "1 (Stopped) to 5 (Reminder)." };
    private readonly Option<string>[] _texts =
        [.. new[] { "summary", "description", "region", "host", "task", "protection" }.Select(name => new Option<string>("--" + name))];

    private readonly Option<string[]> _tags = new("--tag") { Description = "Tag of the task; may be given several times." };

    internal void AddTo(Command command)
    {
        command.Add(_event);
        command.Add(_target);
        command.Add(_level);
        Array.ForEach(_texts, command.Add);
        command.Add(_tags);
    }

    internal JsonObject Body(ParseResult parsed, bool resolved = false)
    {
        var body = new JsonObject
        {
            ["event"] = parsed.GetValue(_event), ["target"] = parsed.GetValue(_target), ["condition"] = resolved ? "resolved" : "firing",
        };
        if (parsed.GetValue(_level) is { } level)
        {
            body["level"] = int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : level;
        }

        foreach (var text in _texts.Where(t => parsed.GetValue(t) is not null))
        {
            body[text.Name.TrimStart('-')] = parsed.GetValue(text);
        }

        if (parsed.GetValue(_tags) is { Length: > 0 } tags)
        {
            body["taskTags"] = new JsonArray([.. tags.Select(t => JsonValue.Create(t))]);
        }

        return body;
    }
}
