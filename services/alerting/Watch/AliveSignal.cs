using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.State;
using Holdfast.Platform;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Watch;

/// <summary>
/// Asks a dead-man's switch regularly, as long as store and delivery loop work. When this stops, for whatever reason,
/// whoever runs the switch notifies people: it is the one failure that alerting cannot report itself.
/// </summary>
internal sealed class AliveSignal : TickLoop
{
    private static readonly TimeSpan AskMax = TimeSpan.FromSeconds(10);

    /// <summary>The loop ticks every second; a store that is slow for a moment is no death.</summary>
    private static readonly TimeSpan TickMax = TimeSpan.FromSeconds(30);

    private readonly Uri _url;
    private readonly ChannelHealthStore _health;
    private readonly DeliveryLoop _loop;
    private readonly OwnAlerts _own;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        { Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    internal AliveSignal(
        Uri url, TimeSpan interval, ChannelHealthStore health, DeliveryLoop loop, OwnAlerts own, TimeProvider time,
        ILogger<AliveSignal> logger)
        : base(time, logger) => (_url, Interval, _health, _loop, _own) = (url, interval, health, loop, own);

    protected override TimeSpan Interval { get; }

    protected override async Task Tick(CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(AskMax, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        await _health.All(either.Token);
        if (_loop.TickedAgo is not { } ago || ago > TickMax)
        {
            throw new InvalidOperationException("The delivery loop does not tick; the dead-man's switch is not asked");
        }

        if (_own.IsUntold)
        {
            throw new InvalidOperationException(
                "A message of alerting could not be consumed, nor an alert about it stored; the dead-man's switch is not asked");
        }

        using var answer = await _client.GetAsync(_url, HttpCompletionOption.ResponseHeadersRead, either.Token);
        answer.EnsureSuccessStatusCode();
    }

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }
}
