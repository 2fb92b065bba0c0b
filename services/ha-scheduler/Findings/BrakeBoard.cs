using Holdfast.Fleet;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Findings;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Findings;

/// <summary>Keeps the regions' brakes, and tells of each while it holds and of its end.</summary>
internal sealed partial class BrakeBoard(
    Cluster all, LeaderView cluster, Publisher publisher, TimeProvider time, ILogger<BrakeBoard> logger)
{
    private readonly RepublishLedger<string> _said = new(TimeSpan.FromSeconds(60));

    internal async Task Set(SetBrake brake, CancellationToken cancel)
    {
        var before = cluster.Brakes.Find(brake.Region)?.State.Engaged ?? false;
        if (before != brake.After.Engaged)
        {
            LogBrake(brake.Region, brake.After.Engaged ? "engaged" : "released", brake.Silent, brake.Hosts);
        }

        var fresh = new BrakeDocument
        {
            Region = brake.Region,
            State = brake.After,
            Silent = brake.Silent,
            Hosts = brake.Hosts,
            Occurrence = $"{time.GetUtcNow():yyyyMMdd'T'HHmmss}",
        };
        if (!await cluster.Brakes.Insert(fresh, cancel))
        {
            await cluster.Brakes.Change(brake.Region, b => After(b, fresh), cancel);
        }
    }

    /// <summary>An operator may have confirmed since the pass looked: only the pass that releases takes that away.</summary>
    private static BrakeDocument After(BrakeDocument before, BrakeDocument fresh) => fresh switch
    {
        { State.Engaged: true } when before.State.Engaged => before with
        {
            State = fresh.State with { Confirmed = before.State.Confirmed },
            Silent = fresh.Silent,
            Hosts = fresh.Hosts,
        },
        { State.Engaged: true } => fresh,
        _ => before with { State = fresh.State, Silent = fresh.Silent, Hosts = fresh.Hosts, ConfirmedBy = null, EndAnnounced = false },
    };

    /// <summary>Tells of every brake while it holds, again and again, and of its end until that is told.</summary>
    internal async Task Say(TimeSpan elapsed, CancellationToken cancel)
    {
        foreach (var brake in cluster.Brakes.All
            .Where(b => b.State.Engaged ? _said.IsDue(b.Occurrence, elapsed) : !b.EndAnnounced).ToList())
        {
            await publisher.Publish(HostAlerts.Braked(brake, time.GetUtcNow()), null, cancel);
            if (brake.State.Engaged)
            {
                _said.Said(brake.Occurrence, elapsed);
            }
            else
            {
                await cluster.Brakes.Change(
                    brake.Region, b => b.State.Engaged || b.Occurrence != brake.Occurrence ? null : b with { EndAnnounced = true }, cancel);
            }
        }
    }

    /// <summary>False when that region is not braked.</summary>
    internal async Task<bool> Confirm(string region, string why, CancellationToken cancel)
    {
        var changed = await all.Brakes.Change(region,
            b => b.State.Engaged ? b with { State = b.State with { Confirmed = true }, ConfirmedBy = why } : null, cancel);
        if (changed is null)
        {
            return false;
        }

        LogConfirmed(region, why);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Brake of region {Region} {Change}: {Silent} of {Hosts} hosts are silent")]
    private partial void LogBrake(string region, string change, int silent, int hosts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Brake of region {Region} confirmed: {Why}; held moves go on")]
    private partial void LogConfirmed(string region, string why);
}
