using static Holdfast.Contracts.Views.SendingStatus;

namespace Holdfast.Alerting.Tests;

public class SendingLifeTests
{
    /// <summary>Every pair; what is not listed here is refused.</summary>
    [Fact]
    public void Only_these_changes_of_status_are_legal()
    {
        var alerts = Pairs().Where(p => p.From != p.To && SendingLife.AllowsAlert(p.From, p.To)).Select(p => $"{p.From}>{p.To}");
        Assert.Equal(
        [
            "Pending>Failed", "Pending>Successful", "Pending>SentAgain", "Pending>Completed",
            "Failed>Pending", "Failed>Successful", "Failed>SentAgain", "Failed>Completed",
            "Successful>Pending", "Successful>Failed", "Successful>SentAgain", "Successful>Completed",
            "SentAgain>Pending", "SentAgain>Failed", "SentAgain>Successful", "SentAgain>Completed",
            "Completed>Pending",
        ], alerts);
        var deliveries = Pairs().Where(p => p.From != p.To && SendingLife.AllowsDelivery(p.From, p.To)).Select(p => $"{p.From}>{p.To}");
        Assert.Equal(["Pending>Failed", "Pending>Successful", "Failed>SentAgain"], deliveries);

        static IEnumerable<(SendingStatus From, SendingStatus To)> Pairs() =>
            from a in Enum.GetValues<SendingStatus>() from b in Enum.GetValues<SendingStatus>() select (a, b);
    }

    [Fact]
    public void A_change_that_is_not_legal_is_a_defect()
    {
        var completed = Alert() with { Status = Completed };
        Assert.Equal(Pending, SendingLife.Next(completed, completed with { Status = Pending }).Status);
        Assert.Throws<InvalidOperationException>(() => SendingLife.Next(completed, completed with { Status = Successful }));
        var failing = Delivery().Failing();
        Assert.Equal(2, SendingLife.Next(failing, failing with { AttemptCount = 2 }).AttemptCount);
        Assert.Throws<InvalidOperationException>(() => SendingLife.Next(failing, failing with { Status = Successful }));
    }

    [Fact]
    public void What_is_delivered_stays_as_it_is()
    {
        var sent = Delivery().Sent();
        Assert.Same(sent, SendingLife.Next(Delivery().Sent(), sent));
        Assert.Throws<InvalidOperationException>(() => SendingLife.Next(sent, sent with { AttemptCount = 2 }));
    }
}
