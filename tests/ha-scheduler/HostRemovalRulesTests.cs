using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Which host may be deleted, and what becomes of its work.</summary>
public sealed class HostRemovalRulesTests
{
    [Fact]
    public void Of_a_deleted_host_only_what_ran_is_started_elsewhere_and_no_copy_begins_anew()
    {
        var sync = Scene.Component("t1", "h1");
        var import = sync with { Kind = ComponentKind.FullImport };
        Is(DesiredState.Running, null, HostRemovalRules.Freed(sync, Scene.Runs(sync)));
        Is(DesiredState.Running, null, HostRemovalRules.Freed(sync, null));
        Is(DesiredState.Stopped, ComponentState.Abnormal, HostRemovalRules.Freed(sync, Scene.Runs(sync, ComponentState.Abnormal)));
        Is(DesiredState.Stopped, null, HostRemovalRules.Freed(sync with { Desired = DesiredState.Stopped }, null));
        Is(DesiredState.Stopped, ComponentState.Abnormal, HostRemovalRules.Freed(import, Scene.Runs(import)));
        Is(DesiredState.Stopped, ComponentState.Completed, HostRemovalRules.Freed(import, Scene.Runs(import, ComponentState.Completed)));

        void Is(DesiredState desired, ComponentState? carried, Registration freed) =>
            Assert.Equal((null, desired, carried, sync.Epoch + 1), (freed.Host, freed.Desired, freed.CarriedState, freed.Epoch));
    }

    private static OnHost On(int components = 0, int stores = 0, int running = 0) => new(
        [.. Enumerable.Range(0, components).Select(i => $"c{i}")], [.. Enumerable.Range(0, stores).Select(i => $"s{i}")],
        [.. Enumerable.Range(0, running).Select(i => $"r{i}")]);

    [Theory]
    [InlineData(HostState.Online, 0, 0, 0, null)]
    [InlineData(HostState.Online, 1, 0, 0, "HA-119")]
    [InlineData(HostState.Online, 0, 1, 0, "HA-119")]
    [InlineData(HostState.Quarantined, 0, 0, 1, "HA-119")]
    [InlineData(HostState.Down, 1, 1, 1, null)]
    public void A_host_goes_when_it_is_Down_or_empty(HostState state, int components, int stores, int running, string? code)
    {
        var fault = HostRemovalRules.WhyNot(Scene.Verdict("h1", state), On(components, stores, running), "h1");
        Assert.Equal((code, code is null ? (int?)null : 409), (fault?.Code, fault?.Status));
        Assert.Equal("HA-120", HostRemovalRules.WhyNot(Scene.Verdict("h1", state), On(components, stores, running), "h2")?.Code);
        Assert.Equal("HA-120", HostRemovalRules.WhyNot(Scene.Verdict("h1", state), On(components, stores, running), null)?.Code);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public void Ten_of_what_stands_there_are_named(int count, bool more)
    {
        var detail = HostRemovalRules.WhyNot(Scene.Verdict("h1", HostState.Online), On(count), "h1")!.Detail;
        Assert.EndsWith(more ? " c8, c9 and 1 more." : " c8, c9.", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(5, 6)]
    public void An_order_is_later_than_each_that_is_known(int? known, int after)
    {
        DateTimeOffset? other = known is { } ms ? Scene.Now.AddMilliseconds(ms) : null;
        Assert.Equal(Scene.Now.AddMilliseconds(after), HostRemovalRules.After(Scene.Now, other));
        Assert.Equal(Scene.Now.AddMilliseconds(9), HostRemovalRules.After(Scene.Now, Scene.Now.AddMilliseconds(8), other));
    }

    [Fact]
    public void In_the_middle_of_a_move_the_move_says_what_ran_and_what_is_carried()
    {
        var stopping = new Migration { Cause = MoveCause.Drain, At = Scene.Now, StoppingSince = Scene.Now, Starts = true };
        var sync = Scene.Component("t1", "h1") with { Migration = stopping, FailedAt = Scene.Now };
        var freed = HostRemovalRules.Freed(sync, null);
        Assert.Equal((DesiredState.Running, null, null, null), (freed.Desired, freed.CarriedState, freed.Migration, freed.FailedAt));
        var carries = HostRemovalRules.Freed(sync with { Migration = stopping
            with { Starts = false, Carries = ComponentState.Completed } }, null);
        Assert.Equal((DesiredState.Stopped, ComponentState.Completed), (carries.Desired, carries.CarriedState));
        var stopped = HostRemovalRules.Freed(sync with { Migration = stopping with { Starts = false } }, null);
        Assert.Equal((DesiredState.Stopped, null), (stopped.Desired, stopped.CarriedState));
        var said = HostRemovalRules.Freed(sync with { Migration = null, CarriedState = ComponentState.Abnormal }, Scene.Runs(sync));
        Assert.Equal((DesiredState.Stopped, ComponentState.Abnormal), (said.Desired, said.CarriedState));
    }

    [Fact]
    public void What_was_there_before_is_forgotten_of_the_deleted_host_alone()
    {
        var component = Scene.Component("t1", "h3") with { Former = [new FormerPlace("a", "h1", 1), new FormerPlace("b", "h2", 2)] };
        Assert.Equal("h2", Assert.Single(HostRemovalRules.WithoutFormer(component, "h1")!.Former).Host);
        Assert.Null(HostRemovalRules.WithoutFormer(component, "h3"));
    }
}
