using Holdfast.ConsoleUi.Client;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Microsoft.Extensions.Logging;
using System.Text.Json.Nodes;

namespace Holdfast.ConsoleUi.Feed;

/// <summary>What every page's frame and the overview show, as of one moment.</summary>
public sealed record Sight(
    Outcome<FleetOverview> Fleet, Outcome<IReadOnlyList<Headroom>> Headroom, Outcome<JsonObject> Config,
    Outcome<ListOf<TicketView>> Tickets, Outcome<ListOf<DecisionView>> Decisions, Outcome<ListOf<AlertView>> Alerts)
{
    /// <summary>What does not answer, each once.</summary>
    internal IReadOnlyList<Fault> Down =>
    [
        .. new[] { Fleet.Fault, Headroom.Fault, Config.Fault, Tickets.Fault, Decisions.Fault, Alerts.Fault }.OfType<Fault>()
            .DistinctBy(f => f.Code + f.Detail, StringComparer.Ordinal),
    ];
}

/// <summary>
/// One look at the fleet for all browsers of this process: once a second while anybody watches, and never more often, so that
/// a browser gets at most one change a second; slowly while nobody does.
/// </summary>
internal sealed class LiveFeed(Api api, TimeProvider time, ILogger<LiveFeed> logger) : TickLoop(time, logger)
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Unwatched = TimeSpan.FromSeconds(20);

    /// <summary>A service that hangs does not hold up what the others say.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private int _watchers;
    private long _looked;

    internal Sight? Latest { get; private set; }

    /// <summary>Called after each look; none of them must hold it up.</summary>
    private Action? _changed;

    protected override TimeSpan Interval => Volatile.Read(ref _watchers) > 0 ? Watched : Unwatched;

    internal IDisposable Watch(Action changed)
    {
        AddListener(changed);
        Interlocked.Increment(ref _watchers);
        if (Time.GetElapsedTime(Interlocked.Read(ref _looked)) > Watched)
        {
            Hurry();
        }

        return new Watching(this, changed);
    }

    internal Task Heard()
    {
        if (Volatile.Read(ref _watchers) > 0 && Time.GetElapsedTime(Interlocked.Read(ref _looked)) > Watched)
        {
            Hurry();
        }

        return Task.CompletedTask;
    }

    internal async Task<Sight> Look()
    {
        var fleet = Get<FleetOverview>("/api/v1/ha/overview");
        var headroom = Get<IReadOnlyList<Headroom>>("/api/v1/ha/headroom");
        var config = Get<JsonObject>("/api/v1/ha/config");
        var tickets = Get<ListOf<TicketView>>("/api/v1/tickets?limit=50");
        var decisions = Get<ListOf<DecisionView>>("/api/v1/ha/decisions?limit=30");
        var alerts = Get<ListOf<AlertView>>("/api/v1/alerts?limit=100");
        return Latest = new Sight(await fleet, await headroom, await config, await tickets, await decisions, await alerts);
    }

    private async Task<Outcome<T>> Get<T>(string path)
    {
        try
        {
            return await api.Get<T>(path).WaitAsync(AnswerMax, Time);
        }
        catch (TimeoutException)
        {
            return Faults.Unreachable(path.Split('?')[0], $"no answer within {AnswerMax.TotalSeconds:0} s");
        }
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        Interlocked.Exchange(ref _looked, Time.GetTimestamp());
        await Look();
        _changed?.Invoke();
    }

    private void AddListener(Action listener)
    {
        lock (_lock)
        {
            _changed += listener;
        }
    }

    private void RemoveListener(Action listener)
    {
        lock (_lock)
        {
            _changed -= listener;
        }
    }

    private sealed class Watching(LiveFeed feed, Action changed) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                feed.RemoveListener(changed);
                Interlocked.Decrement(ref feed._watchers);
            }
        }
    }
}
