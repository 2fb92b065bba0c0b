using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Hosts;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Findings;

/// <summary>Says which hosts are held off at present, and takes people's word that one is mended, on any replica.</summary>
internal sealed partial class HoldOffBoard(Cluster cluster, HaConfigStore config, TimeProvider time, ILogger<HoldOffBoard> logger)
{
    internal HoldOff? Of(HostVerdict verdict) => Flapping.Of(verdict, config.Current.ForRegion(verdict.Region), time.GetUtcNow());

    /// <summary>Returns in a row, as long as they count; null: none do.</summary>
    internal int? Counts(HostVerdict verdict) =>
        Flapping.Kept(verdict, config.Current.ForRegion(verdict.Region), time.GetUtcNow()) is > 0 and var returns ? returns : null;

    /// <summary>False when there is no such host.</summary>
    internal async Task<bool> Release(string id, string by, string? reason, CancellationToken cancel)
    {
        if (cluster.Hosts.Find(id) is null)
        {
            return false;
        }

        if (await cluster.Hosts.Change(id, v => v.Returns == 0 ? null : v with { Returns = 0 }, cancel) is not null)
        {
            LogReleased(id, by, reason ?? "no reason given");
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Host {Host} is released from its hold-off by {By}: {Reason}")]
    private partial void LogReleased(string host, string by, string reason);
}
