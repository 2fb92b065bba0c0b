using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.Platform;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Publishing;

/// <summary>Time for which every collector could have known that this scheduler hears somebody.</summary>
internal delegate TimeSpan ReadableFor();

/// <summary>
/// Twice a second: says in the store whom this replica hears. A collector that does not reach the broker reads it, and grants no more
/// leases. Before it could have read so no host is judged: it may hold a lease of which nobody hears (docs/decisions/0034).
/// </summary>
internal sealed class HeardCollectorsWriter(
    IDocuments<HeardCollectors> store, LivenessFeed feed, Leadership leadership, TimeProvider time, ILogger<HeardCollectorsWriter> logger)
    : TickLoop(time, logger)
{
    /// <summary>A collector reads twice a second, and takes no answer that is older than three seconds.</summary>
    internal static readonly TimeSpan NoticeMax = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan RowAgeMax = TimeSpan.FromDays(1);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);
    private const int PrunedMax = 1_000;

    private readonly Lock _gate = new();
    private IReadOnlyDictionary<string, long> _written = new Dictionary<string, long>(StringComparer.Ordinal);
    private ReadablePeriod _period = ReadablePeriod.None;
    private TimeSpan? _pruned;

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    /// <summary>As <see cref="ReadableFor"/> says.</summary>
    internal TimeSpan For
    {
        get
        {
            lock (_gate)
            {
                return _period.For(feed.Elapsed);
            }
        }
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        var heard = feed.Sequences();
        if (!heard.Any(h => h.Value > _written.GetValueOrDefault(h.Key)))
        {
            return;
        }

        var began = feed.Elapsed;
        using var limit = new CancellationTokenSource(HeardCollectors.GapMax, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await store.UpsertMany([new HeardCollectors(leadership.Me, heard, Time.GetUtcNow())], either.Token);
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new StateUnavailableException(
                $"Whom the scheduler hears was not written within {HeardCollectors.GapMax.TotalSeconds} s.", late);
        }

        _written = heard;
        lock (_gate)
        {
            _period = _period.Written(began, feed.Elapsed);
        }

        await Prune(began, either.Token);
    }

    private async Task Prune(TimeSpan now, CancellationToken cancel)
    {
        if (_pruned is null || now - _pruned > PruneEvery)
        {
            _pruned = now;
            await store.DeleteMany(
                DocumentQuery<HeardCollectors>.All.Where(h => h.At, Match.Less, Time.GetUtcNow() - RowAgeMax).Take(PrunedMax), cancel);
        }
    }
}

/// <summary>
/// Period in which collectors could read in the store, without a gap, that somebody is heard. A value; times are the feed's.
/// </summary>
internal readonly record struct ReadablePeriod(TimeSpan Since, TimeSpan LastBegan)
{
    internal static ReadablePeriod None { get; } = new(TimeSpan.Zero, TimeSpan.MinValue);

    /// <param name="began">Time at which it was sent.</param>
    /// <param name="done">Time at which the store had taken it.</param>
    internal ReadablePeriod Written(TimeSpan began, TimeSpan done) =>
        new(IsGap(done) ? done : Since, done - began > HeardCollectors.GapMax ? TimeSpan.MinValue : began);

    /// <summary>Time for which all could read it without a gap; zero while there is a gap, and until all could have read it.</summary>
    internal TimeSpan For(TimeSpan now) =>
        IsGap(now) || now - Since < HeardCollectorsWriter.NoticeMax ? TimeSpan.Zero : now - Since - HeardCollectorsWriter.NoticeMax;

    private bool IsGap(TimeSpan now) => LastBegan == TimeSpan.MinValue || now - LastBegan > HeardCollectors.GapMax;
}
