namespace Holdfast.HaScheduler.Tests;

/// <summary>Maintenances that go on for too long, and those that are over.</summary>
public sealed class MaintenanceAlertsTests
{
    private static OpenMaintenance Open(string key) => new(key, "north", Some.Work with { Until = Scene.Now });

    private static AlertRaised Ended(string key, int acts) => MaintenanceAlerts.Ended(
        MaintenanceAlerts.Report(key, Some.Work, [.. Enumerable.Range(0, acts).Select(i => new HeldBackAct($"o{i}", "p", Scene.Now))],
            Scene.Now),
        "north", id => Some.Task(id, tags: "pay"));

    [Fact]
    public void One_is_overdue_after_its_time()
    {
        Assert.Null(MaintenanceAlerts.Overdue(Open("host:h1"), _ => null, Scene.Now));
        var late = MaintenanceAlerts.Overdue(Open("host:h1"), _ => null, Scene.Now.AddTicks(1))!;
        Assert.Equal(("host:h1", "h1", null, null), (late.Target, late.Host, late.Task, late.TaskTags));
        Assert.Contains("PATCH /api/v1/hosts/h1 with maintenance null", late.Description, StringComparison.Ordinal);
        var task = MaintenanceAlerts.Overdue(Open("task:t1"), id => Some.Task(id, tags: "pay"), Scene.Now.AddTicks(1))!;
        Assert.Equal((null, "t1", "pay"), (task.Host, task.Task, Assert.Single(task.TaskTags!)));
        Assert.Contains("DELETE /api/v1/maintenance/task/t1", task.Description, StringComparison.Ordinal);
        Assert.Equal("DELETE /api/v1/maintenance/idc/north/n1", MaintenanceAlerts.Ending("idc:north/n1"));
    }

    [Theory]
    [InlineData(0, "held nothing back", "HA would have done nothing meanwhile.", 0)]
    [InlineData(1, "held back 1 acts", "HA would have: o0: p (", 1)]
    [InlineData(20, "held back 20 acts", "o19: p (", 20)]
    [InlineData(21, "held back 21 acts", "; and 1 more. What is still needed is done now.", 20)]
    public void Its_end_says_what_it_has_held_back(int acts, string summary, string description, int named)
    {
        var told = Ended("host:h1", acts);
        Assert.EndsWith(summary, told.Summary, StringComparison.Ordinal);
        Assert.Contains(description, told.Description, StringComparison.Ordinal);
        Assert.Equal((named, acts == 21), (told.Description.Split(": p (").Length - 1,
            told.Description.Contains(" more", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(1001, 1000)]
    public void A_report_lists_a_thousand_and_counts_all(int acts, int listed)
    {
        var report = MaintenanceAlerts.Report("host:h1", Some.Work, [.. Enumerable.Repeat(new HeldBackAct("o", "p", Scene.Now), acts)],
            Scene.Now);
        Assert.Equal((acts, listed), (report.HeldBackCount, report.HeldBack.Count));
    }

    [Fact]
    public void All_of_them_are_those_of_hosts_and_of_the_rest_each_with_its_region()
    {
        var host = Scene.Verdict("h1", HostState.Online);
        KeyValuePair<string, Maintenance>[] others = [new("idc:south/s1", Some.Work), new("task:t1", Some.Work),
            new("task:t2", Some.Work)];
        var all = MaintenanceAlerts.All([host, host with { Host = "h2", Maintenance = Some.Work }], others, t => t == "t1" ? "east" : null);
        Assert.Equal([("host:h2", "north"), ("idc:south/s1", "south"), ("task:t1", "east"), ("task:t2", "")],
            all.Select(o => (o.Key, o.Region)));
    }
}
