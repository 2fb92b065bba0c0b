using Holdfast.HaScheduler.State;

namespace Holdfast.Simulation.Tests;

/// <summary>Taken away where people change and delete tasks and hosts.</summary>
internal partial class Mutation
{
    /// <summary>A task's id begins anew at epoch 1 when it is used again.</summary>
    internal static Mutation EpochsStartAnew { get; } = new()
    {
        Forgets = document => document is PastPlacement,
        Weather = [FaultKind.TaskDeleted],
    };

    /// <summary>A supervisor drops what leaves its list, and does not stop it.</summary>
    internal static Mutation DropsWhatItRuns { get; } = new() { StopsWhatLeaves = false, Weather = [FaultKind.TaskDeleted] };

    /// <summary>A supervisor starts a component anew with the command that it had.</summary>
    internal static Mutation KeepsTheCommand { get; } = new() { TakesCommands = false, Weather = [FaultKind.TaskPatched] };

    /// <summary>A list remembers nothing of what was removed from it.</summary>
    internal static Mutation RemovalsAreForgottenAtOnce { get; } = new() { RemovalsAreForgotten = true };

    /// <summary>Nobody remembers that a host was deleted.</summary>
    internal static Mutation DeletedHostsAreNobody { get; } = new()
    {
        Forgets = document => document is ForgottenHost,
        Weather = [FaultKind.HostDeleted],
    };

    internal bool RemovalsAreForgotten { get; private init; }

    internal bool StopsWhatLeaves { get; private init; } = true;

    internal bool TakesCommands { get; private init; } = true;
}
