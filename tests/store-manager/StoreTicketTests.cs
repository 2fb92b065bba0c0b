using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Tickets of operations on Stores.</summary>
public sealed class StoreTicketTests
{
    [Theory]
    [InlineData(nameof(StoreOrigin.Ha), "HA")]
    [InlineData(nameof(StoreOrigin.Task), "task")]
    [InlineData(nameof(StoreOrigin.Drain), "drain")]
    [InlineData(nameof(StoreOrigin.Operator), "operator")]
    public void It_says_who_wanted_the_Store(string origin, string by)
    {
        var document = View(Running).Document;
        var ticket = StoreTicket.OfCreate(document, document.Stores[0],
            new Create(document, 5, Enum.Parse<StoreOrigin>(origin), "why"), Now);
        Assert.Equal(($"create-{document.Stores[0].Name}-1", by, "why", "h1", TicketStatus.InProgress),
            (ticket.Id, ticket.By, ticket.Reason, ticket.Host, ticket.Status));
    }

    [Fact]
    public void Two_kinds_of_work_on_one_Store_have_two_ids()
    {
        var ids = TicketKind.All.Select(kind => StoreTicket.IdOf(kind, "s1", 7)).ToList();
        Assert.Equal(["create-s1-7", "add-s1-7", "start-s1-7", "pause-s1-7", "configure-s1-7", "delete-s1-7"], ids);
    }

    [Fact]
    public void One_of_a_removal_says_who_had_it_go_and_one_of_a_proposal_waits_for_a_person()
    {
        var document = View(Running).Document;
        var removal = StoreTicket.OfRemoval(document, StoreChange.Leave(document.Stores[0], "unneeded", LeftBy.Ha), Now);
        Assert.Equal((TicketKind.Delete, LeftBy.Ha, "unneeded"), (removal.Kind, removal.By, removal.Reason));
        var asked = document with { Proposal = new Proposal("p", Now.AddHours(-1)) };
        var waits = StoreTicket.OfProposal(new Hold(asked, StoreReason.AwaitsApproval, "none runs") { Plan = "a Store" });
        Assert.Equal(("p", TicketStatus.Ready, "none runs; plan: a Store", Now.AddHours(-1)),
            (waits.Id, waits.Status, waits.Reason, waits.CreatedAt));
    }
}
