using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Pass;

/// <summary>
/// Keeps the leases of the regions: renews what is held, takes what nobody holds, and at the end gives all back. Apart
/// from the passes, so that a slow one does not cost the lease.
/// </summary>
internal sealed partial class LeaderLoop(
    IDocuments<LeaderDocument> documents, Leadership leadership, KnownRegions known, InspectionLoop inspection, LatestPass latest,
    Settings settings, TimeProvider time, ILogger<LeaderLoop> logger) : TickLoop(time, logger)
{
    /// <summary>Far more regions than there are.</summary>
    private const int RegionsMax = 10_000;

    private readonly LeaseTerms _terms = new(settings.LeaderTtl);
    private readonly string _me = leadership.Me;
    private readonly Dictionary<string, SeenLease> _seen = new(StringComparer.Ordinal);
    private readonly Lock _seenLock = new();
    private readonly PassWatch _passes = new(new LeaseTerms(settings.LeaderTtl).Ttl);
    private TimeSpan? _givesWayUntil;
    private bool _leaving;

    /// <summary>Until the next look; a lease that will be over before that is looked at then.</summary>
    protected override TimeSpan Interval
    {
        get
        {
            var now = leadership.Now;
            var next = Leases.Where(l => l.Document.Holder != _me).Select(l => LeaderLease.ExpiresAt(l, _terms) - now)
                .Where(rest => rest > TimeSpan.Zero).Append(_terms.LookEvery).Min();
            return next + TimeSpan.FromMilliseconds(1);
        }
    }

    /// <summary>All leases, as they were seen last.</summary>
    internal IReadOnlyList<SeenLease> Leases
    {
        get
        {
            lock (_seenLock)
            {
                return [.. _seen.Values];
            }
        }
    }

    /// <summary>Another replica holds a lease that is live.</summary>
    internal bool IsAnotherLive => Leases.Any(l => l.Document.Holder != _me && IsLive(l));

    /// <summary>Somebody else leads a region.</summary>
    internal bool StandsBy => Leases.Any(l => !l.Document.Released && l.Document.Holder != _me);

    /// <summary>Tells whether the lease holds, as far as this replica can know.</summary>
    internal bool IsLive(SeenLease lease) => !lease.Document.Released
        && (lease.Document.Holder == _me ? leadership.Leads(lease.Document.Region) : leadership.Now < LeaderLease.ExpiresAt(lease, _terms));

    protected override async Task Tick(CancellationToken cancel)
    {
        // A replica that has not read the state yet could not act on it.
        if (known.AreRead)
        {
            await Look(cancel);
            Watch();
            await Task.WhenAll(Regions().Select(region => Step(region, cancel)));
        }
    }

    /// <summary>The passes have ended before this is called; if they have not, the leases are left to run out.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (inspection.ExecuteTask is null or { IsCompleted: true })
        {
            await Release(cancellationToken);
        }
    }

    internal async Task Release(CancellationToken cancel)
    {
        _leaving = true;
        try
        {
            await Task.WhenAll(Leases.Select(lease => Step(lease.Document.Region, cancel)));
        }
        catch (StateUnavailableException error)
        {
            // They run out by themselves.
            LogNotReleased(error.Message);
        }
    }

    private List<string> Regions()
    {
        var regions = known.All().Concat(Leases.Select(l => l.Document.Region)).Distinct(StringComparer.Ordinal).ToList();
        leadership.Know(regions);
        return regions;
    }

    private async Task Look(CancellationToken cancel)
    {
        var page = await documents.Query(DocumentQuery<LeaderDocument>.All.Take(RegionsMax), cancel);
        // Not before it was read: a renewal that was sent meanwhile would seem older than it is.
        var now = leadership.Now;
        foreach (var (document, version) in page.Items)
        {
            See(document, version, now);
        }
    }

    private void See(LeaderDocument document, long version, TimeSpan now, TimeSpan? renewedAt = null)
    {
        SeenLease? before;
        lock (_seenLock)
        {
            before = _seen.GetValueOrDefault(document.Region);
            if (before?.Version < version || before is null)
            {
                var mine = document.Holder == _me && before?.Document.Holder == _me ? before.RenewedAt : null;
                _seen[document.Region] = new SeenLease(document, version, now, renewedAt ?? mine);
            }
        }

        if (document.Holder != _me && before?.Document.Holder == _me && version > before.Version)
        {
            leadership.Lose(document.Region);
            LogLost(document.Region, document.Holder, document.Epoch);
        }
    }

    /// <summary>Its passes do not come to their end, or did not a moment ago: the regions are for others to lead.</summary>
    internal bool GivesWay => _givesWayUntil is { } until && leadership.Now < until;

    /// <summary>The lease is not given back but runs out: what hangs may still have a write on its way.</summary>
    private void Watch()
    {
        _passes.Look(latest.Progress.Finished, leadership.Now);
        if (_passes.Unfinished <= LeaseTerms.PassMax + latest.Every)
        {
            return;
        }

        if (!GivesWay && leadership.Covered.Count > 0)
        {
            LogGivesWay(string.Join(", ", leadership.Covered.Order(StringComparer.Ordinal)), _passes.Unfinished.TotalSeconds);
        }

        _givesWayUntil = leadership.Now + _terms.GivesWayFor;
        foreach (var lease in Leases.Where(l => l.Document.Holder == _me))
        {
            leadership.Lose(lease.Document.Region);
        }
    }

    private async Task Step(string region, CancellationToken cancel)
    {
        if (GivesWay && !_leaving)
        {
            return;
        }

        SeenLease? seen;
        lock (_seenLock)
        {
            seen = _seen.GetValueOrDefault(region);
        }

        switch (LeaderLease.Decide(seen, _me, leadership.Now, _terms, _leaving))
        {
            case LeaseStep.Acquire:
                var taken = LeaderLease.Taken(seen?.Document, region, _me, _terms, Time.GetUtcNow());
                if (await Write(seen, taken, cancel))
                {
                    LogTaken(region, taken.Epoch, seen is null ? "nobody has led it before"
                        : seen.Document.Released ? $"{seen.Document.Holder} released it" : $"{seen.Document.Holder} did not renew it");
                    inspection.Hurry();
                }

                break;
            case LeaseStep.Renew:
                var renewed = seen!.Document with { Renewal = seen.Document.Renewal + 1, TtlSeconds = _terms.Ttl.TotalSeconds };
                await Write(seen, renewed, cancel);
                break;
            case LeaseStep.Release:
                leadership.Lose(region);
                await documents.Replace(seen!.Document with { Released = true }, seen.Version, cancel);
                LogReleased(region, seen.Document.Epoch);
                break;
            case LeaseStep.Keep:
            case LeaseStep.StandBy:
                break;
        }
    }

    /// <summary>Mine from the moment at which it was sent, if it succeeds; who took it meanwhile is seen with the next look.</summary>
    private async Task<bool> Write(SeenLease? seen, LeaderDocument document, CancellationToken cancel)
    {
        var sentAt = leadership.Now;
        var isDone = seen is null
            ? await documents.Insert(document, cancel)
            : await documents.Replace(document, seen.Version, cancel);
        if (isDone)
        {
            See(document, (seen?.Version ?? 0) + 1, leadership.Now, sentAt);
            leadership.Hold(document.Region, document.Epoch, _terms.HeldUntil(sentAt));
        }

        return isDone;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Leads region {Region} from now on, epoch {Epoch}: {Why}")]
    private partial void LogTaken(string region, long epoch, string why);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "HA-003 No pass over {Regions} has come to its end for {Seconds:0} s: "
            + "the lease is not renewed, so that another replica leads")]
    private partial void LogGivesWay(string regions, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Region {Region} was lost to {Holder}, epoch {Epoch}")]
    private partial void LogLost(string region, string holder, long epoch);

    [LoggerMessage(Level = LogLevel.Information, Message = "Region {Region} is given back, epoch {Epoch}")]
    private partial void LogReleased(string region, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leases could not be given back and run out by themselves: {Why}")]
    private partial void LogNotReleased(string why);
}
