using System.Collections.Concurrent;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Wording;

namespace Holdfast.ConsoleUi.Incidents;

/// <summary>Asks the services for all that they know of an incident; what could not be asked is named, never left out in silence.</summary>
internal sealed class IncidentReader(Api api)
{
    private const int AlertsMax = 50;
    private const int ObjectsMax = 20;
    private const int SubtopicsMax = 10;
    private const int DecisionPagesMax = 4;

    internal async Task<Outcome<IncidentFacts>> Read(string id)
    {
        var asked = await api.Get<TicketView>($"/api/v1/tickets/{Uri.EscapeDataString(id)}");
        if (asked.Value is not { } ticket)
        {
            return asked.Fault!;
        }

        var services = new Asking(api);
        var objects = ticket.Hosts.Concat((ticket.SubTasks ?? []).Select(s =>
            s.Component)).Append($"region:{ticket.Region}").Take(ObjectsMax);
        var decisions = objects.Select(o => Decisions(services, o, ticket)).ToList();
        var subtopics = (ticket.Subtopics ?? []).Take(SubtopicsMax).ToList();
        var stores = subtopics.Select(s =>
            services.Items<StoreTicket>("/api/v1/stores/tickets", ("subtopic", s), ("limit", "200"))).ToList();
        var reasons = subtopics.Select(s =>
            services.Items<StoreDecisionRecord>("/api/v1/stores/decisions", ("subtopic", s), ("limit", "200"))).ToList();
        var changes = services.Items<HaConfigChangeView>("/api/v1/ha/config/history", ("limit", "200"));
        var config = services.One<JsonObject>("/api/v1/ha/config");
        var alerts = await Alerts(services, ticket);
        var deliveries = alerts.Select(a =>
            services.Items<DeliveryView>($"/api/v1/alerts/{Uri.EscapeDataString(a.Id)}/deliveries", ("limit", "100"))).ToList();
        var fence = FenceAt(await config, await changes, Timeline.Begin(ticket));
        return new IncidentFacts(ticket, await All(decisions), alerts, await All(deliveries), fence)
        {
            StoreTickets = await All(stores),
            StoreDecisions = await All(reasons),
            Unanswered = services.Faults,
        };
    }

    /// <summary>The span that the scheduler saw before and after it acted, as far as one replay goes.</summary>
    internal static (DateTimeOffset From, DateTimeOffset To) Span(TicketView ticket)
    {
        var from = ticket.CreatedAt.AddMinutes(-5);
        var to = (ticket.FinishedAt ?? ticket.CreatedAt).AddMinutes(5);
        return (from, to < from.AddHours(1) ? to : from.AddHours(1));
    }

    /// <summary>Lease and kill grace as they were at that time, from what holds now and what was changed since.</summary>
    /// <param name="changes">The newest first.</param>
    internal static TimeSpan? FenceAt(JsonObject? config, IReadOnlyList<HaConfigChangeView> changes, DateTimeOffset at) =>
        ValueAt(config, changes, at, "leaseSec") is { } lease && ValueAt(config, changes, at, "killGraceSec") is { } grace
            ? TimeSpan.FromSeconds(lease + grace) : null;

    private static double? ValueAt(JsonObject? config, IReadOnlyList<HaConfigChangeView> changes, DateTimeOffset at, string key)
    {
        var since = changes.Where(c => c.At > at).OrderBy(c => c.At).SelectMany(c => c.Changed).FirstOrDefault(c => c.Key == key);
        return since is null ? config?[key]?.GetValue<double>() : since.Before?.GetValue<double>();
    }

    /// <summary>The alerts that carry its id, and those of gaps that Stores of its subtopics had meanwhile, by their beginning.</summary>
    private static async Task<IReadOnlyList<AlertView>> Alerts(Asking services, TicketView ticket)
    {
        var own = services.Items<AlertView>("/api/v1/alerts", ("incident", ticket.Id), ("range", "3m"), ("limit", "200"));
        var gaps = services.Items<AlertView>("/api/v1/alerts", ("event", AlertEvents.StoreGap), ("range", "3m"), ("limit", "200"));
        var concerned = (await gaps).Where(a => ticket.Subtopics?.Contains(a.Target, StringComparer.Ordinal) == true
            && a.ActiveAt >= Timeline.Begin(ticket) && !(a.ActiveAt > ticket.ClosedAt));
        return
        [
            .. (await own).Concat(concerned).DistinctBy(a => a.Id, StringComparer.Ordinal).OrderBy(a => a.ActiveAt)
                .ThenBy(a => a.Id, StringComparer.Ordinal).Take(AlertsMax),
        ];
    }

    /// <summary>From the last heartbeat to the close: what was decided early must not fall off as more is decided.</summary>
    private static Task<IReadOnlyList<DecisionView>> Decisions(Asking services, string of, TicketView ticket) => ApiExchange.Pages(
        Words.Path("/api/v1/ha/decisions", ("object", of), ("from", Iso.Seconds(Timeline.Begin(ticket))),
            ("to", ticket.ClosedAt is { } end ? Iso.Seconds(end.AddSeconds(1)) : null), ("limit", "500")),
        DecisionPagesMax, services.One<ListPage<DecisionView>>);

    private static async Task<IReadOnlyList<T>> All<T>(IEnumerable<Task<IReadOnlyList<T>>> lists) =>
        [.. (await Task.WhenAll(lists)).SelectMany(list => list)];

    /// <summary>The questions of one report, and the faults of those that had no answer.</summary>
    private sealed class Asking(Api api)
    {
        private readonly ConcurrentDictionary<Fault, bool> _faults = new();

        internal IReadOnlyList<Fault> Faults => [.. _faults.Keys.OrderBy(f => f.Code + f.Detail, StringComparer.Ordinal)];

        /// <returns>default: it was not answered, which is noted.</returns>
        internal async Task<T?> One<T>(string path)
        {
            var answer = await api.Get<T>(path);
            if (answer.Fault is { } fault)
            {
                _faults.TryAdd(fault, true);
            }

            return answer.Value;
        }

        internal async Task<IReadOnlyList<T>> Items<T>(string path, params (string Name, string? Value)[] query) =>
            (await One<ListPage<T>>(Words.Path(path, query)))?.Items ?? [];
    }
}
