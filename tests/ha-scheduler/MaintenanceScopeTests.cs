namespace Holdfast.HaScheduler.Tests;

/// <summary>Maintenance and the work that it holds.</summary>
public sealed class MaintenanceScopeTests
{
    private static readonly HostVerdict Host = Scene.Verdict("h1", HostState.Online);

    private static Snapshot With(params string[] keys) =>
        Scene.Of([]) with { Maintenances = keys.ToDictionary(k => k, _ => Some.Work) };

    [Fact]
    public void A_host_s_own_goes_before_its_IDC_s()
    {
        Assert.Equal("host:h1", MaintenanceScope.OfHost(Host with { Maintenance = Some.Work }, With("idc:north/n1"))?.Key);
        Assert.Equal("idc:north/n1", MaintenanceScope.OfHost(Host, With("idc:north/n1"))?.Key);
        Assert.Null(MaintenanceScope.OfHost(Host, With("idc:north/n2")));
        Assert.Null(MaintenanceScope.OfHost(Host, With()));
    }

    [Fact]
    public void A_component_s_task_goes_before_its_host()
    {
        var component = Scene.Component("t1", "h1");
        var busy = Host with { Maintenance = Some.Work };
        Assert.Equal("task:t1", MaintenanceScope.OfComponent(component, busy, With("task:t1"))?.Key);
        Assert.Equal("host:h1", MaintenanceScope.OfComponent(component, busy, With("task:t2"))?.Key);
        Assert.Null(MaintenanceScope.OfComponent(component, null, With("task:t2")));
        Assert.Equal("task:t1", MaintenanceScope.OfComponent(component, null, With("task:t1"))?.Key);
    }
}
