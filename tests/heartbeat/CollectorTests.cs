using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Heartbeat.Tests;

public sealed class CollectorTests : CollectorScene
{
    private void Hear(HostReport report)
    {
        var entry = Hosts.FindOrAdd(report.Host)!;
        if (entry.Hear(report, new Circumstances(Health.Now, Peers: false, Fresh: true), Some.Terms,
            out _).Step == Step.Apply)
        {
            Window.Add(entry);
        }
    }

    [Fact]
    public async Task A_batch_comes_every_second_even_when_nobody_was_heard()
    {
        for (var i = 0; i < 40; i++)
        {
            await Tick();
        }

        Assert.Equal(Enumerable.Range(1, Said.Count).Select(i => (long)i), Said.Select(b => b.Sequence));
        Assert.All(Said.Zip(Said.Skip(1)), pair =>
            Assert.InRange(pair.Second.UptimeMs - pair.First.UptimeMs, 1, 1_000));
    }

    [Fact]
    public async Task Nothing_is_said_before_it_is_known_what_former_lives_left()
    {
        var terms = new CurrentTerms(Some.Granted, Seconds(1), NullLogger<CurrentTerms>.Instance);
        using var collector = new Collector(Say, new BatchWindow(Hosts, terms), Health, terms, Time, NullLogger<Collector>.Instance);
        await collector.TickInTurn(CancellationToken.None);
        await collector.StoppingAsync(CancellationToken.None);
        Assert.Empty(Said);
    }

    [Fact]
    public async Task A_batch_says_the_longest_lease_terms_and_longer_ones_are_granted_only_once_they_were_said()
    {
        var longer = new LeaseTerms(Seconds(60), Seconds(4), Seconds(2));
        BrokerIsAway = true;
        await Tick();
        Terms.Step(p => p.Change(1, longer).SaidInRow(longer, Seconds(0)));
        BrokerIsAway = false;
        await Tick(5);
        Terms.Step(p => p.Pass(Health.Now));
        Assert.Equal((10d, 3d, Seconds(10)), (Said[^1].Lease, Said[^1].KillGrace, Terms.Now.Lease));
        await Tick(1);
        Terms.Step(p => p.Pass(Health.Now));
        Assert.Equal((60d, 4d, Seconds(60)), (Said[^1].Lease, Said[^1].KillGrace, Terms.Now.Lease));
    }

    [Fact]
    public async Task Drain_and_maintenance_are_said_again_although_the_host_says_nothing()
    {
        Hosts.Register(new HostRegistration("off", Quotas.Unset, []) { Drain = new Drain("why", "token", default) });
        Hosts.Register(new HostRegistration("plain", Quotas.Unset, ["ssd"]));
        for (var i = 0; i < 21; i++)
        {
            await Tick(0.5);
        }

        // Refresh is 2 s.
        var told = Said.SelectMany(b => b.Registrations ?? []).ToList();
        Assert.Equal("off", Assert.Single(told.DistinctBy(r => r.Host)).Host);
        Assert.Equal(6, told.Count);
    }

    [Fact]
    public void A_clock_that_is_set_back_sets_no_stamp_back()
    {
        var first = Health.Stamp();
        Time.SetWallClock(first - TimeSpan.FromHours(3));
        var second = Health.Stamp();
        Assert.Equal(first + TimeSpan.FromMicroseconds(1), second);
        Time.SetWallClock(first + Seconds(1));
        Assert.Equal(first + Seconds(1), Health.Stamp());
    }

    [Fact]
    public async Task The_last_report_of_each_host_is_told_at_the_next_tick()
    {
        await Tick();
        Hear(Report(1, 1));
        Hear(Report(1, 3));
        Hear(Report(1, 2));
        Hear(Report(1, 1, host: "h2"));
        await Tick();
        Assert.Equal([("h1", 3L), ("h2", 1L)], Said[^1].Reports.Select(r => (r.Host, r.Sequence)));
    }

