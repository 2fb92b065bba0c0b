using Holdfast.ConsoleUi.Client;
using Microsoft.Extensions.Logging;

namespace Holdfast.ConsoleUi.Feed;

/// <summary>The answers that every page's frame and the overview show, as of one moment.</summary>
public sealed record Sight(
    Outcome<FleetOverview> Fleet, Outcome<IReadOnlyList<Headroom>> Headroom, Outcome<JsonObject> Config,
    Outcome<ListPage<TicketView>> Tickets, Outcome<ListPage<DecisionView>> Decisions, Outcome<ListPage<AlertView>> Alerts)
{
    /// <summary>When the scheduler said how the fleet is; null: it has not yet.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Number of all alerts that fire: the list beside is the newest ones.</summary>
    public Outcome<FiringAlerts> Firing { get; init; } = FiringAlerts.None;

    /// <summary>The newest alerts of gaps in what Stores hold.</summary>
    public Outcome<ListPage<AlertView>> Gaps { get; init; } = new ListPage<AlertView>([], null);

    /// <summary>The newest incidents that are not closed.</summary>
    public Outcome<ListPage<TicketView>> Incidents { get; init; } = new ListPage<TicketView>([], null);

    /// <summary>A larger region is drawn as figures, with those of its hosts that are not simply Online.</summary>
    private const int DrawnMax = 1_000;

    /// <summary>All questions at once: a service that hangs does not hold up what the others say.</summary>
    internal static async Task<Sight> Of(IServices services)
    {
        var fleet = services.Get<FleetOverview>($"/api/v1/ha/overview?dots={DrawnMax}");
        var headroom = services.Get<IReadOnlyList<Headroom>>("/api/v1/ha/headroom");
        var config = services.Get<JsonObject>("/api/v1/ha/config");
        var tickets = services.Get<ListPage<TicketView>>("/api/v1/tickets?limit=50");
        var decisions = services.Get<ListPage<DecisionView>>("/api/v1/ha/decisions?limit=30");
        var alerts = services.Get<ListPage<AlertView>>("/api/v1/alerts?limit=100");
        var firing = services.Get<FiringAlerts>("/api/v1/alerts/firing");
        var gaps = services.Get<ListPage<AlertView>>($"/api/v1/alerts?limit=100&event={AlertEvents.StoreGap}");
        var incidents = services.Get<ListPage<TicketView>>("/api/v1/tickets?limit=50&incident=Ongoing&incident=Recovered");
        return new Sight(await fleet, await headroom, await config, await tickets, await decisions, await alerts)
        {
            AsOf = (await fleet).Value?.At,
            Firing = await firing,
            Gaps = await gaps,
            Incidents = await incidents,
        };
    }

    /// <summary>Faults of the services that do not answer, each once.</summary>
    internal IReadOnlyList<Fault> Down =>
    [
        .. new[] { Fleet.Fault, Headroom.Fault, Config.Fault, Tickets.Fault, Decisions.Fault, Alerts.Fault, Firing.Fault, Gaps.Fault,
            Incidents.Fault }
            .OfType<Fault>()
            .DistinctBy(f => f.Code + f.Detail, StringComparer.Ordinal),
    ];
}

/// <summary>Asks the services; what does not answer is a fault.</summary>
internal interface IServices
{
    Task<Outcome<T>> Get<T>(string path);
}

/// <summary>The fleet, looked at for all browsers of this process: a browser gets at most one change a second.</summary>
internal sealed class LiveFeed(Api api, TimeProvider time, ILogger<LiveFeed> logger) : WatchedLoop(time, logger), IServices
{
    /// <summary>A service that hangs does not hold up what the others say.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2);

    internal Sight? Latest { get; private set; }

    /// <summary>A scheduler that does not answer makes nothing newer.</summary>
    internal async Task<Sight> Look() => Latest = await Sight.Of(this) is var sight && sight.AsOf is null
        ? sight with { AsOf = Latest?.AsOf } : sight;

    async Task<Outcome<T>> IServices.Get<T>(string path)
    {
        try
        {
            return await api.Get<T>(path).WaitAsync(AnswerMax, Time);
        }
        catch (TimeoutException)
        {
            return ServiceFaults.Unreachable(path.Split('?')[0], $"no answer within {AnswerMax.TotalSeconds:0} s");
        }
    }

    protected override Task LookAround() => Look();
}
