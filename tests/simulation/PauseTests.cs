namespace Holdfast.Simulation.Tests;

/// <summary>All services of a server are stopped at once, or start anew, and nothing else is wrong: nobody is told anything.</summary>
[Trait("Category", "slow")]
public sealed class PauseTests
{
    private const int Seeds = 2;

    /// <summary>Profile, and what stops.</summary>
    public static TheoryData<string, string[]> Pauses => new()
    {
        { "fast", [nameof(FaultKind.SchedulerStopped), nameof(FaultKind.CollectorStopped), nameof(FaultKind.ManagerStopped)] },
        { "standard", [nameof(FaultKind.SchedulerStopped), nameof(FaultKind.CollectorStopped), nameof(FaultKind.ManagerStopped)] },
        { "fast", [nameof(FaultKind.SchedulerKilled), nameof(FaultKind.CollectorKilled), nameof(FaultKind.ManagerKilled)] },
        { "fast", [nameof(FaultKind.CollectorStopped)] },
        { "fast", [nameof(FaultKind.SchedulerStopped)] },
        { "fast", [nameof(FaultKind.ManagerStopped)] },
        { "fast", [nameof(FaultKind.BrokerDown)] },
    };

    [Theory]
    [MemberData(nameof(Pauses))]
    public void Nobody_is_told_of_what_only_a_pause_of_20_seconds_made(string profile, string[] paused) =>
        IsQuiet(profile, paused, 1, Seeds);

    [Theory]
    [MemberData(nameof(Pauses))]
    [Trait("Category", "long")]
    public void Nor_in_any_of_many_worlds(string profile, string[] paused) => IsQuiet(profile, paused, 1 + Seeds, 6 * Seeds);

    [Fact]
    [Trait("Category", "heavy")]
    public void A_host_that_dies_while_all_is_stopped_is_told_of()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var outcome = Run.Of(Shape(seed, "fast"), Of(
            [
                new Fault(90_000, FaultKind.SchedulerStopped, 0, 20_000, 1), new Fault(90_000, FaultKind.CollectorStopped, 0, 20_000, 1),
                new Fault(90_000, FaultKind.ManagerStopped, 0, 20_000, 1), new Fault(95_000, FaultKind.HostOff, 1, 60_000, 1),
            ]));
            Assert.Null(outcome.Violation);
            Assert.True(outcome.Figures.GetValueOrDefault($"raised: {AlertEvents.HostDown} {AlertCondition.Firing}") > 0, $"seed {seed}");
        }
    }

    private static void IsQuiet(string profile, string[] paused, int from, int seeds)
    {
        for (var seed = from; seed < from + seeds; seed++)
        {
            var faults = paused.Select(kind => new Fault(90_000, Enum.Parse<FaultKind>(kind), 0, 20_000, 1));
            var outcome = Run.Of(Shape(seed, profile), Of([.. faults]));
            Assert.Null(outcome.Violation);
            var told = outcome.Figures.Where(f => f.Key.StartsWith("raised: ", StringComparison.Ordinal)).Select(f => $"{f.Key} {f.Value}");
            Assert.True(!told.Any(), $"seed {seed}: {string.Join(", ", told)}");
        }
    }

    /// <summary>Room for all in each of two IDCs, whichever host is lost.</summary>
    private static Shape Shape(int seed, string profile) =>
        new(seed, Hosts: 6, Regions: 1, Idcs: 3, Tasks: 4, Collectors: 1, profile, Schedulers: 1, Managers: 1);

    private static Plan Of(IReadOnlyList<Fault> faults) => new(TimeSpan.FromSeconds(200), 1, faults);
}
