namespace Holdfast.HaScheduler.Tests;

/// <summary>The end of an alert says what is so: a host that went Down is not below its thresholds again.</summary>
public sealed class FindingEndingsTests
{
    private static readonly HaConfig On = new() { Enable = true, EnableHost = true };
    private static readonly HostSnapshot H1 = Scene.Host("h1");
    private static readonly HostSnapshot H2 = Scene.Host("h2");

    [Fact]
    public void A_host_is_below_its_thresholds_again_only_if_it_is_there_and_measured()
    {
        Assert.Equal("over", Of(AlertEvents.HostThreshold, "h1", On, H1));
        Assert.Equal("Host h1 is Down: its CPU, memory and disk are not known",
            Of(AlertEvents.HostThreshold, "h1", On, Scene.Host("h1", HostState.Down)));
        Assert.Equal("Host h1 is not there any more", Of(AlertEvents.HostThreshold, "h1", On, H2));
    }

    [Fact]
    public void A_host_lapses_no_more_only_if_it_is_there_and_not_Down()
    {
        foreach (var @event in (string[])[AlertEvents.HostLapses, AlertEvents.HostClock])
        {
            Assert.Equal("over", Of(@event, "h1", On, H1));
            Assert.Equal("Host h1 is Down", Of(@event, "h1", On, Scene.Host("h1", HostState.Down)));
            Assert.Equal("Host h1 is not there any more", Of(@event, "h1", On, H2));
        }
    }

    [Fact]
    public void A_region_survives_only_where_somebody_watches_and_has_room_to_find()
    {
        Assert.Equal("over", Of(AlertEvents.Headroom, "north", On, H1, H2));
        Assert.Equal("HA is off in region north: nobody watches whether it has room for a loss",
            Of(AlertEvents.Headroom, "north", On with { Enable = false }, H1, H2));
        Assert.Equal("enableHost is off in region north: nobody watches whether it has room for a loss",
            Of(AlertEvents.Headroom, "north", On with { EnableHost = false }, H1, H2));
        Assert.StartsWith("Host h1 is the only one of region north", Of(AlertEvents.Headroom, "north", On, H1), StringComparison.Ordinal);
        Assert.Equal("Region north has no host any more", Of(AlertEvents.Headroom, "north", On));
    }

    [Fact]
    public void A_maintenance_that_goes_on_until_later_has_not_ended()
    {
        var work = new Maintenance("disks", "ann", Scene.Now.AddHours(1), "token", Scene.Now);
        var until = $"{work.Until:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        var inWork = H1 with { Verdict = H1.Verdict with { Maintenance = work } };
        Assert.Equal("The maintenance of host:h1 is ended", Of(AlertEvents.MaintenanceOverdue, "host:h1", On, H1));
        Assert.Equal($"The maintenance of host:h1 goes on until {until}", Of(AlertEvents.MaintenanceOverdue, "host:h1", On, inWork));
        var idc = FindingEndings.Of(Told(AlertEvents.MaintenanceOverdue, "idc:north/n1"), Scene.Of([H1], []) with
        {
            Maintenances = new Dictionary<string, Maintenance> { ["idc:north/n1"] = work },
        }, On);
        Assert.Equal($"The maintenance of idc:north/n1 goes on until {until}", idc);
    }

    [Fact]
    public void What_is_of_a_task_is_told_as_such() =>
        Assert.Equal("Task h1 is not there any more", Of(AlertEvents.SyncDelay, "h1", On, H1));

    private static string Of(string @event, string target, HaConfig config, params HostSnapshot[] hosts) =>
        FindingEndings.Of(Told(@event, target), Scene.Of([.. hosts], []), config);

    private static Finding Told(string @event, string target) => new()
    {
        Event = @event,
        Scope = AlertScope.System,
        Target = target,
        Level = AlertLevel.Warning,
        Summary = "it holds",
        Description = "",
        Over = "over",
        Region = "north",
        Since = Scene.Now,
        Host = target.StartsWith("host:", StringComparison.Ordinal) ? target["host:".Length..] : null,
        Task = target,
    };
}
