using System.Collections.Concurrent;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Circuits;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting;

/// <summary>
/// Finds deliveries that are due, claims each by compare-and-set until a deadline, and hands it to its channel's lane.
/// Any number of replicas do this side by side; when one dies, its claims end and another one delivers, under the same key.
/// </summary>
internal sealed partial class DeliveryLoop(
    IDocuments<Delivery> deliveries, IDocuments<Alert> alerts, IDocuments<ChannelDefinition> channels, DeliveryBook book,
    ChannelPulse pulse, TurnTaking turns, Courier courier, Handover handover, TimeProvider time, ILogger<DeliveryLoop> logger)
    : TickLoop(time, logger)
{
    /// <summary>Between two helpings of each channel while others wait long to be accepted.</summary>
    private static readonly TimeSpan WayGivenMax = TimeSpan.FromMilliseconds(50);

    /// <summary>How large a helping is then; the same again for each <see cref="BehindStep"/> that telling is late.</summary>
    private const int HelpingLeft = 16;

    private static readonly TimeSpan BehindStep = TimeSpan.FromMilliseconds(250);

    /// <summary>Telling that is this late gives way to nobody.</summary>
    private static readonly TimeSpan BehindMax = TimeSpan.FromSeconds(10);

    /// <summary>Who raises alerts waits for no longer than this, as long as telling can make room for it.</summary>
    private static readonly TimeSpan AcceptingWanted = TimeSpan.FromMilliseconds(20);

    /// <summary>For what is on its way to a receiver when the process is told to end.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    /// <summary>For claims to be given back.</summary>
    private static readonly TimeSpan GiveBackMax = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _underway = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _me = Guid.NewGuid().ToString("N");
    private readonly TimeProvider _time = time;

    private long _ticked;
    private long? _followed;
    private volatile bool _channelsChanged;

    /// <summary>Since the last tick that went through; null: none has yet.</summary>
    internal TimeSpan? TickedAgo => Interlocked.Read(ref _ticked) is not 0 and var ticked ? _time.GetElapsedTime(ticked) : null;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task Tick(CancellationToken cancel)
    {
        var helping = await GiveWay(cancel);
        if (_followed is not { } followed || _time.GetElapsedTime(followed) >= Interval || _channelsChanged)
        {
            _channelsChanged = false;
            await FollowChannels(cancel);
            _followed = _time.GetTimestamp();
        }

        await Task.WhenAll(_lanes.Values.Select(lane => Fill(lane, helping, cancel)));
        Interlocked.Exchange(ref _ticked, Math.Max(1, _time.GetTimestamp()));
    }

    /// <summary>What is not accepted can still be lost, and what is accepted can wait: but not for ever.</summary>
    /// <returns>How many may be told at once on each channel.</returns>
    private async Task<int> GiveWay(CancellationToken cancel)
    {
        var last = Interlocked.Read(ref _ticked);
        while (_time.GetElapsedTime(last) < WayGivenMax && Helping(courier.AcceptingTook, Behind) < int.MaxValue)
        {
            await Task.Delay(WayGivenMax / 10, _time, cancel);
        }

        return Helping(courier.AcceptingTook, Behind);
    }

    /// <summary>
    /// Grows with the lag, so that telling keeps up also where accepting always takes long, as on a slow disk. Pure.
    /// </summary>
    /// <param name="accepting">How long those waited who were accepted of late.</param>
    /// <param name="behind">How long the first that could be told at once has been waiting.</param>
    internal static int Helping(TimeSpan accepting, TimeSpan behind) =>
        accepting <= AcceptingWanted || behind >= BehindMax ? int.MaxValue : HelpingLeft * (1 + (int)(behind / BehindStep));

    private TimeSpan Behind => _lanes.Values.Where(lane => lane.Free > 0).Select(lane => lane.Behind).DefaultIfEmpty().Max();

    /// <summary>A channel was made, changed or deleted here.</summary>
    internal void HurryForChannels()
    {
        _channelsChanged = true;
        Hurry();
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        handover.Open(this);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        handover.Close();
        await base.StopAsync(cancellationToken);
        try
        {
            await Task.WhenAll(_underway.Keys).WaitAsync(StopPatience, _time, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // What is still under way gives its claim back, so that another replica can go on at once.
            await _stop.CancelAsync();
            await Task.WhenAll(_underway.Keys).WaitAsync(GiveBackMax, _time, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var lane in _lanes.Values)
        {
            await lane.Retire();
        }
    }

    public override void Dispose()
    {
        _stop.Dispose();
        base.Dispose();
    }

    private async Task FollowChannels(CancellationToken cancel)
    {
        var defined =
            (await channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel)).Items
            .Where(c => c.Document.Enabled).ToDictionary(c => c.Document.Name, StringComparer.Ordinal);
        foreach (var (name, lane) in _lanes.ToList())
        {
            if (!defined.TryGetValue(name, out var current) || !lane.Serves(current))
            {
                _lanes.TryRemove(name, out _);
                await lane.Retire();
            }
        }

        foreach (var (name, definition) in defined)
        {
            if (!_lanes.ContainsKey(name))
            {
                _lanes[name] = new Lane(definition, courier.Open(definition.Document));
            }
        }

        foreach (var sick in (await pulse.All(cancel)).Where(health => !health.IsSound))
        {
            // Another replica may have met it: nothing goes there from here any more without a passage.
            if (_lanes.TryGetValue(sick.Channel, out var lane))
            {
                lane.IsSound = false;
            }
        }
    }

    private async Task Fill(Lane lane, int most, CancellationToken cancel)
    {
        var free = Math.Min(lane.Free, most);
        if (free <= 0)
        {
            return;
        }

        var now = Saying.Micros(_time.GetUtcNow());
        var due = DocumentQuery<Delivery>.All
            .Where(d => d.Channel, Match.Equal, lane.Definition.Name)
            .Where(d => d.NextAttempt, Match.LessOrEqual, now)
            .OrderBy(d => d.NextAttempt).Take(free);
        var found = (await deliveries.Query(due, cancel)).Items;
        lane.HasMore = found.Count == free;
        lane.Behind = TimeSpan.Zero;
        if (found.Count > 0)
        {
            // What must wait or is dropped takes up a passage too: too few go rather than too many.
            var passed = await pulse.Pass(lane, found.Count, cancel);
            lane.Behind = passed > 0 ? now - found[0].Document.NextAttempt!.Value : TimeSpan.Zero;
            await Take(lane, [.. found.Take(passed)], now, cancel);
        }
    }

    /// <summary>All that may go is claimed in one step.</summary>
    private async Task Take(Lane lane, IReadOnlyList<Versioned<Delivery>> found, DateTimeOffset now, CancellationToken cancel)
    {
        var known = await alerts.FindMany([.. found.Select(d => d.Document.Alert)], cancel);
        var go = await Task.WhenAll(found.Select((one, at) => turns.IsToGo(one, known[at]?.Document, now, cancel)));
        var claims = found.Select((one, at) => (Found: one, Alert: known[at])).Where((_, at) => go[at]).TakeWhile(_ => lane.TryEnter())
            .Select(c => (c.Found, Seat: SeatOn(lane, c.Found.Document, now), c.Alert)).ToList();
        IReadOnlyList<bool> claimed = [];
        try
        {
            claimed = await book.ReplaceMany([.. claims.Select(c => (c.Found, c.Seat.Claimed))], cancel);
        }
        finally
        {
            foreach (var (at, (one, seat, alert)) in claims.Index())
            {
                await seat.Take(claimed.ElementAtOrDefault(at), one.Version + 1, alert!.Value);
            }
        }
    }

    /// <summary>For one that is not written yet; null: who accepts has to wait long, or the lane has no slot for it just now.</summary>
    internal Seat? SeatFor(Delivery delivery) =>
        courier.AcceptingTook <= AcceptingWanted
        && _lanes.TryGetValue(delivery.Channel, out var lane) && lane.TakesNew && lane.TryEnter()
            ? SeatOn(lane, delivery, Saying.Micros(_time.GetUtcNow()))
            : null;

    private Seat SeatOn(Lane lane, Delivery delivery, DateTimeOffset now) =>
        new(this, lane, delivery.Claimed(_me, now + lane.Definition.Timeout + Delivery.ClaimSlack));

    /// <summary>Not awaited: the next tick must not wait for a slow receiver.</summary>
    internal void Start(Lane lane, Versioned<Delivery> claimed, Versioned<Alert> alert)
    {
        var carried = Carry(lane, claimed, alert);
        _underway.TryAdd(carried, true);
        _ = Forget(carried);
    }

    private async Task Forget(Task carried)
    {
        await carried.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _underway.TryRemove(carried, out _);
    }

    private async Task Carry(Lane lane, Versioned<Delivery> claimed, Versioned<Alert> alert)
    {
        await Task.Yield();
        AlertSent? sent = null;
        try
        {
            sent = await courier.Carry(lane, claimed, alert, _stop.Token);
        }
#pragma warning disable CA1031 // nobody awaits this task: what is not logged here is lost
        catch (Exception error)
#pragma warning restore CA1031
        {
            // The claim ends by itself and somebody tries again: at least once, under the same key.
            LogUnrecorded(error, claimed.Document.Id, claimed.Document.Channel);
        }
        finally
        {
            await lane.Leave();
            if (lane.WantsMore)
            {
                Hurry();
            }
        }

        // Outside the lane: neither a slow store nor a bus that is away must slow the channel down.
        await Finish(alert, sent);
    }

    private async Task Finish(Versioned<Alert> alert, AlertSent? sent)
    {
        try
        {
            await courier.SettleAfter(alert);
        }
#pragma warning disable CA1031 // see above
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogUnsettled(error, alert.Document.Id);
        }

        if (sent is not null)
        {
            await courier.Publish(sent);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "How delivery {Delivery} to {Channel} went could not be recorded; it will go again")]
    private partial void LogUnrecorded(Exception error, string delivery, string channel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The status of alert {Alert} could not be written; the sweep does it")]
    private partial void LogUnsettled(Exception error, string alert);
}
