namespace Holdfast.Simulation.Tests;

/// <summary>The store is away, for all or for some, and the broker carries batches: what runs runs on, and nobody writes twice.</summary>
[Trait("Category", "slow")]
public sealed class AwayTests
{
    private const int Seeds = 1;
    private const int DrawnSeeds = 2;
    private static readonly TimeSpan HalfAnHour = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(20);

    /// <summary>The way to the store is cut for the named ones, or for all: two collectors, two schedulers and a store manager.</summary>
    [Theory]
    [InlineData("fast", "all")]
    [InlineData("fast", "a collector")]
    public void No_component_stops_while_the_store_is_away_for_half_an_hour(string profile, string from) => StaysQuiet(profile, from);

    [Theory]
    [InlineData("tight", "all")]
    [InlineData("standard", "all")]
    [InlineData("tight", "both collectors")]
    [InlineData("tight", "a scheduler")]
    [InlineData("fast", "both schedulers")]
    [InlineData("fast", "a collector and both schedulers")]
    [Trait("Category", "long")]
    public void Nor_wherever_else_it_is_away(string profile, string from) => StaysQuiet(profile, from, 2 * Seeds);

    [Fact]
    public void One_collector_is_enough_for_that()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var shape = new Shape(seed, Hosts: 6, Regions: 1, Idcs: 3, Tasks: 4, Collectors: 1, "fast", Managers: 1);
            var outcome = Run.Of(shape, Of([FaultKind.StoreAway]));
            Assert.True(outcome.Violation is null, $"seed {seed}: {outcome.Violation}");
            IsQuiet(outcome, seed);
        }
    }

    /// <summary>It refuses, hangs, is slow, loses answers or races, for one or for all: the host's leases do not feel it.</summary>
    [Fact]
    public void No_component_stops_whatever_the_store_does() => GoesWell(Shape.Drawn, Plan.StoreFails);

    [Fact]
    [Trait("Category", "heavy")]
    public void No_Store_stops_whatever_the_control_planes_store_does() => GoesWell(Shape.DrawnWithStores, Plan.StoreFails);

    /// <summary>
    /// One collector does not reach the store, another one not the broker, a third one is started anew, and hosts go from one to the other.
    /// A host that is not heard learns it from the scheduler, and the scheduler waits until it could have.
    /// </summary>
    [Fact]
    [Trait("Category", "heavy")]
    public void No_two_write_whoever_is_cut_off_from_store_and_broker() => GoesWell(Several, Plan.PartlyCut);

    [Fact]
    [Trait("Category", "long")]
    public void No_two_write_in_many_worlds_whoever_is_cut_off_from_store_and_broker() =>
        GoesWell(Several, Plan.PartlyCut, 16 * DrawnSeeds, 1 + DrawnSeeds);

    /// <summary>
    /// One collector reaches the broker and not the store, the other one the store and not the broker. In the second story the scheduler
    /// had no store for a while. Each story goes well, and none does without what makes it so.
    /// </summary>
    [Theory]
    [InlineData(nameof(Mutation.HearingIsSecret), false)]
    [InlineData(nameof(Mutation.JudgesUntold), true)]
    public void Who_grants_unheard_is_told_so_before_anybody_is_judged(string mutation, bool schedulerToo)
    {
        var shape = new Shape(1, Hosts: 6, Regions: 1, Idcs: 3, Tasks: 4, Collectors: 2, "tight");
        IReadOnlyList<Fault> cuts =
        [
            new(90_000, FaultKind.StoreRefuses, 0, 120_000, 1), new(95_000, FaultKind.CollectorCutOut, 1, 100_000, 1),
            .. schedulerToo ? [new Fault(90_000, FaultKind.StoreRefuses, 2, 60_000, 1)] : Array.Empty<Fault>(),
        ];
        var plan = new Plan(TimeSpan.FromMinutes(5), 1, cuts);
        Assert.Null(Run.Of(shape, plan).Violation);
        Assert.Equal("I6", Run.Of(shape, plan, Mutation.Named(mutation)).Violation?.Invariant);
    }

    internal static Shape Several(int seed) => Shape.Drawn(seed) with { Collectors = 2 + (seed % 2), Schedulers = 1 + (seed % 2) };

    private static void GoesWell(Func<int, Shape> drawn, IReadOnlyList<FaultKind> only, int seeds = DrawnSeeds, int from = 1)
    {
        for (var seed = from; seed < from + seeds; seed++)
        {
            var shape = drawn(seed);
            var plan = Plan.Drawn(shape, Length, 1, only);
            if (Run.Of(shape, plan).Violation is { } violation)
            {
                Assert.Fail(Shrink.Story(shape, plan, violation));
            }
        }
    }

    private static void StaysQuiet(string profile, string from, int seeds = Seeds)
    {
        for (var seed = 1; seed <= seeds; seed++)
        {
            var shape = new Shape(seed, Hosts: 6, Regions: 1, Idcs: 3, Tasks: 4, Collectors: 2, profile, Schedulers: 2, Managers: 1);
            var outcome = Run.Of(shape, Of(Cut(from)));
            Assert.True(outcome.Violation is null, $"seed {seed}: {outcome.Violation}");
            IsQuiet(outcome, seed);
        }
    }

    private static void IsQuiet(Outcome outcome, int seed)
    {
        var told = outcome.Figures
            .Where(f => f.Key.StartsWith("raised: ", StringComparison.Ordinal) || f.Key is "verdicts: Down" or "restarts in place")
            .Select(f => $"{f.Key} {f.Value}").ToList();
        Assert.True(told.Count == 0, $"seed {seed}: {string.Join(", ", told)}");
    }

    private static IReadOnlyList<(FaultKind Kind, int Target)> Cut(string from) => from switch
    {
        "all" => [(FaultKind.StoreAway, 0)],
        "a collector" => [(FaultKind.StoreRefuses, 0)],
        "both collectors" => [(FaultKind.StoreRefuses, 0), (FaultKind.StoreStalls, 1)],
        "a scheduler" => [(FaultKind.StoreRefuses, 2)],
        "both schedulers" => [(FaultKind.StoreRefuses, 2), (FaultKind.StoreStalls, 3)],
        "a collector and both schedulers" =>
            [(FaultKind.StoreRefuses, 1), (FaultKind.StoreRefuses, 2), (FaultKind.StoreRefuses, 3)],
        _ => throw new ArgumentOutOfRangeException(nameof(from), from, "nobody is called so"),
    };

    private static Plan Of(IReadOnlyList<FaultKind> kinds) => Of([.. kinds.Select(kind => (kind, 0))]);

    private static Plan Of(IReadOnlyList<(FaultKind Kind, int Target)> cuts) => new(HalfAnHour + TimeSpan.FromMinutes(4), 1,
        [.. cuts.Select(cut => new Fault(90_000, cut.Kind, cut.Target, (int)HalfAnHour.TotalMilliseconds, 1))]);
}
