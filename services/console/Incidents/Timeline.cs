using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Wording;

namespace Holdfast.ConsoleUi.Incidents;

/// <summary>One thing that happened, or that follows from what happened.</summary>
/// <param name="Step">missed beats, verdict, brake, plan, fence, move, start, caught up, store, alert, attempt, decision, closed …</param>
/// <param name="Tone">bad, warn, busy, ok.</param>
internal sealed record Happening(DateTimeOffset At, string Step, string Tone, string On, string Sentence);

/// <summary>All that is known of an incident.</summary>
/// <param name="Fence">Lease and kill grace, as ha.config had them when it began; null: not known.</param>
internal sealed record IncidentFacts(
    TicketView Ticket, IReadOnlyList<DecisionView> Decisions, IReadOnlyList<AlertView> Alerts, IReadOnlyList<DeliveryView> Deliveries,
    TimeSpan? Fence)
{
    /// <summary>Operations on Stores of the subtopics that it is about.</summary>
    public IReadOnlyList<StoreTicket> StoreTickets { get; init; } = [];

    public IReadOnlyList<StoreDecisionRecord> StoreDecisions { get; init; } = [];

    /// <summary>Reason for which something of it could not be asked: the rest is true, and not all. Empty: all was answered.</summary>
    public IReadOnlyList<Fault> Unanswered { get; init; } = [];
}

/// <summary>
/// An incident as one line of time. It only grows: a line that was there stays as it is, whatever has happened since. So a report that
/// was sent at night and one of the next morning agree. Pure.
/// </summary>
internal static class Timeline
{
    /// <summary>The store manager's code of a subtopic that lacks nothing.</summary>
    private const string StoreHealthy = "ST-200";

    /// <summary>When the last heartbeat came: times after it are counted from there.</summary>
    internal static DateTimeOffset Begin(TicketView ticket) => ticket.CreatedAt.AddSeconds(-(ticket.DetectionSeconds ?? 0));

