using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Tests;

/// <summary>After a pause or a restart nobody is told of what is well a moment later; what is real is told in time.</summary>
public sealed class SteadyTests : PassScene
{
    /// <summary>Of the profile fast: everybody has been heard again within 6 s of a break.</summary>
    private static readonly TimeSpan HeardWithin = Rehearing.HeardWithin(Scene.Seconds(1), Scene.Seconds(4));

    private static readonly HaConfig Fast = Profile.Fast.Ha;

    private static HostSnapshot Unheard(double silent) => Scene.Host("h", silent: silent, unheard: silent + 20);

    [Theory]
    [InlineData(4.1, false)]
    [InlineData(6, false)]
    [InlineData(6.1, true)]
    public void Who_was_not_heard_since_a_break_is_no_suspect_until_he_could_have_been(double silent, bool isSuspect) =>
        Assert.Equal(isSuspect, Liveness.IsSuspect(Unheard(silent), Fast, HeardWithin));

    [Fact]
    public void Who_was_heard_since_the_break_and_fell_silent_then_is_a_suspect_after_half_the_interval()
    {
        Assert.False(Liveness.IsSuspect(Scene.Host("h", silent: 4), Fast, HeardWithin));
        Assert.True(Liveness.IsSuspect(Scene.Host("h", silent: 4.1), Fast, HeardWithin));
    }

    [Fact]
    public void Where_hearing_needs_longer_than_the_interval_nobody_is_Down_before_and_all_count_for_the_brake_by_then()
    {
        var needs = Scene.Seconds(10);
        var hosts = Enumerable.Range(0, 3).Select(n => Scene.Host($"h{n}", silent: 9, unheard: 30)).ToList();
        Assert.Empty(Decide(9).OfType<DeclareDown>());
        Assert.Single(Decide(9).OfType<SetBrake>());
        Assert.Equal(3, Decide(10.1).OfType<DeclareDown>().Count());

        IReadOnlyList<Decision> Decide(double silent) => Decider.Decide(
            Scene.Of([.. hosts.Select(h => h with { Silence = Scene.Seconds(silent) })]) with
            {
                Feed = new FeedSnapshot(true, null, Scene.Seconds(4), Scene.Seconds(1)) { HeardWithin = needs },
            }, Fast);
    }

    [Fact]
    public void Whoever_lives_is_awaited_after_a_break_and_no_longer_than_hearing_needs()
    {
        Assert.Equal(["h"], Of(Unheard(6)));
        Assert.Empty(Of(Unheard(6.1)));
        Assert.Empty(Of(Scene.Host("h", silent: 5)));
        Assert.Empty(Of(Unheard(1) with { Verdict = Scene.Verdict("h", HostState.Down) }));

        static IReadOnlyList<string> Of(HostSnapshot host) =>
            Awaited.Of(Scene.Of([host]) with { Feed = Scene.CompleteFeed with { HeardWithin = HeardWithin } });
    }

    /// <summary>Three hosts, and room on each of them for all.</summary>
    private async Task ThreeHosts()
    {
        foreach (var host in new[] { "h1", "h2", "h3" })
        {
            _life.Reports(host);
        }

        await _life.Pass(20);
        _life.Bus.Take<AlertRaised>();
    }

    [Fact]
    public async Task A_server_that_is_stopped_for_20_seconds_tells_nobody_of_hosts_that_need_5_seconds_to_be_heard_again()
    {
        await ThreeHosts();
        await Pause(20, "h1", "h2", "h3");
        await _life.Pass(5);
        Return("h1", "h2", "h3");
        await _life.Pass(30);
        Assert.Empty(_life.Bus.Take<AlertRaised>());
    }

    [Fact]
    public async Task A_restart_tells_nobody_of_hosts_that_need_5_seconds_to_be_heard()
    {
        await ThreeHosts();
        Restart();
        await _life.Pass(5);
        await ThreeHosts();
        await _life.Pass(30);
        Assert.Empty(_life.Bus.Take<AlertRaised>());
    }

    [Fact]
    public async Task Who_died_while_the_server_was_stopped_is_told_of_within_the_interval_after_it()
    {
        await ThreeHosts();
        await Pause(20, "h1");
        await _life.Pass(8);
        Assert.Empty(_life.Bus.Take<HostDown>());
        await _life.Pass(2);
        Assert.Equal("h1", Assert.Single(_life.Bus.Take<HostDown>()).Host);
    }

    [Fact]
    public async Task Who_was_Down_before_the_server_was_stopped_is_told_of_in_the_first_pass_after_it()
    {
        await ThreeHosts();
        _life.FallsSilent("h1");
        await _life.Pass(DownAfter - 1);
        _life.Bus.IsCut = true;
        await Assert.ThrowsAsync<IOException>(() => _life.Pass());
        _life.Bus.IsCut = false;
        _time.Advance(Scene.Seconds(20));
        await _life.Pass();
        Assert.Contains(_life.Bus.Take<AlertRaised>(), a => a is { Event: AlertEvents.HostDown, Target: "h1" });
    }

    [Fact]
    public async Task Hosts_that_are_still_to_be_heard_after_a_restart_are_no_lack_of_room()
    {
        var (dead, alive) = await OneTaskRuns();
        await _life.Cluster.Hosts.Change(dead, v => v with { State = HostState.Down, Incident = "i1" }, default);
        Restart();
        await _life.Pass(5);
        _life.Reports(alive);
        await _life.Pass(10);
        Assert.Equal(alive, _life.Component("t1").Host);
        Assert.DoesNotContain(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.NoCapacity);
    }

    [Fact]
    public async Task Three_of_three_that_died_while_the_server_was_stopped_brake_before_anything_moves()
    {
        await ThreeHosts();
        await Pause(20, "h1", "h2", "h3");
        await _life.Pass(6);
        Assert.Empty(_life.Bus.Take<AlertRaised>());
        await _life.Pass();
        Assert.Equal(AlertEvents.Brake, Assert.Single(_life.Bus.Take<AlertRaised>()).Event);
    }

    [Fact]
    public async Task A_delay_that_only_the_pause_made_is_told_only_if_it_stays()
    {
        var (host, _) = await OneTaskRuns();
        await LongWhole();
        _time.Advance(Scene.Seconds(400));
        Lags(host, 400);
        await _life.Pass(8);
        Assert.Empty(Delays());
        Lags(host, 0);
        await _life.Pass(10);
        Assert.Empty(Delays());
        _time.Advance(Scene.Seconds(400));
        Lags(host, 400);
        await _life.Pass(12);
        Assert.Single(Delays());
    }

    [Fact]
    public async Task A_feed_that_is_interrupted_again_and_again_does_not_silence_a_delay_for_ever()
    {
        var (host, _) = await OneTaskRuns();
        Lags(host, 400);
        var told = new List<AlertRaised>();
        for (var n = 0; n < 5; n++)
        {
            _time.Advance(Scene.Seconds(5));
            await _life.Pass();
            told.AddRange(Delays());
        }

        Assert.Single(told);
    }

    private List<AlertRaised> Delays() => [.. _life.Bus.Take<AlertRaised>().Where(a => a.Event == AlertEvents.MigrationDelay)];

    private void Lags(string host, double delay) =>
        _life.Reports(host, 1, Scene.Runs(_life.Component("t1")) with { DelaySeconds = delay });

    private async Task Pause(int seconds, params string[] silent)
    {
        Array.ForEach(silent, _life.FallsSilent);
        _time.Advance(Scene.Seconds(seconds));
        await _life.Pass();
    }

    private void Return(params string[] hosts) => Array.ForEach(hosts, _life.GoesOn);
}
