using System.Globalization;
using System.Text;
using Holdfast.ConsoleUi.Client;
using Holdfast.Contracts;

namespace Holdfast.ConsoleUi.Incidents;

/// <summary>One thing that happened, or that follows from what happened.</summary>
/// <param name="Step">missed beats, verdict, brake, plan, fence, start, caught up, alert, attempt, decision.</param>
/// <param name="Tone">bad, warn, busy, ok.</param>
internal sealed record Happening(DateTimeOffset At, string Step, string Tone, string On, string Sentence);

/// <summary>All that is known of an incident.</summary>
/// <param name="Fence">Lease and kill grace, as ha.config has them now; null: not known.</param>
internal sealed record IncidentFacts(
    TicketView Ticket, IReadOnlyList<DecisionView> Decisions, IReadOnlyList<AlertView> Alerts, IReadOnlyList<DeliveryView> Deliveries,
    TimeSpan? Fence);

/// <summary>An incident as one line of time. Pure.</summary>
internal static class Timeline
{
    internal static IReadOnlyList<Happening> Of(IncidentFacts facts) =>
    [
        .. Beginning(facts).Concat(Decisions(facts)).Concat((facts.Ticket.SubTasks ?? []).SelectMany(Part)).Concat(Alerts(facts))
            .Concat(End(facts.Ticket)).OrderBy(h => h.At).ThenBy(h => Order(h.Step)),
    ];

    private static IEnumerable<Happening> Beginning(IncidentFacts facts)
    {
        var ticket = facts.Ticket;
        var hosts = string.Join(", ", ticket.Hosts);
        if (ticket.DetectionSeconds is { } detection)
        {
            var last = ticket.CreatedAt.AddSeconds(-detection);
            yield return new Happening(last, "missed beats", "warn", hosts, "The last heartbeat came; every one after it is missing.");
            if (facts.Fence is { } fence)
            {
                yield return new Happening(last + fence, "fence", "busy", hosts, string.Create(CultureInfo.InvariantCulture,
                    $"By now its guard has stopped what ran there: lease and kill grace of {fence.TotalSeconds:0.#} s are over."));
            }
        }

        yield return new Happening(ticket.CreatedAt, "verdict", "bad", hosts,
            $"Down{(ticket.DetectionSeconds is { } after ? $", after {Words.Span(after)} of silence" : "")}.");
        yield return new Happening(ticket.CreatedAt, "plan", "busy", hosts,
            $"{ticket.Kind}: {Counted.Of(ticket.Total, "component")}. {ticket.Reason}".Trim());
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
                $"{part.From ?? "–"} → {part.Target ?? "–"}, epoch {part.Epoch}.");
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

    private static IEnumerable<Happening> Alerts(IncidentFacts facts)
    {
        foreach (var alert in facts.Alerts)
        {
            yield return new Happening(alert.ActiveAt, "alert", "warn", alert.Target, $"{alert.Event}: {alert.Summary}");
            if (alert.ResolvedAt is { } resolved)
            {
                yield return new Happening(resolved, "alert", "ok", alert.Target, $"{alert.Event}: resolved.");
            }
        }

        foreach (var (delivery, attempt) in facts.Deliveries.SelectMany(d => d.Attempts.Select(a => (d, a))))
        {
            yield return new Happening(attempt.At, "attempt", attempt.Ok ? "ok" : "bad", delivery.Channel, attempt.Ok
                ? string.Create(CultureInfo.InvariantCulture, $"Told {delivery.Channel} in {attempt.DurationMs:0} ms.")
                : $"{delivery.Channel} was not reached: {attempt.Reason}");
        }
    }

    private static IEnumerable<Happening> End(TicketView ticket) => ticket.FinishedAt is { } finished
        ? [new Happening(finished, "end", ticket.Status == "Successful" ? "ok" : "bad", ticket.Id,
            $"{ticket.Status}. {ticket.Note}".Trim())]
        : [];

    private static int Order(string step) => step switch
    {
        "missed beats" => 0,
        "verdict" => 1,
        "brake" => 2,
        "plan" => 3,
        "decision" or "move" => 4,
        "end" => 9,
        _ => 5,
    };

    internal static string Markdown(IncidentFacts facts)
    {
        var ticket = facts.Ticket;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {ticket.Kind}: {string.Join(", ", ticket.Hosts)}\n\n")
            .Append(CultureInfo.InvariantCulture, $"- ticket `{ticket.Id}`, region {ticket.Region}, {ticket.Status}, ")
            .Append(CultureInfo.InvariantCulture, $"{ticket.Done} of {ticket.Total}\n")
            .Append(CultureInfo.InvariantCulture, $"- detected in {Words.Span(ticket.DetectionSeconds)}, ")
            .Append(CultureInfo.InvariantCulture, $"moved in {Words.Span(ticket.MoveSeconds)}, ")
            .Append(CultureInfo.InvariantCulture, $"caught up in {Words.Span(ticket.CatchUpSeconds)}\n\n")
            .Append("| time | step | object | what |\n|---|---|---|---|\n");
        foreach (var happening in Of(facts))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Iso.Millis(happening.At)} | {happening.Step} ")
                .Append(CultureInfo.InvariantCulture, $"| {Cell(happening.On)} | {Cell(happening.Sentence)} |\n");
        }

        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
