using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Checks of an order before a ticket is opened for it.</summary>
public sealed class OperationRulesTests
{
    private static readonly Registration There = Scene.Component("t1", "h1");

    private static readonly Destination[] Hosts =
        [new("h1", "north", null), new("h2", "north", null), new("h3", "north", "is Down"), new("s1", "south", null)];

    [Theory]
    [InlineData("h2", null)]
    [InlineData(null, null)]
    [InlineData("h1", "another host than the present one")]
    [InlineData("h3", "and it is Down")]
    [InlineData("s1", "must be in region north")]
    [InlineData("h9", "must be a host that has reported")]
    public void A_named_target_is_another_online_host_of_the_same_region(string? target, string? rule)
    {
        var fault = Check(new Order(TicketKind.Migrate, Components: ["t1"], TargetHost: target), There);
        Assert.Equal(rule is null ? null : ("HA-131", "targetHost"),
            fault is null ? ((string, string)?)null : (fault.Code, Assert.Single(fault.Fields).Field));
        Assert.Contains(rule ?? "", fault?.Detail ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_without_another_host_says_at_once_why()
    {
        var order = new Order(TicketKind.Migrate, Components: ["t1"]);
        var fault = OperationRules.Check(order, [Seen(There)], [Hosts[0], Hosts[2], Hosts[3]]);
        Assert.Equal("HA-135", fault!.Code);
        Assert.Contains("h3 is Down", fault.Detail, StringComparison.Ordinal);
        Assert.Contains("no other host", OperationRules.Check(order, [Seen(There)], [Hosts[0]])!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TicketKind.Start, null)]
    [InlineData(TicketKind.Stop, null)]
    [InlineData(TicketKind.Migrate, "HA-134")]
    public void A_full_import_starts_and_stops_and_is_never_moved(string kind, string? code) =>
        Assert.Equal(code, Check(new Order(kind, Components: ["f1"]), There with { Kind = ComponentKind.FullImport })?.Code);

    [Fact]
    public void What_has_no_host_yet_cannot_be_moved() =>
        Assert.Equal("HA-134", Check(new Order(TicketKind.Migrate, Components: ["t1"]), Scene.Component("t1", null))?.Code);

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("h1", "t1", null)]
    [InlineData("h1", null, "c1")]
    public void An_order_names_exactly_one_of_host_task_and_components(string? host, string? task, string? component)
    {
        var fault = OperationRules.CheckShape(new Order(TicketKind.Stop, host, task, component is null ? null : [component]));
        Assert.Equal("HA-131", fault!.Code);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void An_order_names_at_most_1000_components(int count, bool holds) => Assert.Equal(holds, OperationRules.CheckShape(
        new Order(TicketKind.Stop, Components: [.. Enumerable.Range(0, count).Select(i => $"c{i}")])) is null);

    [Fact]
    public void A_target_is_for_moves_only() =>
        Assert.Equal("targetHost",
            Assert.Single(OperationRules.CheckShape(new Order(TicketKind.Stop, "h1", TargetHost: "h2"))!.Fields).Field);

    [Theory]
    [InlineData("h1", null)]
    [InlineData("H1", "HA-131")]
    [InlineData(null, "HA-131")]
    public void The_host_is_typed_exactly_before_all_of_it_is_deleted(string? confirm, string? code)
    {
        var stopped = There with { Desired = DesiredState.Stopped };
        Assert.Equal(code, Check(new Order(TicketKind.Delete, Host: "h1", Confirm: confirm), stopped)?.Code);
        Assert.Equal("HA-133", Check(new Order(TicketKind.Delete, Host: "h1", Confirm: "h1"), There)?.Code);
    }

    [Theory]
    [InlineData("10.0.0.1-9000:connector_v2:t1-incr_trans-1-0:7", "t1-incr_trans-1-0")]
    [InlineData("t1-incr_trans-1-0", "t1-incr_trans-1-0")]
    [InlineData("fd00::1-9000:full_import:t1-full_import-1-0:1", "t1-full_import-1-0")]
    public void A_name_of_any_number_leads_to_its_registration(string name, string id) => Assert.Equal(id, Registration.IdIn(name));

    private static Contracts.Fault? Check(Order order, Registration component) =>
        OperationRules.Check(order, [Seen(component)], Hosts);

    private static Ordered Seen(Registration component) => new(component,
        new Sight(HostState.Online, component.Host is null ? null : Scene.Runs(component,
            component.Desired == DesiredState.Running ? ComponentState.Running : ComponentState.Stopped), null));

    [Theory]
    [InlineData(10, "; 10")]
    [InlineData(11, "; 10; and 1 more")]
    public void Ten_are_named(int count, string end) => Assert.EndsWith(end,
        OperationRules.Named([.. Enumerable.Range(1, count).Select(i => $"{i}")]), StringComparison.Ordinal);

    [Fact]
    public void What_cannot_be_done_now_is_a_conflict()
    {
        Contracts.Fault? Faulty(Order order, Registration component, params Destination[] hosts) =>
            OperationRules.Check(order, [Seen(component)], hosts);
        var move = new Order(TicketKind.Migrate, Components: ["t1"]);
        Contracts.Fault?[] faults =
        [
            Faulty(new Order(TicketKind.Delete, Host: "h1", Confirm: "h1"), There, Hosts),
            Faulty(move, There with { Kind = ComponentKind.FullImport }, Hosts),
            Faulty(move, Scene.Component("t1", null), Hosts),
            Faulty(move, There, Hosts[0]),
        ];
        Assert.Equal([("HA-133", 409), ("HA-134", 409), ("HA-134", 409), ("HA-135", 409)], faults.Select(f => (f!.Code, f.Status)));
    }

    [Fact]
    public void One_component_is_deleted_by_its_name_and_two_only_with_all_of_a_host_or_a_task()
    {
        var stopped = There with { Desired = DesiredState.Stopped };
        var other = Scene.Component("t2", "h1") with { Desired = DesiredState.Stopped };
        string? Field(Order order, params Registration[] components) =>
            OperationRules.Check(order, [.. components.Select(Seen)], Hosts)?.Fields.Single().Field;
        var one = new Order(TicketKind.Delete, Components: ["t1"]);
        Assert.Null(Field(one with { Confirm = stopped.Name }, stopped));
        Assert.Equal("confirm", Field(one with { Confirm = stopped.Id }, stopped));
        Assert.Null(Field(one with { Confirm = stopped.Id }, stopped with { Host = null, Name = null }));
        Assert.Equal("components", Field(one with { Confirm = stopped.Name }, stopped, other));
        Assert.Null(Field(new Order(TicketKind.Delete, Host: "h1", Confirm: "h1"), stopped, other));
    }

    [Fact]
    public void A_name_of_an_order_is_not_empty_and_the_first_component_that_cannot_go_is_named()
    {
        var nameless = OperationRules.CheckShape(new Order(TicketKind.Stop, Components: ["c1", ""]));
        Assert.Equal("components", Assert.Single(nameless!.Fields).Field);
        var two = new Order(TicketKind.Migrate, Components: ["t1", "t2"], TargetHost: "s1");
        Assert.Contains($"as {There.Name} is", OperationRules.Check(two, [Seen(There), Seen(Scene.Component("t2", "h2"))], Hosts)!.Detail,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public void A_reason_has_at_most_500_characters(int length, bool holds)
    {
        var reason = new string('x', length);
        Assert.Equal(holds, OperationRules.BadReason(reason) is null);
        var fault = OperationRules.CheckShape(new Order(TicketKind.Stop, "h1", Reason: reason));
        Assert.Equal(holds ? null : "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…", fault?.Fields.Single().Value);
    }
}
