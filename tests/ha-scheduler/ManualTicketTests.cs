using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Tickets of people's orders.</summary>
public sealed class ManualTicketTests
{
    private static readonly Ticket Open = ManualTicket.Open(new Order(TicketKind.Stop, By: "ann", Reason: "why"),
        [Scene.Component("t1", "h2"), Scene.Component("t2", "h1"), Scene.Component("t3", "h1"), Scene.Component("t4", null)],
            Scene.Now, Guid.Empty);

    [Fact]
    public void It_names_who_why_and_the_hosts()
    {
        Assert.Equal(("stop-20260101T120000000-000000", 4, TicketStatus.Initializing, "ann", "why"),
            (Open.Id, Open.Total, Open.Status, Open.By, Open.Reason));
        Assert.Equal(["h1", "h2"], Open.Hosts);
    }

    [Theory]
    [InlineData(60, TicketStatus.Initializing, TicketKind.Stop, false)]
    [InlineData(60.1, TicketStatus.Initializing, TicketKind.Stop, true)]
    [InlineData(60.1, TicketStatus.Ready, TicketKind.Stop, false)]
    [InlineData(60.1, TicketStatus.Initializing, TicketKind.Drain, false)]
    public void One_that_was_not_opened_whole_is_abandoned_after_a_minute(double seconds, string status, string kind, bool isAbandoned)
    {
        var ticket = Open with { Status = status, Kind = kind };
        Assert.Equal(isAbandoned, ManualTicket.IsAbandoned(ticket, Scene.Now.AddSeconds(seconds)));
        Assert.True(ManualTicket.Abandoned(Open, Scene.Now).IsAbandoned);
    }
}
