using Holdfast.Contracts;
using Holdfast.Rules.StoreManager;
using static Holdfast.Rules.StoreManager.StoreStanding;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Faults whose words depend on what is so.</summary>
public sealed class StoreFaultsTests
{
    [Fact]
    public void A_position_is_said_exactly_where_it_is_known()
    {
        Assert.Contains("has position 7;", StoreFaults.NotServed("m", 7, null, "none").Detail, StringComparison.Ordinal);
        Assert.Contains("has position 7 (", StoreFaults.NotServed("m", 7, ExactPlace.Of("1/2", "a"), "none").Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_ticket_that_waits_for_nobody_is_said_who_approved_it_or_how_it_stands()
    {
        var document = View(Running).Document;
        var ticket = StoreTicket.OfRemoval(document, StoreChange.Leave(document.Stores[0], "unneeded", LeftBy.Ha), Now);
        Assert.EndsWith($"({TicketKind.Delete}) is {TicketStatus.InProgress} and waits for nobody.",
            StoreFaults.WaitsForNobody(ticket).Detail, StringComparison.Ordinal);
        Assert.Contains("was approved by ann", StoreFaults.WaitsForNobody(ticket with { Approval = new Approval("ann", Now) }).Detail,
            StringComparison.Ordinal);
    }
}
