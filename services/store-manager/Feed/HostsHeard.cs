using System.Collections.Concurrent;
using Holdfast.Fleet;

namespace Holdfast.StoreManager.Feed;

/// <summary>Hosts as reported: which of them may take a Store now, and how long a Store has been silent.</summary>
internal sealed class HostsHeard(Settings settings, HostsShunned shunned, TimeProvider time)
{
    /// <summary>A host that has missed so many heartbeats gets no new Store.</summary>
    private const int MissedMax = 3;

    /// <summary>A year: nobody's interval is longer, and no number of a host's makes a span that there is not.</summary>
    private const long QuietMax = 31_536_000;

    private static readonly TimeSpan HeardMaxLeast = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _heardMax = TimeSpan.FromTicks(
        Math.Max(HeardMaxLeast.Ticks, settings.Profile.HeartbeatInterval.Ticks * MissedMax));

    private const long Never = -1;

    private readonly long _origin = time.GetTimestamp();
    private long _reportedAt = Never;
    private readonly FeedClock _feed = new();
    private readonly ConcurrentDictionary<string, HostLife> _lives = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, (long Epoch, TimeSpan At)> _asked = new(StringComparer.Ordinal);

    internal FleetMap Fleet { get; } = new();

    internal Reports Reports { get; } = new();

    /// <summary>The profile's.</summary>
    internal TimeSpan HeartbeatInterval => settings.Profile.HeartbeatInterval;

    internal TimeSpan Elapsed => time.GetElapsedTime(_origin);

    /// <summary>Since any host's report was heard last; null: none was in this life.</summary>
    internal TimeSpan? Silence => Volatile.Read(ref _reportedAt) is var at and not Never ? Elapsed - new TimeSpan(at) : null;

    /// <summary>Since this process began everybody who lives could have been heard.</summary>
    internal bool HadTime => Elapsed > 2 * Rehearing.HeardWithin(HeartbeatInterval, settings.Profile.Ha.Lease);

    internal bool SaysWhatItRuns(string host) => LifeOf(host).IsDown || Fleet.Find(host) is { ComponentsInventory: >= 0 };

    internal Moment Moment()
    {
        var elapsed = Elapsed;
        return new Moment(elapsed, _feed.At(elapsed), time.GetUtcNow());
    }

    internal void Hear(HeartbeatReported batch)
    {
        var elapsed = Elapsed;
        var collector = _feed.Hear(batch.Collector, batch.Sequence, elapsed, batch.Leaving);
        Fleet.Hear(batch);
        foreach (var set in batch.Registrations ?? [])
        {
            LifeOf(set.Host).Drains = set.Drain is not null;
        }

        if (batch.Reports.Count > 0)
        {
            Volatile.Write(ref _reportedAt, elapsed.Ticks);
        }

        var feed = _feed.At(elapsed);
        foreach (var report in batch.Reports)
        {
            var life = LifeOf(report.Host);
            life.Hear(elapsed, feed, collector, report.DesiredVersion > 0);
            if (Fleet.Find(report.Host) is { } host)
            {
                Reports.Take(host, life, feed);
            }
        }
    }

    /// <summary>Down: not a candidate, and its Stores run no more, until it holds its list again.</summary>
    internal void Fall(string host) => LifeOf(host).Fall();

    internal void Rise(string host) => LifeOf(host).Rise();

    internal bool IsHeard(string host) => LifeOf(host).IsHeard(Elapsed, _heardMax);

    /// <summary>It was named in a batch at this moment of <see cref="Elapsed"/> or later.</summary>
    internal bool HeardSince(string host, TimeSpan at) => Elapsed is var now && LifeOf(host).IsHeard(now, now - at);

    internal bool IsServing(string host) => LifeOf(host).IsServing(Elapsed, _heardMax);

    /// <summary>Observes one Store.</summary>
    internal StoreObservation Observe(Store store, Moment moment) => Observe(store, Reports.Store(store.Name), LifeOf(store.Host), moment);

