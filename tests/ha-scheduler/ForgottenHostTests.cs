namespace Holdfast.HaScheduler.Tests;

/// <summary>Reports that come under the id of a deleted host.</summary>
public sealed class ForgottenHostTests
{
    [Theory]
    [InlineData(false, 2, 1, false)]
    [InlineData(true, 1, 5, false)]
    [InlineData(true, 1, 4, false)]
    [InlineData(true, 1, 6, true)]
    [InlineData(true, 2, 1, true)]
    [InlineData(true, 0, 1, true)]
    public void Until_all_have_forgotten_it_nothing_is_taken_and_then_nothing_that_is_older_than_the_order(
        bool isAnswered, long incarnation, long sequence, bool admits)
    {
        var host = new ForgottenHost
        {
            Verdict = Scene.Verdict("h1", HostState.Down), Incarnation = 1, Sequence = 5, At = Scene.Now, IsAnswered = isAnswered,
        };
        Assert.Equal(admits, host.Admits(Scene.Report("h1", sequence) with { Incarnation = incarnation }));
        Assert.Equal((true, false),
            (host.WasDown, (host with { Verdict = Scene.Verdict("h1", HostState.Online) }).WasDown));
    }
}
