namespace Holdfast.StoreManager.Tests;

/// <summary>Times at which content is said again.</summary>
public sealed class RepublishLedgerTests
{
    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Theory]
    [InlineData(4.9, false)]
    [InlineData(5, true)]
    public void What_was_said_is_due_again_after_the_interval(double later, bool due)
    {
        var ledger = new RepublishLedger<string>(At(5));
        Assert.True(ledger.IsDue("a", At(1)));
        ledger.Said("a", At(1));
        Assert.Equal(due, ledger.IsDue("a", At(1 + later)));
        ledger.Forget("a");
        Assert.True(ledger.IsDue("a", At(1)));
    }

    /// <summary>The memory would grow with every component that there ever was.</summary>
    [Fact]
    public void What_was_said_more_than_sixty_intervals_ago_is_forgotten_once_in_sixty_intervals()
    {
        var ledger = new RepublishLedger<string>(At(5));
        ledger.Said("oldest", At(0));
        ledger.Said("at the limit", At(1));
        ledger.Said("younger", At(5));
        ledger.Said("later", At(300));
        Assert.True(ledger.WasSaid("oldest"));

        ledger.Said("later", At(301));
        Assert.Equal((false, true, true), (ledger.WasSaid("oldest"), ledger.WasSaid("at the limit"), ledger.WasSaid("younger")));

        ledger.Said("later", At(310));
        ledger.Said("later", At(601));
        Assert.Equal((true, true), (ledger.WasSaid("at the limit"), ledger.WasSaid("younger")));

        ledger.Said("later", At(602));
        Assert.Equal((false, false, At(602)), (ledger.WasSaid("at the limit"), ledger.WasSaid("younger"), ledger.SaidAt("later")));
    }

    [Fact]
    public void Other_content_is_due_at_once_and_the_same_after_the_interval()
    {
        var ledger = new ContentLedger<string, int>(At(5));
        Assert.True(ledger.IsDue("a", 1, At(0)));
        ledger.Said("a", 1, At(0));
        Assert.False(ledger.IsDue("a", 1, At(4.9)));
        Assert.True(ledger.IsDue("a", 2, At(0)));
        Assert.True(ledger.IsDue("a", 1, At(5)));
        ledger.Said("a", 1, At(10));
        Assert.False(ledger.IsDue("a", 1, At(14.9)));
        Assert.True(ledger.IsDue("a", 1, At(15)));
    }

    [Fact]
    public void One_pass_repeats_no_more_than_it_may_and_news_does_not_count()
    {
        var ledger = new ContentLedger<string, int>(At(5), repeatsMax: 1);
        ledger.Said("a", 1, At(0));
        ledger.Said("b", 1, At(0));
        ledger.BeginPass();
        Assert.True(ledger.IsDue("b", 2, At(6)));
        Assert.True(ledger.IsDue("a", 1, At(6)));
        Assert.False(ledger.IsDue("b", 1, At(6)));
        ledger.BeginPass();
        Assert.True(ledger.IsDue("b", 1, At(6)));
    }
}
