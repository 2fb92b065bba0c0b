using Holdfast.HaScheduler.State;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Leaders;

/// <summary>
/// Between the lease and the first pass: every document of the region that a pass writes gets another version, and only
/// then is everything read. A write that the former leader still has on its way was either there before that and is
/// read, or it names a version that is no more and fails.
/// </summary>
internal sealed partial class Takeover(
    Cluster cluster, Leadership leadership, TimeProvider time, ILogger<Takeover> logger)
{
    private readonly Dictionary<string, TimeSpan> _ledFrom = new(StringComparer.Ordinal);

    /// <summary>Time since which this replica leads the region, on the feed's clock; zero: it never has.</summary>
    internal TimeSpan LedFrom(string region) => _ledFrom.GetValueOrDefault(region);

    /// <summary>Makes new regions ready; the next pass covers all that are led. True when these are another set than before.</summary>
    /// <param name="now">On the feed's clock.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task<bool> Prepare(TimeSpan now, CancellationToken cancel)
    {
        var before = leadership.Covered;
        await MakeReady(cancel);
        leadership.BeginPass();
        foreach (var region in leadership.Covered.Where(r => !before.Contains(r)))
        {
            _ledFrom[region] = now;
        }

        return !leadership.Covered.SetEquals(before);
    }

    /// <summary>False when nothing was to be made ready.</summary>
    internal async Task<bool> MakeReady(CancellationToken cancel)
    {
        var taken = leadership.Unready;
        if (taken.Count == 0)
        {
            return false;
        }

        var from = time.GetTimestamp();
        // A region that nobody has led before has nobody's writes on their way.
        var regions = taken.Where(t => t.Epoch > 1).Select(t => t.Region).ToList();
        var touched = regions.Count == 0 ? 0 : await Touch(regions, cancel);
        if (regions.Count > 0)
        {
            await cluster.Load(cancel);
        }

        foreach (var (region, epoch) in taken)
        {
            leadership.MakeReady(region, epoch);
        }

        LogReady(string.Join(", ", taken.Select(t => t.Region)), touched, time.GetElapsedTime(from).TotalSeconds);
        return true;
    }

    private async Task<int> Touch(List<string> regions, CancellationToken cancel)
    {
        var counts = await Task.WhenAll(
            cluster.Hosts.Touch(DocumentQuery<HostVerdict>.All.Where(h => h.Region, Match.In, regions), cancel),
            cluster.Components.Touch(DocumentQuery<Registration>.All.Where(c => c.Region, Match.In, regions), cancel),
            cluster.Tickets.Touch(DocumentQuery<Ticket>.All.Where(t => t.Region, Match.In, regions), cancel),
            // Those of other regions too: whoever leads them loses one attempt and tries again.
            cluster.SubTasks.Touch(DocumentQuery<SubTask>.All.Where(s => s.IsOver, Match.Equal, false), cancel),
            cluster.Brakes.Touch(DocumentQuery<BrakeDocument>.All, cancel));
        return counts.Sum();
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Ready to lead {Regions}: {Documents} documents fenced off and all read again in {Seconds:0.00} s")]
    private partial void LogReady(string regions, int documents, double seconds);
}
