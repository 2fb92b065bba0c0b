using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Faults whose words depend on what is so.</summary>
public sealed class StoreFaultsTests
{
    public static TheoryData<string, int> Statuses => new()
    {
        { "ST-001", 503 }, { "ST-114", 409 }, { "ST-115", 409 }, { "ST-116", 409 }, { "ST-118", 409 }, { "ST-120", 409 },
            { "ST-121", 409 },
        { "ST-122", 409 }, { "ST-123", 409 }, { "ST-124", 409 },
    };

    private static readonly StoreTicket Ticket = StoreTicket.OfRemoval(View(Running).Document,
        StoreChange.Leave(Seen(Running).Store, "unneeded", LeftBy.Ha), Now);

    [Theory]
    [MemberData(nameof(Statuses))]
    public void What_is_so_at_present_is_a_conflict_and_what_is_not_known_yet_is_unavailable(string code, int status)
    {
        Fault[] all =
        [
            StoreFaults.NotYet, StoreFaults.NotServed("m", 1, null, ""), StoreFaults.NoHost("r", ""), StoreFaults.Full("m", 1, 1),
            StoreFaults.Changed(""), StoreFaults.NotFailed("t", ""), StoreFaults.ThresholdBelow("m", 1, 2), StoreFaults.Unneeded("m"),
            StoreFaults.IsLeaving("s"), StoreFaults.WaitsForNobody(Ticket),
        ];
        Assert.Equal(status, Assert.Single(all, f => f.Code == code).Status);
    }

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
        Assert.EndsWith($"({TicketKind.Delete}) is {TicketStatus.InProgress} and waits for nobody.",
            StoreFaults.WaitsForNobody(Ticket).Detail, StringComparison.Ordinal);
        Assert.Contains("was approved by ann", StoreFaults.WaitsForNobody(Ticket with { Approval = new Approval("ann", Now) }).Detail,
            StringComparison.Ordinal);
    }
}
