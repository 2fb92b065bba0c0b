using Holdfast.Contracts;
using Holdfast.Heartbeat.Api;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;
using Holdfast.Platform;
using Holdfast.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using static Holdfast.Heartbeat.Tests.Some;

namespace Holdfast.Heartbeat.Tests;

/// <summary>A collector whose batches the broker confirms, and whom the schedulers hear or do not.</summary>
public sealed class HearingTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly CurrentTerms _terms = Current();
    private readonly HostRegistry _hosts = new();
    private readonly CollectorHealth _health;
    private readonly Collector _collector;
    private readonly List<HeartbeatReported> _said = [];
    private bool _isUnheard;

    public HearingTests()
    {
        _health = new CollectorHealth(new Settings(), _terms, _time, _hosts.WakeAll, NullLogger<CollectorHealth>.Instance);
        _collector = new Collector((batch, _) =>
        {
            _said.Add(batch);
            return Task.CompletedTask;
        }, new BatchWindow(_hosts, _terms), _health, _terms, _time, NullLogger<Collector>.Instance);
        _health.Load();
    }

    public void Dispose() => _collector.Dispose();

    [Fact]
    public async Task A_confirm_of_the_broker_lets_nobody_grant_until_a_scheduler_has_heard_the_batch()
    {
        _isUnheard = true;
        await Tick(100);
        Assert.Single(_said);
        Assert.Equal(Grants.NotHeard, _health.Decide(_health.Now));
        new BatchesHeardConsumer(_health, _terms, _hosts).Hear(HearingScheduler.Of("another collector", 7));
        Assert.Equal(Grants.NotHeard, _health.Decide(_health.Now));
        SchedulerHears(1);
        Assert.Equal(Grants.Grant, _health.Decide(_health.Now));
    }

    [Fact]
    public async Task A_collector_whose_batches_are_confirmed_and_not_heard_grants_no_more_once_another_one_is_heard()
    {
        await Tick();
        _isUnheard = true;
        for (var i = 0; i < 24; i++)
        {
            await Tick();
            _health.Read(Others(1), _health.Now);
        }

        Assert.Equal(Grants.Grant, _health.Decide(_health.Now));
        Assert.False(new BatchesHealth(_health).Say().Ready);
        _health.Read(Others(2), _health.Now);
        Assert.Equal(Grants.CutOff, _health.Decide(_health.Now));
        _isUnheard = false;
        await Tick();
        Assert.Equal(Grants.Grant, _health.Decide(_health.Now));
        Assert.True(new BatchesHealth(_health).Say().Ready);
    }

    [Fact]
    public async Task While_nobody_is_heard_and_nobody_can_be_asked_what_the_broker_routes_counts_and_silence_does_not()
    {
        await Tick();
        _isUnheard = true;
        for (var i = 0; i < 80; i++)
        {
            await Tick();
        }

        Assert.Equal(Grants.Grant, _health.Decide(_health.Now));
        _time.Advance(Some.Terms.SilenceMax + Seconds(1));
        Assert.Equal(Grants.Unknown, _health.Decide(_health.Now));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(5.001, false)]
    public async Task A_collector_that_no_scheduler_hears_is_not_ready_after_five_seconds(double silence, bool isReady)
    {
        await Tick();
        _time.Advance(Seconds(silence));
        Assert.Equal(isReady, new BatchesHealth(_health).Say().Ready);
    }

    /// <summary>What another collector wrote of a host is that one's to number.</summary>
    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 5)]
    public void A_scheduler_that_knows_a_higher_number_of_a_host_is_heeded_by_the_collector_that_hears_it(bool hears, long number)
    {
        var entry = _hosts.FindOrAdd("h1")!;
        entry.Learn(new HostRow("h1", 5, 1, "r", "i", "10.0.0.1", "other", DateTimeOffset.UnixEpoch), _health.Now, Seconds(10));
        if (hears)
        {
            entry.Hear(Report(5, 2), new Circumstances(_health.Now, Peers: true, Fresh: true), Some.Terms, out _);
        }

        var said = HearingScheduler.Of(_health.Id, 1) with { Outnumbered = [new HostNumber("h1", 7), new HostNumber("h2", 7)] };
        new BatchesHeardConsumer(_health, _terms, _hosts).Hear(said);
        Assert.Equal((number, 5L), (entry.Known.Incarnation, entry.Known.Name));
        Assert.Null(_hosts.Find("h2"));
    }

    private static Dictionary<string, long> Others(long sequence) => new(StringComparer.Ordinal) { ["other"] = sequence };

    private async Task Tick(double seconds = 0.25)
    {
        _time.Advance(Seconds(seconds));
        await _collector.TickInTurn(CancellationToken.None);
        if (!_isUnheard)
        {
            SchedulerHears(_said[^1].Sequence);
        }
    }

    private void SchedulerHears(long sequence) =>
        new BatchesHeardConsumer(_health, _terms, _hosts).Hear(HearingScheduler.Of(_health.Id, sequence));
}
