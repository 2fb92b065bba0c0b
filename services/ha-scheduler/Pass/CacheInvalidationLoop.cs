using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Publishing;
using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Pass;

/// <summary>
/// Keeps the replicas alike. It says what was changed here, and says that a replica that stands by is there. It reads everything again
/// now and then for the sake of what was lost on the way.
/// </summary>
internal sealed class CacheInvalidationLoop : TickLoop
{
    /// <summary>Changes that come within this time are said together.</summary>
    private static readonly TimeSpan GatheredFor = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan HelloEvery = TimeSpan.FromSeconds(2);

    private readonly CacheInvalidation _invalidation;
    private readonly Cluster _cluster;
    private readonly HaConfigStore _config;
    private readonly LeaderLoop _leaders;
    private readonly Publisher _publisher;
    private readonly BootClock _clock;
    private TimeSpan? _saidAt;
    private TimeSpan _readAgainAt;
    private TimeSpan _readAllAt;

    public CacheInvalidationLoop(CacheInvalidation invalidation, Cluster cluster, HaConfigStore config, LeaderLoop leaders,
        Publisher publisher, BootClock clock, TimeProvider time, ILogger<CacheInvalidationLoop> logger) : base(time, logger)
    {
        (_invalidation, _cluster, _config) = (invalidation, cluster, config);
        (_leaders, _publisher, _clock) = (leaders, publisher, clock);
        invalidation.Noted += Hurry;
        (_readAgainAt, _readAllAt) = (ReadAgain.Next(clock.Now, default, 1), ReadAgain.Next(clock.Now, default, 1));
    }

    protected override TimeSpan Interval => HelloEvery / 2;

    protected override async Task Tick(CancellationToken cancel)
    {
        if (!_cluster.Loaded)
        {
            return;
        }

        if (_leaders.IsAnotherLive)
        {
            _invalidation.OtherIsThere();
        }

        await Task.Delay(GatheredFor, Time, cancel);
        await SayAndRead(cancel);
    }

    /// <summary>A broker that is away keeps nobody from the store: who stands by would judge orders by what was.</summary>
    internal async Task SayAndRead(CancellationToken cancel)
    {
        try
        {
            await Say(cancel);
        }
        finally
        {
            await _cluster.Settle(cancel);
            await Read(cancel);
        }
    }

    internal async Task Say(CancellationToken cancel)
    {
        var (now, at) = (_clock.Now, Time.GetUtcNow());
        var say = _invalidation.Take(at);
        if (say.Count == 0 && _leaders.StandsBy && !(now - _saidAt < HelloEvery))
        {
            say.Add(_invalidation.Hello(at));
        }

        foreach (var changed in say)
        {
            await _publisher.PublishFreely(changed, null, cancel);
            _saidAt = now;
        }
    }

    internal async Task Read(CancellationToken cancel)
    {
        var from = _clock.Now;
        var isDue = _leaders.StandsBy ? from >= _readAgainAt : _invalidation.HasOthers && from >= _readAllAt;
        if (!isDue && !(from >= _readAgainAt && _invalidation.TakeMustReadAll()))
        {
            return;
        }

        await _config.Load(cancel);
        await _cluster.Load(cancel);
        var took = _clock.Now - from;
        _readAgainAt = ReadAgain.Next(_clock.Now, took, 1);
        _readAllAt = ReadAgain.Next(_clock.Now, took, ReadAgain.LeaderTimes);
    }
}

/// <summary>Decides when everything is read again: reading takes a twentieth of the time at most. Pure.</summary>
internal static class ReadAgain
{
    private const int Share = 20;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    /// <summary>Factor for a replica that leads all regions: it has made nearly all changes itself.</summary>
    internal const int LeaderTimes = 10;

    internal static TimeSpan Next(TimeSpan now, TimeSpan took, int times) => now + Max(Least, took * Share) * times;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
