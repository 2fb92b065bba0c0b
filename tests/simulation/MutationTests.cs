namespace Holdfast.Simulation.Tests;

/// <summary>A simulation that finds nothing proves nothing: each guarantee that is taken away must be missed.</summary>
[Trait("Category", "slow")]
public sealed class MutationTests
{
    private const int SeedsMax = 150;
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(20);

    [Theory]
    [InlineData(nameof(Mutation.NoFencing), "I1")]
    [InlineData(nameof(Mutation.NoEpochCheck), "I1")]
    [InlineData(nameof(Mutation.LeaseCountsFromTheAnswer), "I1")]
    [InlineData(nameof(Mutation.NoContinuity), "I6")]
    [InlineData(nameof(Mutation.NoBrake), "I7")]
    [InlineData(nameof(Mutation.NoCooldown), "I3")]
    [InlineData(nameof(Mutation.NoTakeoverFence), "leaders")]
    [InlineData(nameof(Mutation.LeaseForAnyone), "leaders")]
    [InlineData(nameof(Mutation.SaysStoppedAtOnce), "I1")]
    [InlineData(nameof(Mutation.SwitchIsIgnored), "I5")]
    [InlineData(nameof(Mutation.PromisesAreForgotten), "I1")]
    [InlineData(nameof(Mutation.RegionsBlur), "I2")]
    [InlineData(nameof(Mutation.NothingSeemsToEnd), "I9")]
    [InlineData(nameof(Mutation.NobodyIsSuspect), "I13")]
    [InlineData(nameof(Mutation.SuspectsNeverGo), "I13")]
    [InlineData(nameof(Mutation.WordsPassUnjudged), "I12")]
    [InlineData(nameof(Mutation.ReportsPassWhole), "I12")]
    [InlineData(nameof(Mutation.EpochsStartAnew), "epochs")]
    [InlineData(nameof(Mutation.DropsWhatItRuns), "deleted")]
    [InlineData(nameof(Mutation.KeepsTheCommand), "patched")]
    [InlineData(nameof(Mutation.DeletedHostsAreNobody), "hosts")]
    [InlineData(nameof(Mutation.RemovalsAreForgottenAtOnce), "lists")]
    [InlineData(nameof(Mutation.ConfirmsAreHeard), "I6")]
    [InlineData(nameof(Mutation.DoneSetsAreNotWritten), "rows")]
    [InlineData(nameof(Mutation.ProgressIsOutside), "rows")]
    public void What_is_taken_away_is_missed(string mutation, string invariant) => IsMissed(mutation, invariant, Shape.Drawn);

    /// <summary>Those take more than ten seeds.</summary>
    [Theory]
    [InlineData(nameof(Mutation.KeepsItsList), "I1", nameof(Shape.Drawn))]
    [InlineData(nameof(Mutation.ClocksRunApart), "I1", nameof(Shape.Drawn))]
    [InlineData(nameof(Mutation.HearingIsSecret), "I6", nameof(AwayTests.Several))]
    [InlineData(nameof(Mutation.ClearsWhatIsNeeded), "cleared", nameof(Shape.DrawnWithStores))]
    [InlineData(nameof(Mutation.ClaimsForAnyone), "claims", nameof(Shape.DrawnWithAlerts))]
    [Trait("Category", "long")]
    public void What_is_taken_away_is_missed_sooner_or_later(string mutation, string invariant, string worlds) =>
        IsMissed(mutation, invariant, worlds switch
        {
            nameof(Shape.DrawnWithStores) => Shape.DrawnWithStores,
            nameof(Shape.DrawnWithAlerts) => Shape.DrawnWithAlerts,
            nameof(AwayTests.Several) => AwayTests.Several,
            _ => Shape.Drawn,
        });

    [Theory]
    [InlineData(nameof(Mutation.SilentWithoutStore), "away")]
    public void What_keeps_hosts_running_without_the_store_is_missed(string mutation, string invariant) =>
        IsMissed(mutation, invariant, AwayTests.Several);

    [Theory]
    [InlineData(nameof(Mutation.LivesGoByTheirNames), "hosts")]
    [InlineData(nameof(Mutation.FlappingHostsTakeWork), "steady")]
    [InlineData(nameof(Mutation.LapsesAreNotHeard), "steady")]
    public void What_is_taken_away_from_unsteady_hosts_is_missed(string mutation, string invariant) =>
        IsMissed(mutation, invariant, Shape.Drawn);

    [Theory]
    [InlineData(nameof(Mutation.NoThreshold), "I4")]
    [InlineData(nameof(Mutation.RefetchesFromTooLate), "I11")]
    [InlineData(nameof(Mutation.GapsAreSilent), "I11")]
    [InlineData(nameof(Mutation.CreatesTwice), "once")]
    [InlineData(nameof(Mutation.NoStoreCooldown), "I3")]
    [InlineData(nameof(Mutation.StoreSwitchIsIgnored), "I5")]
    public void What_is_taken_away_from_Stores_is_missed(string mutation, string invariant) =>
        IsMissed(mutation, invariant, Shape.DrawnWithStores);

    [Theory]
    [InlineData(nameof(Mutation.AcknowledgesFirst), "I8")]
    [InlineData(nameof(Mutation.SaysSentFirstOfAll), "I8")]
    [InlineData(nameof(Mutation.NobodySweeps), "I8")]
    public void What_is_taken_away_from_alerting_is_missed(string mutation, string invariant) =>
        IsMissed(mutation, invariant, Shape.DrawnWithAlerts);

    private static void IsMissed(string mutation, string invariant, Func<int, Shape> drawn)
    {
        var without = Mutation.Named(mutation);
        for (var seed = 1; seed <= SeedsMax; seed++)
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
