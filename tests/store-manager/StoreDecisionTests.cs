using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Proposals and tickets that a decision names.</summary>
public sealed class StoreDecisionTests
{
    private static readonly Proposal Asked = new("p", Now);

    private static SubtopicDocument With(Proposal? proposal) => View(Abnormal).Document with { Proposal = proposal };

    [Fact]
    public void A_Store_that_a_person_has_approved_carries_the_ticket()
    {
        static string? Ticket(Proposal? proposal, StoreOrigin origin = StoreOrigin.Ha) =>
            new Create(With(proposal), 0, origin, "").Ticket;
        Assert.Equal("p", Ticket(Asked.Approve("ann", Now)));
        Assert.Null(Ticket(Asked));
        Assert.Null(Ticket(null));
        Assert.Null(Ticket(Asked.Approve("ann", Now), StoreOrigin.Drain));
    }

    [Fact]
    public void Only_what_awaits_approval_has_a_ticket_or_is_to_be_asked()
    {
        static (string?, bool) Of(StoreReason reason, Proposal? proposal) =>
            new Hold(With(proposal), reason, "") is var hold ? (hold.Ticket, hold.IsToBeAsked) : default;
        Assert.Equal(("p", false), Of(StoreReason.AwaitsApproval, Asked));
        Assert.Equal((null, true), Of(StoreReason.AwaitsApproval, null));
        Assert.Equal((null, false), Of(StoreReason.Recommended, Asked));
        Assert.Equal((null, false), Of(StoreReason.Recommended, null));
    }

    [Fact]
    public void A_proposal_ends_when_nothing_is_missing_any_more()
    {
        static bool Ends(StoreReason reason, Proposal? proposal) => new Hold(With(proposal), reason, "").EndsProposal;
        Assert.True(Ends(StoreReason.Healthy, Asked));
        Assert.False(Ends(StoreReason.Healthy, null));
        Assert.False(Ends(StoreReason.Cooldown, Asked));
    }

    [Fact]
    public void What_is_so_for_good_ends_a_proposal_and_what_may_pass_does_not() => Assert.Equal(
        "ST-200 ST-202 ST-203 ST-208 ST-210 ST-211 ST-215 ST-216",
        string.Join(' ', StoreReason.All.Where(r => r.IsFinal).Select(r => r.Code)));
}
