namespace Holdfast.Simulation.Tests;

/// <summary>A simulation that finds nothing proves nothing: each guarantee that is taken away must be missed.</summary>
[Trait("Category", "slow")]
public sealed class MutationTests
{
    private const int SeedsMax = 150;
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(20);

    [Theory]
    [InlineData(nameof(Mutation.NoFencing), "I1", 1)]
    [InlineData(nameof(Mutation.NoEpochCheck), "I1", 1)]
    [InlineData(nameof(Mutation.LeaseCountsFromTheAnswer), "I1", 2)]
    [InlineData(nameof(Mutation.NoContinuity), "I6", 3)]
    [InlineData(nameof(Mutation.NoBrake), "I7", 3)]
    [InlineData(nameof(Mutation.NoCooldown), "I3", 1)]
    [InlineData(nameof(Mutation.NoTakeoverFence), "leaders", 19)]
    [InlineData(nameof(Mutation.LeaseForAnyone), "leaders", 6)]
    [InlineData(nameof(Mutation.SaysStoppedAtOnce), "I1", 3)]
    [InlineData(nameof(Mutation.SwitchIsIgnored), "I5", 2)]
    [InlineData(nameof(Mutation.LeaseTermsAreForgotten), "I1", 3)]
    [InlineData(nameof(Mutation.RegionsBlur), "I2", 2)]
    [InlineData(nameof(Mutation.NothingSeemsToEnd), "I9", 4)]
    [InlineData(nameof(Mutation.NobodyIsSuspect), "I13", 2)]
    [InlineData(nameof(Mutation.SuspectsNeverGo), "I13", 1)]
    [InlineData(nameof(Mutation.WordsPassUnjudged), "I12", 1)]
    [InlineData(nameof(Mutation.ReportsPassWhole), "I12", 3)]
    [InlineData(nameof(Mutation.EpochsStartAnew), "epochs", 1)]
    [InlineData(nameof(Mutation.DropsWhatItRuns), "deleted", 2)]
    [InlineData(nameof(Mutation.KeepsTheCommand), "patched", 1)]
    [InlineData(nameof(Mutation.DeletedHostsAreNobody), "hosts", 1)]
    [InlineData(nameof(Mutation.RemovalsAreForgottenAtOnce), "lists", 1)]
    [InlineData(nameof(Mutation.ConfirmsAreHeard), "I6", 3)]
    [InlineData(nameof(Mutation.DoneSetsAreNotWritten), "rows", 1)]
    [InlineData(nameof(Mutation.ProgressIsOutside), "rows", 1)]
    public void What_is_taken_away_is_missed(string mutation, string invariant, int seed) =>
        IsMissed(mutation, invariant, Shape.Drawn, seed);

    /// <summary>Those take more than ten seeds.</summary>
    [Theory]
    [InlineData(nameof(Mutation.KeepsItsList), "I1", nameof(Shape.Drawn))]
    [InlineData(nameof(Mutation.ClocksRunApart), "I1", nameof(Shape.Drawn))]
    [InlineData(nameof(Mutation.HearingIsSecret), "I6", nameof(AwayTests.Several))]
    [InlineData(nameof(Mutation.ClearsWhatIsNeeded), "cleared", nameof(Shape.DrawnWithStores))]
    [InlineData(nameof(Mutation.ClaimsForAnyone), "claims", nameof(Shape.DrawnWithAlerts))]
    [Trait("Category", "long")]
    public void What_is_taken_away_is_missed_sooner_or_later(string mutation, string invariant, string worlds) =>
        IsMissed(mutation, invariant, Worlds.Named(worlds), 1);

    [Theory]
    [InlineData(nameof(Mutation.SilentWithoutStore), "away", 1)]
    public void What_keeps_hosts_running_without_the_store_is_missed(string mutation, string invariant, int seed) =>
        IsMissed(mutation, invariant, AwayTests.Several, seed);

    [Theory]
    [InlineData(nameof(Mutation.LivesGoByTheirNames), "hosts", 1)]
    [InlineData(nameof(Mutation.FlappingHostsTakeWork), "steady", 3)]
    [InlineData(nameof(Mutation.LapsesAreNotHeard), "steady", 2)]
    public void What_is_taken_away_from_unsteady_hosts_is_missed(string mutation, string invariant, int seed) =>
        IsMissed(mutation, invariant, Shape.Drawn, seed);

    [Theory]
    [InlineData(nameof(Mutation.NoThreshold), "I4", 3)]
    [InlineData(nameof(Mutation.RefetchesFromTooLate), "I11", 1)]
    [InlineData(nameof(Mutation.GapsAreSilent), "I11", 1)]
    [InlineData(nameof(Mutation.CreatesTwice), "once", 11)]
    [InlineData(nameof(Mutation.NoStoreCooldown), "I3", 1)]
    [InlineData(nameof(Mutation.StoreSwitchIsIgnored), "I5", 1)]
    public void What_is_taken_away_from_Stores_is_missed(string mutation, string invariant, int seed) =>
        IsMissed(mutation, invariant, Shape.DrawnWithStores, seed);

    [Theory]
    [InlineData(nameof(Mutation.AcknowledgesFirst), "I8", 4)]
    [InlineData(nameof(Mutation.SaysSentFirstOfAll), "I8", 1)]
    [InlineData(nameof(Mutation.NobodySweeps), "I8", 4)]
    public void What_is_taken_away_from_alerting_is_missed(string mutation, string invariant, int seed) =>
        IsMissed(mutation, invariant, Shape.DrawnWithAlerts, seed);

    /// <param name="mutation">Takes a guarantee away.</param>
    /// <param name="invariant">Is broken then.</param>
    /// <param name="drawn">The worlds.</param>
    /// <param name="last">The world in which it was missed last; the others follow where it is missed there no longer.</param>
    private static void IsMissed(string mutation, string invariant, Func<int, Shape> drawn, int last)
    {
        var without = Mutation.Named(mutation);
        foreach (var seed in Enumerable.Range(1, SeedsMax).Prepend(last))
        {
            var shape = drawn(seed);
            var violation = Run.Of(shape, Plan.Drawn(shape, Length, 1, without.Weather, edits: false), without).Violation;
            if (violation?.Invariant == invariant)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{mutation}: seed {seed}: {violation}");
                return;
            }
        }

        Assert.Fail($"{SeedsMax} seeds without {mutation} and nothing was missed");
    }
}
