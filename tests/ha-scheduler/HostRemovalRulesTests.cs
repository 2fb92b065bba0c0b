using Holdfast.Contracts;
using Holdfast.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Model;
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
}