    /// <summary>From the last heartbeat to the close.</summary>
    internal static IReadOnlyList<Happening> Of(IncidentFacts facts)
    {
        var (from, to) = (Begin(facts.Ticket), facts.Ticket.ClosedAt ?? DateTimeOffset.MaxValue);
        var all = Beginning(facts).Concat(Decisions(facts)).Concat((facts.Ticket.SubTasks ?? []).SelectMany(Part)).Concat(Stores(facts))
            .Concat(Alerts(facts)).Concat(End(facts.Ticket));
        return
        [
            .. all.Where(h => h.At >= from && h.At <= to).OrderBy(h => h.At).ThenBy(h => Order(h.Step))
                .ThenBy(h => h.On, StringComparer.Ordinal).ThenBy(h => h.Sentence, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<Happening> Beginning(IncidentFacts facts)
    {
        var ticket = facts.Ticket;
        var hosts = string.Join(", ", ticket.Hosts);
        if (ticket.DetectionSeconds is not null)
        {
            var last = Begin(ticket);
            yield return new Happening(last, "missed beats", "warn", hosts, "The last heartbeat came; every one after it is missing.");
            if (facts.Fence is { } fence)
            {
                yield return new Happening(last + fence, "fence", "busy", hosts, string.Create(CultureInfo.InvariantCulture,
                    $"By now its guard has stopped what ran there: lease and kill grace of {fence.TotalSeconds:0.#} s are over."));
            }
        }

        yield return new Happening(ticket.CreatedAt, "verdict", "bad", hosts,
            $"Down{(ticket.DetectionSeconds is { } after ? $", after {Words.Span(after)} of silence" : "")}.");
        var stores = ticket.Subtopics is { Count: > 0 } subtopics ? $" It had Stores of {string.Join(", ", subtopics)}." : "";
        yield return new Happening(ticket.CreatedAt, "plan", "busy", hosts,
            $"{ticket.Kind}: {Counted.Of(ticket.Total, "component")}.{stores} {ticket.Reason}".Trim());
    }

    private static IEnumerable<Happening> Decisions(IncidentFacts facts) => facts.Decisions
        .Where(d => d.Code != "HA-200")
        .Select(d => new Happening(d.At, d.Code is "HA-205" or "HA-206" || d.Object.StartsWith("region:", StringComparison.Ordinal)
            ? "brake"
            : "decision", d.Code == "act" ? "busy" : "warn", d.Object, d.Code == "act" ? d.Sentence : $"{d.Code} {d.Sentence}"));

    private static IEnumerable<Happening> Part(SubTask part)
    {
        if (part.Recovery?.MovedAt is { } moved)
        {
            yield return new Happening(moved, "move", "busy", part.Component,
                $"{part.From ?? "–"} → {part.Target ?? "–"}{(part.Epoch is { } epoch ? $", epoch {epoch}" : "")}.");
        }

        if (part.Recovery?.StartedAt is { } started)
        {
            yield return new Happening(started, "start", "ok", part.Component, $"Runs on {part.Target}.");
        }

        if (part.Recovery?.RecoveredAt is { } recovered)
        {
            yield return new Happening(recovered, "caught up", "ok", part.Component, "Its delay is under its task's limit again.");
        }
        else if (part is { FinishedAt: { } finished, Recovery: null })
        {
            yield return new Happening(finished, "done", part.Status == "Failed" ? "bad" : "ok", part.Component,
                $"{part.Status}. {part.Note}".Trim());
        }
    }

    /// <summary>Lines of Store tickets and decisions; a ticket's Store and host, named only later, stand in the line of its end.</summary>
    private static IEnumerable<Happening> Stores(IncidentFacts facts)
    {
        foreach (var ticket in facts.StoreTickets)
        {
            yield return new Happening(
                ticket.CreatedAt, "store", "busy", ticket.Subtopic, $"{ticket.Kind}: {ticket.Reason}".TrimEnd(' ', ':'));
            if (ticket.FinishedAt is { } finished)
            {
                yield return new Happening(finished, "store", ticket.Status == "Failed" ? "bad" : "ok", ticket.Store ?? ticket.Subtopic,
                    $"{ticket.Kind}: {ticket.Status}, {ticket.Note}".TrimEnd(' ', ','));
            }
        }

        foreach (var decision in facts.StoreDecisions.Where(d => d.Code != StoreHealthy))
        {
            yield return new Happening(decision.At, "decision", decision.Code == "act" ? "busy" : "warn", decision.Subtopic,
                decision.Code == "act" ? decision.Sentence : $"{decision.Code} {decision.Sentence}");
        }
    }

    /// <summary>In the words that they began with: later ones, and those of the end, say something else.</summary>
    private static IEnumerable<Happening> Alerts(IncidentFacts facts)
    {
        foreach (var alert in facts.Alerts)
        {
            yield return new Happening(alert.ActiveAt, "alert", "warn", alert.Target, $"{alert.Event}: {alert.RaisedAs ?? alert.Summary}");
            if (alert.ResolvedAt is { } resolved)
            {
                yield return new Happening(resolved, "alert", "ok", alert.Target, $"{alert.Event}: resolved, {alert.Summary}");
            }
        }

        foreach (var (delivery, attempt) in facts.Deliveries.SelectMany(d => d.Attempts.Select(a => (d, a))))
        {
            yield return new Happening(attempt.At, "attempt", attempt.Ok ? "ok" : "bad", delivery.Channel, attempt.Ok
                ? string.Create(CultureInfo.InvariantCulture, $"Delivered to {delivery.Channel} in {attempt.DurationMs:0} ms.")
                : $"{delivery.Channel} was not reached: {attempt.Reason}");
        }
    }

    private static IEnumerable<Happening> End(TicketView ticket)
    {
        var hosts = string.Join(", ", ticket.Hosts);
        if (ticket.FinishedAt is { } finished)
        {
            yield return new Happening(finished, "placed", ticket.Status == "Failed" ? "bad" : "ok", ticket.Id,
                ticket.Total == 0 ? "There was nothing to move." : "Nothing of it waits for a host any more.");
        }

        if (ticket.RecoveredAt is { } recovered)
        {
            yield return new Happening(recovered, "recovered", "ok", ticket.Id,
                "All of it that is to run runs and has caught up, and no Store has a gap.");
        }

        if (ticket.HostsBackAt is { } back)
        {
            yield return new Happening(back, "back", "ok", hosts, "Online again, or removed.");
        }

        if (ticket.ClosedAt is { } closed)
        {
            yield return new Happening(closed, "closed", "ok", ticket.Id, "The incident is over.");
        }
    }

    private static int Order(string step) => step switch
    {
        "missed beats" => 0,
        "verdict" => 1,
        "brake" => 2,
        "plan" => 3,
        "decision" or "move" => 4,
        "caught up" => 6,
        "placed" => 7,
        "recovered" => 8,
        "back" => 9,
        "closed" => 10,
        _ => 5,
    };

    /// <summary>Its head says only what stays so; what changes with time is a line of its own.</summary>
    internal static string Markdown(IncidentFacts facts)
    {
        var ticket = facts.Ticket;
        var begin = Begin(ticket);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {ticket.Kind}: {string.Join(", ", ticket.Hosts)}\n\n")
            .Append(CultureInfo.InvariantCulture, $"- ticket `{ticket.Id}`, region {ticket.Region}\n")
            .Append(CultureInfo.InvariantCulture, $"- last heartbeat {Iso.Millis(begin)}, ")
            .Append(CultureInfo.InvariantCulture, $"detected in {Words.Span(ticket.DetectionSeconds)}\n");
        foreach (var fault in facts.Unanswered)
        {
            text.Append(CultureInfo.InvariantCulture, $"- **not complete**, {fault.Code}: {Cell(fault.Detail)}\n");
        }

        text.Append("\n| time | after | step | object | what |\n|---|---:|---|---|---|\n");
        foreach (var happening in Of(facts))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Iso.Millis(happening.At)} | {Words.After(happening.At - begin)} ")
                .Append(CultureInfo.InvariantCulture, $"| {happening.Step} | {Cell(happening.On)} | {Cell(happening.Sentence)} |\n");
        }

        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
