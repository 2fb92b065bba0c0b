namespace Holdfast.Simulation.Tests;

[Trait("Category", "slow")]
public sealed class SimulationTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(20);

    /// <summary>For a world that is run twice, only to see that it is the same again.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(8);

    private const int InnerSeeds = 8;
    private const int Seeds = 18;
    private const int StoreSeeds = 10;
    private const int AlertSeeds = 5;
    private const int PoisonSeeds = 40;
    private const int FaultsMin = 5_000;

    public static TheoryData<string> Cases() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "cases"), "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Fact]
    public void A_seed_replays_bit_for_bit()
    {
        var shape = Shape.Drawn(1);
        var plan = Plan.Drawn(shape, Shortest);
        var first = Run.Of(shape, plan);
        var second = Run.Of(shape, plan);
        Assert.Equal((first.Hash, first.Events), (second.Hash, second.Events));
        Assert.Equal(first.Figures, second.Figures);
        Assert.NotEqual(first.Hash, Run.Of(shape with { Seed = 2 }, plan).Hash);
    }

    [Fact]
    public void A_seed_with_Stores_replays_bit_for_bit()
    {
        var shape = Shape.DrawnWithStores(2);
        var plan = Plan.Drawn(shape, Shortest);
        var (first, second) = (Run.Of(shape, plan), Run.Of(shape, plan));
        Assert.Equal((first.Hash, first.Events), (second.Hash, second.Events));
        Assert.Equal(first.Figures, second.Figures);
        Assert.True(first.Figures.GetValueOrDefault("Stores made: Task") > 0);
    }

    [Fact]
    public void A_seed_with_alerting_replays_bit_for_bit()
    {
        var shape = Shape.DrawnWithAlerts(2);
        var plan = Plan.Drawn(shape, Shortest);
        var (first, second) = (Run.Of(shape, plan), Run.Of(shape, plan));
        Assert.Equal((first.Hash, first.Events), (second.Hash, second.Events));
        Assert.Equal(first.Figures, second.Figures);
        Assert.True(first.Figures.GetValueOrDefault("owed and told after a calm") > 0);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("Stores")]
    [InlineData("alerting")]
    public void A_case_is_read_as_it_was_written(string besides)
    {
        var shape = besides == "Stores" ? Shape.DrawnWithStores(3) : besides == "alerting" ? Shape.DrawnWithAlerts(3) : Shape.Drawn(3);
        var plan = Plan.Drawn(shape, Shortest);
        var (readShape, readPlan) = Plan.Read("# why it is kept\n" + plan.Write(shape));
        Assert.Equal(shape, readShape);
        Assert.Equal((plan.Round, plan.Rounds), (readPlan.Round, readPlan.Rounds));
        Assert.Equal(plan.Faults, readPlan.Faults);
    }

    /// <summary>Stories that once went wrong, each with a word about what it was.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void What_once_went_wrong_goes_well(string name)
    {
        var (shape, plan) = Plan.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", name + ".txt")));
        var story = new List<string>();
        var outcome = Run.Of(shape, plan, null, story.Add);
        Assert.True(outcome.Violation is null, string.Join('\n', story.TakeLast(60)));
    }

    [Fact]
    public void Nothing_goes_wrong_in_a_few_worlds() => GoesWell(1, InnerSeeds);

    [Fact]
    [Trait("Category", "heavy")]
    public void Nothing_goes_wrong_under_five_thousand_faults()
    {
        var faults = GoesWell(InnerSeeds + 1, Seeds);
        Assert.True(faults >= FaultsMin, $"only {faults} faults were injected");
    }

    [Fact]
    public void Nothing_goes_wrong_in_a_few_worlds_with_Stores() => GoesWell(1, InnerSeeds / 4, Shape.DrawnWithStores);

    [Fact]
    [Trait("Category", "heavy")]
    public void Nothing_goes_wrong_with_Stores_under_two_thousand_faults()
    {
        var faults = GoesWell(InnerSeeds, StoreSeeds, Shape.DrawnWithStores);
        Assert.True(faults >= FaultsMin / 2, $"only {faults} faults were injected");
    }

    [Fact]
    public void Nothing_goes_wrong_in_a_few_worlds_with_alerting() => GoesWell(1, InnerSeeds / 4, Shape.DrawnWithAlerts);

    [Fact]
    [Trait("Category", "heavy")]
    public void Nothing_goes_wrong_with_alerting_under_a_thousand_faults()
    {
        var faults = GoesWell(InnerSeeds, AlertSeeds, Shape.DrawnWithAlerts);
        Assert.True(faults >= FaultsMin / 5, $"only {faults} faults were injected");
    }

    /// <summary>Six times as many worlds as the three tests before.</summary>
    [Theory]
    [InlineData(nameof(Shape.Drawn), InnerSeeds + 1 + Seeds, 6 * Seeds, 6 * FaultsMin)]
    [InlineData(nameof(Shape.DrawnWithStores), InnerSeeds + StoreSeeds, 6 * StoreSeeds, 6 * FaultsMin / 2)]
    [InlineData(nameof(Shape.DrawnWithAlerts), InnerSeeds + AlertSeeds, 6 * AlertSeeds, 6 * FaultsMin / 5)]
    [Trait("Category", "long")]
    public void Nothing_goes_wrong_in_many_more_worlds(string worlds, int from, int seeds, int faultsMin)
    {
        var faults = GoesWell(from, seeds, Worlds.Named(worlds));
        Assert.True(faults >= faultsMin, $"only {faults} faults were injected");
    }

    [Fact]
    public void No_poisoned_component_walks_through_a_fleet() => GoesWell(1, InnerSeeds / 3, Shape.Drawn, Plan.Poisoned);

    [Fact]
    [Trait("Category", "long")]
    public void No_poisoned_component_walks_through_many_fleets()
    {
        var figures = new Dictionary<string, long>(StringComparer.Ordinal);
        GoesWell((InnerSeeds / 3) + 1, PoisonSeeds, Shape.Drawn, Plan.Poisoned, figures);
        Assert.True(figures["hosts felled"] > PoisonSeeds && figures["held"] > PoisonSeeds / 2 && figures["suspects"] > PoisonSeeds,
            string.Join(", ", figures));
    }

    [Fact]
    public void No_work_comes_to_a_host_that_flaps_or_lapses_while_there_is_another_one()
    {
        var figures = new Dictionary<string, long>(StringComparer.Ordinal);
        GoesWell(1, InnerSeeds, Shape.Drawn, Plan.Unsteady, figures);
        Assert.True(figures["leases lapsed"] > InnerSeeds, string.Join(", ", figures));
    }

    [Fact]
    [Trait("Category", "heavy")]
    public void Nothing_goes_wrong_in_a_few_worlds_whose_components_say_hostile_words() =>
        GoesWell(1, InnerSeeds, Shape.Drawn, poison: true);

    [Fact]
    [Trait("Category", "heavy")]
    public void Nothing_goes_wrong_where_Stores_and_their_readers_say_hostile_words() =>
        GoesWell(InnerSeeds, InnerSeeds / 2, Shape.DrawnWithStores, poison: true);

    private static long GoesWell(int from, int seeds) => GoesWell(from, seeds, Shape.Drawn);

    private static long GoesWell(int from, int seeds, Func<int, Shape> drawn, IReadOnlyList<FaultKind>? only = null,
        Dictionary<string, long>? figures = null, bool poison = false)
    {
        var faults = 0L;
        for (var seed = from; seed < from + seeds; seed++)
        {
            var shape = drawn(seed);
            var plan = Plan.Drawn(shape, Short, 1, only, poison);
            var outcome = Run.Of(shape, plan);
            faults += outcome.Faults;
            if (figures is not null)
            {
                foreach (var (what, times) in outcome.Figures)
                {
                    figures[what] = figures.GetValueOrDefault(what) + times;
                }
            }

            if (outcome.Violation is { } violation)
            {
                Assert.Fail(Shrink.Story(shape, plan, violation));
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{faults} faults in {seeds} worlds"));
        return faults;
    }
}
