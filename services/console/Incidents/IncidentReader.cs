using System.Text.Json.Nodes;
using Holdfast.ConsoleUi.Client;
using Holdfast.Contracts;
using Holdfast.Platform.Http;

namespace Holdfast.ConsoleUi.Incidents;

/// <summary>Asks the services for all that they know of an incident.</summary>
internal sealed class IncidentReader(Api api)
{
    private const int AlertsMax = 20;
    private const int ObjectsMax = 20;

    internal async Task<Outcome<IncidentFacts>> Read(string id)
    {
        var asked = await api.Get<TicketView>($"/api/v1/tickets/{Uri.EscapeDataString(id)}");
        if (asked.Value is not { } ticket)
        {
            return asked.Fault!;
        }

        var from = ticket.CreatedAt.AddMinutes(-1);
        var to = (ticket.FinishedAt ?? ticket.CreatedAt.AddHours(12)).AddMinutes(10);
        var objects = ticket.Hosts.Concat((ticket.SubTasks ?? []).Select(s =>
            s.Component)).Append($"region:{ticket.Region}").Take(ObjectsMax);
        var decisions = objects.Select(o => api.Get<ListOf<DecisionView>>(Words.Path("/api/v1/ha/decisions",
            ("object", o), ("from", Moment(from)), ("to", Moment(to)), ("limit", "100")))).ToList();
        var alerts = await api.Get<ListOf<AlertView>>("/api/v1/alerts?range=3m&limit=500");
        IReadOnlyList<AlertView> own = [.. (alerts.Value?.Items ?? []).Where(a => Concerns(a, ticket)).Take(AlertsMax)];
        var deliveries = own.Select(a =>
            api.Get<ListOf<DeliveryView>>($"/api/v1/alerts/{Uri.EscapeDataString(a.Id)}/deliveries?limit=100")).ToList();
        var config = (await api.Get<JsonObject>("/api/v1/ha/config")).Value;
        return new IncidentFacts(ticket,
            [.. (await Task.WhenAll(decisions)).SelectMany(d => d.Value?.Items ?? [])], own,
            [.. (await Task.WhenAll(deliveries)).SelectMany(d => d.Value?.Items ?? [])], Fence(config));
    }

    /// <summary>The span that the scheduler saw before and after it acted, as far as one replay goes.</summary>
    internal static (DateTimeOffset From, DateTimeOffset To) Span(TicketView ticket)
    {
        var from = ticket.CreatedAt.AddMinutes(-5);
        var to = (ticket.FinishedAt ?? ticket.CreatedAt).AddMinutes(5);
        return (from, to < from.AddHours(1) ? to : from.AddHours(1));
    }

    private static bool Concerns(AlertView alert, TicketView ticket) => alert.Incident == ticket.Id
        || (alert.Incident is null && alert.Host is { } host && ticket.Hosts.Contains(host, StringComparer.Ordinal)
            && alert.ActiveAt >= ticket.CreatedAt.AddSeconds(-5) && !(alert.ActiveAt > ticket.FinishedAt));

    private static TimeSpan? Fence(JsonObject? config) =>
        config?["leaseSec"] is { } lease && config["killGraceSec"] is { } grace
            ? TimeSpan.FromSeconds(lease.GetValue<double>() + grace.GetValue<double>()) : null;

    private static string Moment(DateTimeOffset at) => Iso.Seconds(at);
}
