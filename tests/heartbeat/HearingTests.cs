using Holdfast.Heartbeat.Api;

namespace Holdfast.Heartbeat.Tests;

/// <summary>A collector whose batches the broker confirms, and whom the schedulers hear or do not.</summary>
public sealed class HearingTests : CollectorScene
{
    public HearingTests() => Health.Load();

    [Fact]
    public async Task A_confirm_of_the_broker_lets_nobody_grant_until_a_scheduler_has_heard_the_batch()
    {
        IsUnheard = true;
        await Tick(100);
        Assert.Single(Said);
        Assert.Equal(Grants.NotHeard, Health.Decide(Health.Now));
        new BatchesHeardConsumer(Health, Terms, Hosts).Hear(HearingScheduler.Of("another collector", 7));
        Assert.Equal(Grants.NotHeard, Health.Decide(Health.Now));
        SchedulerHears(1);
        Assert.Equal(Grants.Grant, Health.Decide(Health.Now));
    }

    [Fact]
    public async Task A_collector_whose_batches_are_confirmed_and_not_heard_grants_no_more_once_another_one_is_heard()
    {
        await Tick();
        IsUnheard = true;
        for (var i = 0; i < 24; i++)
        {
            await Tick();
            Health.Read(Others(1), Health.Now);
        }

        Assert.Equal(Grants.Grant, Health.Decide(Health.Now));
        Assert.False(new BatchesHealth(Health).Say().Ready);
        Health.Read(Others(2), Health.Now);
        Assert.Equal(Grants.CutOff, Health.Decide(Health.Now));
        IsUnheard = false;
        await Tick();
        Assert.Equal(Grants.Grant, Health.Decide(Health.Now));
        Assert.True(new BatchesHealth(Health).Say().Ready);
    }

    [Fact]
    public async Task While_nobody_is_heard_and_nobody_can_be_asked_what_the_broker_routes_counts_and_silence_does_not()
    {
        await Tick();
        IsUnheard = true;
        for (var i = 0; i < 80; i++)
        {
            await Tick();
        }

        Assert.Equal(Grants.Grant, Health.Decide(Health.Now));
        Time.Advance(Some.Terms.SilenceMax + Seconds(1));
        Assert.Equal(Grants.Unknown, Health.Decide(Health.Now));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(5.001, false)]
    public async Task A_collector_that_no_scheduler_hears_is_not_ready_after_five_seconds(double silence, bool isReady)
    {
        await Tick();
        Time.Advance(Seconds(silence));
        Assert.Equal(isReady, new BatchesHealth(Health).Say().Ready);
    }

    /// <summary>A host that only another collector hears is numbered by that collector.</summary>
    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 5)]
    public void A_scheduler_that_knows_a_higher_number_of_a_host_is_heeded_by_the_collector_that_hears_it(bool hears, long number)
    {
        var entry = Hosts.FindOrAdd("h1")!;
        entry.Learn(new HostRow("h1", 5, 1, "r", "i", "10.0.0.1", "other", DateTimeOffset.UnixEpoch), Health.Now, Seconds(10));
        if (hears)
        {
            entry.Hear(Report(5, 2), new Circumstances(Health.Now, Peers: true, Fresh: true), Some.Terms, out _);
        }

        var said = HearingScheduler.Of(Health.Id, 1) with { Outnumbered = [new HostNumber("h1", 7), new HostNumber("h2", 7)] };
        new BatchesHeardConsumer(Health, Terms, Hosts).Hear(said);
        Assert.Equal((number, 5L), (entry.Known.Incarnation, entry.Known.Name));
        Assert.Null(Hosts.Find("h2"));
    }

    private static Dictionary<string, long> Others(long sequence) => new(StringComparer.Ordinal) { ["other"] = sequence };
}
