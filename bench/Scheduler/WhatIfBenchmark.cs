using System.Collections.Frozen;
using Holdfast.HaScheduler;
using Holdfast.Platform;
using Holdfast.Rules.HaScheduler.Forecast;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Bench.Scheduler;

/// <summary>"What if this host were lost?", of a host with a thousand tasks, asked of a small fleet and of a large one.</summary>
internal static class WhatIfBenchmark
{
    private const double GoalMs = 100;
    private const int Tasks = 1000;

    internal static Task<bool> Run() => Task.FromResult(Ask(100) & Ask(1_000) & Ask(10_000));

    private static bool Ask(int hosts)
    {
        var scene = FleetScene.Of(hosts, 0, FrozenDictionary<string, BrakeState>.Empty);
        var crowd = Enumerable.Range(FleetScene.ComponentsPerHost, Tasks - FleetScene.ComponentsPerHost)
            .Select(task => FleetScene.Component(0, task));
        var live = scene with { Registrations = [.. scene.Registrations, .. crowd] };
        var question = new Supposition(
            FrozenSet.Create(StringComparer.Ordinal, FleetScene.HostName(0)), FrozenSet<(string, string)>.Empty,
            FrozenSet<string>.Empty, null);
        var pace = CatchUpPace.Of([]);
        var forecast = WhatIf.Ask(live, Profile.Standard.Ha, question, pace);
        Print.Line($"{hosts:#,0} hosts", $"{forecast.Moves.Count} moves, {forecast.Waits.Count} wait");
        return Print.Goal($"{hosts:#,0} hosts: a host with {Tasks:#,0} tasks",
            Timing.Median(() => WhatIf.Ask(live, Profile.Standard.Ha, question, pace)), "ms", GoalMs, atLeast: false);
    }
}
