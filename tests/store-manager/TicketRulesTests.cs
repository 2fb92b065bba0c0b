using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>The outcome of an operation on a Store, both sides of each limit.</summary>
public sealed class TicketRulesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static StoreTicket Ticket(string kind, string status = TicketStatus.InProgress, double triedAgo = 1) => new()
    {
        Id = "t", Kind = kind, Subtopic = "mysql", Store = "s", Region = "north", Host = "h1", Status = status, By = "ann",
        CreatedAt = Now.AddHours(-1), TriedAt = Now.AddSeconds(-triedAgo),
    };

    private static (string Status, string? Note, bool IsOver) After(StoreTicket ticket, ObservedStore? seen, bool isInPlace = false)
    {
        var after = TicketRules.After(ticket, seen, isInPlace, Now, Limit);
        Assert.Equal(after.IsOver ? Now : null, after.FinishedAt);
        return (after.Status, after.Note, after.IsOver);
    }

    private static ObservedStore Wanted(DesiredState desired, StoreHealth standing = Running) => Seen(standing) is var seen
        ? seen with { Store = seen.Store with { Desired = desired } }
        : null!;

    [Fact]
    public void What_is_over_stays_as_it_is()
    {
        var over = Ticket(TicketKind.Start, TicketStatus.Failed, triedAgo: 999) with { IsOver = true };
        Assert.Same(over, TicketRules.After(over, Seen(Running), true, Now, Limit));
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(60.1, true)]
    public void What_was_never_carried_out_fails_after_its_limit(double triedAgo, bool fails) => Assert.Equal(
        fails ? (TicketStatus.Failed, "was not carried out", true) : (TicketStatus.Ready, null, false),
        After(Ticket(TicketKind.Add, TicketStatus.Ready, triedAgo), Seen(Running), isInPlace: true));

    [Theory]
    [InlineData(TicketKind.Start, Abnormal, 60, false)]
    [InlineData(TicketKind.Start, Abnormal, 60.1, true)]
    [InlineData(TicketKind.Pause, Running, 60, false)]
    [InlineData(TicketKind.Pause, Running, 60.1, true)]
    public void What_has_not_come_about_in_time_has_failed_and_says_how_it_stands(
        string kind, StoreHealth standing, double triedAgo, bool fails)
    {
        var desired = kind == TicketKind.Pause ? DesiredState.Stopped : DesiredState.Running;
        Assert.Equal(
            fails ? (TicketStatus.Failed, $"not within 60 s: it is {standing}", true) : (TicketStatus.InProgress, null, false),
            After(Ticket(kind, triedAgo: triedAgo), Wanted(desired, standing)));
    }

    [Theory]
    [InlineData(TicketKind.Start, DesiredState.Running, Running, true, TicketStatus.Successful, "runs on h1")]
    [InlineData(TicketKind.Start, DesiredState.Running, Running, false, TicketStatus.InProgress, null)]
    [InlineData(TicketKind.Start, DesiredState.Running, Starting, true, TicketStatus.InProgress, null)]
    [InlineData(TicketKind.Start, DesiredState.Stopped, Running, true, TicketStatus.Failed, "was paused meanwhile")]
    [InlineData(TicketKind.Pause, DesiredState.Stopped, Stopped, true, TicketStatus.Successful, "stopped")]
    [InlineData(TicketKind.Pause, DesiredState.Stopped, Stopped, false, TicketStatus.InProgress, null)]
    [InlineData(TicketKind.Pause, DesiredState.Running, Stopped, true, TicketStatus.Failed, "was started meanwhile")]
    [InlineData(TicketKind.Start, DesiredState.Absent, Leaving, true, TicketStatus.Failed, "the Store was deleted meanwhile")]
    public void It_is_done_when_its_host_shows_it_and_fails_when_somebody_has_ordered_otherwise(
        string kind, DesiredState desired, StoreHealth standing, bool isInPlace, string status, string? note) =>
        Assert.Equal((status, note, status != TicketStatus.InProgress), After(Ticket(kind), Wanted(desired, standing), isInPlace));

    [Fact]
    public void A_deletion_waits_for_the_host_however_long_and_is_done_when_the_Store_is_gone()
    {
        var old = Ticket(TicketKind.Delete, triedAgo: 9999);
        Assert.Equal((TicketStatus.Successful, "gone from its host, with its files", true), After(old, null));
        Assert.Equal((TicketStatus.InProgress, "waits until its host says that it is gone", false), After(old, Seen(Leaving)));
        Assert.StartsWith("waits for its host", After(old, Seen(Leaving) with { HostServes = false }).Note, StringComparison.Ordinal);
        var noted = TicketRules.After(old, Seen(Leaving), false, Now, Limit);
        Assert.Same(noted, TicketRules.After(noted, Seen(Leaving), false, Now, Limit));
        Assert.Equal((TicketStatus.Failed, "the Store was deleted meanwhile", true), After(Ticket(TicketKind.Pause), null));
    }

    [Fact]
    public void A_ticket_that_waits_for_a_person_follows_its_proposal()
    {
        var yes = new Approval("ann", Now.AddMinutes(-1));
        var asked = new Proposal("t", Now.AddHours(-1));
        var ready = Ticket(TicketKind.Create, TicketStatus.Ready) with { Store = null };
        var subtopic = View(Abnormal).Document;

        StoreTicket Of(Proposal? proposal, StoreTicket? ticket = null) =>
            TicketRules.AfterProposal(ticket ?? ready, subtopic with { Proposal = proposal }, Now);

        Assert.Same(ready, Of(asked));
        var approved = Of(asked with { Approval = yes });
        Assert.Equal((TicketStatus.InProgress, yes, false), (approved.Status, approved.Approval, approved.IsOver));
        Assert.Same(approved, Of(asked with { Approval = yes }, approved));
        Assert.Equal((TicketStatus.Successful, "declined by ann"),
            (Of(asked with { Refusal = yes }) is var no ? (no.Status, no.Note) : default));
        foreach (var gone in (StoreTicket[])[Of(null), Of(asked with { Ticket = "other" }), TicketRules.AfterProposal(ready, null, Now)])
        {
            Assert.Equal((TicketStatus.Successful, "not needed any more", true), (gone.Status, gone.Note, gone.IsOver));
        }

        var made = subtopic with { Stores = [subtopic.Stores[0], subtopic.Stores[0] with { Name = "made", Host = "h2", Ticket = "t" }] };
        var begun = TicketRules.AfterProposal(approved, made, Now);
        Assert.Equal(("made", "h2", TicketStatus.InProgress, Now, null),
            (begun.Store, begun.Host, begun.Status, begun.TriedAt, begun.Note));
    }
}