    [Fact]
    public async Task A_batch_that_is_not_confirmed_is_said_again_as_it_was_and_reports_gather_behind_it()
    {
        BrokerIsAway = true;
        Hear(Report(1, 1));
        await Tick();
        Hear(Report(1, 2));
        Hear(Report(1, 1, host: "h2"));
        await Tick(10);
        BrokerIsAway = false;
        await Tick();
        await Tick();
        Assert.Equal([1L, 2L], Said.Select(b => b.Sequence));
        Assert.Equal([("h1", 1L)], Said[0].Reports.Select(r => (r.Host, r.Sequence)));
        Assert.Equal([("h1", 2L), ("h2", 1L)], Said[1].Reports.Select(r => (r.Host, r.Sequence)));
    }

    [Theory]
    [InlineData(30, new[] { 1L, 2L })]
    [InlineData(30.001, new[] { 2L, 3L })]
    public async Task A_batch_is_given_up_after_its_time_and_leaves_a_hole(double away, long[] sequences)
    {
        BrokerIsAway = true;
        Hear(Report(1, 1) with { Inventory = 1, Components = [Component("a")] });
        await Tick();
        Time.Advance(Seconds(away));
        BrokerIsAway = false;
        Hear(Report(1, 2) with { Inventory = 1 });
        await Tick(0);
        await Tick(1);
        Assert.Equal(sequences, Said.Select(b => b.Sequence));

        // The lost batch's reports come with the next one.
        Assert.NotNull(Said[0].Reports[0].Components);
    }

    [Fact]
    public async Task Components_are_told_when_they_change_and_with_each_refresh()
    {
        var told = new List<double>();
        for (var i = 1; i <= 40; i++)
        {
            var report = Report(1, i) with { Inventory = i < 20 ? 1 : 2 };
            Hear(i is 1 or 20 ? report with { Components = [Component("a")] } : report);
            await Tick(0.5);
            if (Said[^1].Reports[0].Components is not null)
            {
                told.Add(i);
            }
        }

        Assert.Contains(1d, told);
        Assert.Contains(20d, told);
        // Refresh is 2 s, that is every 4 reports, after a first one that falls somewhere within 2 s.
        Assert.InRange(told.Count, 10, 14);
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 1, 5));
    }

    [Fact]
    public async Task Components_beyond_the_bound_wait_for_the_next_batch()
    {
        var many = Enumerable.Range(0, 9_000).Select(i => Component($"c{i}")).ToList();
        for (var host = 0; host < 3; host++)
        {
            Hear(Report(1, 1, host: $"h{host}") with { Inventory = 1, Components = many });
        }

        await Tick();
        Assert.Equal([true, true, false], Said[0].Reports.Select(r => r.Components is not null));
        Hear(Report(1, 2, host: "h2") with { Inventory = 1 });
        await Tick();
        Assert.NotNull(Said[1].Reports[0].Components);
    }

    [Fact]
    public async Task More_hosts_than_a_batch_holds_come_in_the_next_one()
    {
        for (var host = 0; host <= BatchWindow.ReportsMax; host++)
        {
            Hear(Report(1, 1, host: $"h{host}"));
        }

        await Tick();
        await Tick();
        Assert.Equal([BatchWindow.ReportsMax, 1], Said.Select(b => b.Reports.Count));
    }

    [Fact]
    public async Task The_last_batch_says_that_the_collector_leaves_and_nothing_follows()
    {
        BrokerIsAway = true;
        Hear(Report(1, 1));
        await Tick();
        Hear(Report(1, 2));
        BrokerIsAway = false;
        await Collector.StoppingAsync(CancellationToken.None);
        await Tick(5);
        Assert.Equal([(1L, false), (2L, true)], Said.Select(b => (b.Sequence, b.Leaving)));
        Assert.Equal(2, Said[1].Reports.Single().Sequence);
        Assert.Equal(Grants.Leaving, Health.Decide(Health.Now));
    }

    [Fact]
    public async Task Each_batch_that_is_heard_lets_the_collector_grant_on()
    {
        Health.Load();
        Assert.Equal(Grants.NotHeard, Health.Decide(Health.Now));
        await Tick(100);
        Assert.Equal((1, (TimeSpan?)Seconds(100)), (Health.ConfirmedSequence, Health.Confirmed));
        Assert.Equal(Grants.Grant, Health.Decide(Health.Now + Some.Terms.SilenceMax));
        Assert.Equal(Grants.Unknown, Health.Decide(Health.Now + Some.Terms.SilenceMax + Seconds(0.001)));
    }
}