    /// <param name="ofHost">The life of the Store's host.</param>
    internal StoreObservation Observe(Store store, Listed? listed, HostLife ofHost, Moment moment)
    {
        var life = listed?.Host == store.Host ? listed.Life : ofHost;
        var silence = life.Silence(moment.Feed);
        if (listed is null && Fleet.Find(store.Host) is { ComponentsInventory: >= 0 })
        {
            silence = moment.Feed; // the host says what it runs, and has never said this
        }
        else if (listed is { LostAt: { } lost } && moment.Feed - lost > silence)
        {
            silence = moment.Feed - lost;
        }

        var report = listed is { LostAt: null } && listed.Report.Epoch == store.Epoch ? listed.Report : null;
        if (report?.SilentSeconds is { } quiet && TimeSpan.FromSeconds(Math.Clamp(quiet, 0, QuietMax)) is var said && said > silence)
        {
            silence = said; // its host is heard, and has not heard from the Store itself for so long
        }

        var asked = moment.Now - (store.AskedAt ?? store.PlacedAt);
        if ((report is null || asked < silence) && Witnessed(store, moment) is var witnessed && witnessed > asked)
        {
            asked = witnessed;
        }

        return new StoreObservation(
            report,
            // Nobody is silent for longer than since it was asked to speak.
            silence < asked ? silence : asked,
            asked, life.IsDown, life.IsServing(moment.Elapsed, _heardMax))
        {
            HostDrains = life.Drains,
            LastBegin = listed?.Begin,
            LastExact = report is null ? listed?.Exact?.WithoutEnd : listed?.Exact,
        };
    }

    /// <summary>
    /// So long this process has known that it was asked to run. When that was stands on another replica's wall clock, or on
    /// one that was set back since: by those it might be starting for hours.
    /// </summary>
    private TimeSpan Witnessed(Store store, Moment moment)
    {
        var known = _asked.GetOrAdd(store.Name, static (_, now) => now, (store.Epoch, moment.Elapsed));
        if (known.Epoch != store.Epoch)
        {
            _asked[store.Name] = known = (store.Epoch, moment.Elapsed);
        }

        return moment.Elapsed - known.At;
    }

    /// <summary>A Store that is gone for good.</summary>
    internal void Forget(string store)
    {
        Reports.Forget(store);
        _asked.TryRemove(store, out _);
    }

    /// <summary>A task's position as its Incr-Sync says it, in time; null: it does not.</summary>
    internal static (long Seconds, ExactPlace? Exact)? OwnPosition(Entry incrSync, TimeSpan silenceMax, Moment moment) =>
        incrSync.Checkpoint is { } own && incrSync.Life is { } life && IsInTime(life, silenceMax, moment)
            ? (own, incrSync.Listed?.Applied)
            : null;

    /// <summary>Positions that a Store says that it serves, or served before it died, in time.</summary>
    internal static (bool IsRunning, string? SystemId, IReadOnlyList<ConsumerCheckpoint> Consumers) Served(
        Listed? store, TimeSpan silenceMax, Moment moment) =>
        store is { LostAt: null, Report: { Consumers: { } consumers, State: var state } } && IsInTime(store.Life, silenceMax, moment)
            ? (state == ComponentState.Running, store.Report.SystemId, consumers)
            : (false, null, []);

    /// <summary>Hosts of a region that may take a Store, with what stands on them.</summary>
    internal IEnumerable<Candidate> Candidates(string region, IReadOnlyDictionary<string, int> storesByHost) => Fleet.Hosts
        .Where(h => h.Region == region && h is { Drain: null, Maintenance: null } && IsServing(h.Host))
        .Select(h => Candidate.Of(h, h.Region, h.Idc,
            storesByHost.GetValueOrDefault(h.Host), h.Components.Count(c => c.Kind != ComponentKind.Store)) with
        {
            Avoided = shunned.WhyNot(region, h.Host),
        });

    private static bool IsInTime(HostLife life, TimeSpan silenceMax, Moment moment) =>
        !life.IsDown && life.Silence(moment.Feed) <= silenceMax;

    internal HostLife LifeOf(string host) => _lives.GetOrAdd(host, static _ => new HostLife());
}
