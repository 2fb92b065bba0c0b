namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts as the collectors reported them last, whichever batch arrives first.</summary>
public sealed class FleetMapTests
{
    private readonly FleetMap _map = new();

    private void Hear(IReadOnlyList<HostReport> reports, params IReadOnlyList<HostRegistration> registrations) =>
        _map.Hear(new HeartbeatReported
        {
            Collector = "c1", Sequence = 1, WindowEnd = Scene.Now, UptimeMs = 1000, Lease = 4, KillGrace = 1, Reports = reports,
            Registrations = registrations,
        });

    [Theory]
    [InlineData(1, 4, false)]
    [InlineData(1, 5, true)]
    [InlineData(1, 6, true)]
    [InlineData(2, 1, true)]
    [InlineData(0, 9, false)]
    public void A_report_counts_unless_its_life_or_its_number_is_older(long incarnation, long sequence, bool counts)
    {
        Hear([Scene.Report("h1", 5)]);
        Hear([Scene.Report("h1", sequence) with { Incarnation = incarnation, Idc = "n2" }]);
        Assert.Equal(counts ? "n2" : "n1", _map.Find("h1")!.Idc);
    }

    [Fact]
    public void Settings_hold_for_a_host_that_was_heard_and_are_kept_for_one_that_was_not()
    {
        Hear([Scene.Report("h1")], new HostRegistration("h1", new Quotas(1, 2), ["ssd"]), new HostRegistration("h2", new Quotas(3, 4), []));
        Assert.Equal((new Quotas(1, 2), "ssd"), (_map.Find("h1")!.Quotas, Assert.Single(_map.Find("h1")!.Tags)));
        Assert.Equal(["h1", "h2"], _map.Registrations.Select(r => r.Host).Order(StringComparer.Ordinal));
        Assert.Equal("h1", Assert.Single(_map.Hosts).Host);
        Hear([Scene.Report("h1", 2)]);
        Assert.Equal(new Quotas(1, 2), _map.Find("h1")!.Quotas);
    }

    /// <summary>The answer is repeated with each batch: the host's next life must not be forgotten by it.</summary>
    [Fact]
    public void A_deletion_forgets_a_host_once_and_a_later_deletion_once_more()
    {
        Hear([Scene.Report("h1", 9)]);
        Assert.Null(_map.ForgottenAt("h1"));
        Hear([], Forgotten(0));
        Assert.Null(_map.Find("h1"));
        Hear([Scene.Report("h1", 1)], Forgotten(0));
        Hear([], Forgotten(0));
        Hear([], Forgotten(-1));
        Assert.Equal((1, Scene.Now), (_map.Find("h1")!.Report.Sequence, _map.ForgottenAt("h1")));
        Hear([], Forgotten(1));
        Assert.Null(_map.Find("h1"));

        static HostRegistration Forgotten(int seconds) => new("h1", Quotas.Unset, []) { ForgottenAt = Scene.Now.AddSeconds(seconds) };
    }
}
