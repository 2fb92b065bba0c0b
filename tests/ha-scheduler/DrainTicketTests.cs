using Holdfast.Rules.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The parts of a drain's ticket, step by step.</summary>
public sealed class DrainTicketTests
{
    private static readonly Registration Incr = Scene.Component("t1", "h1");
    private static readonly SubTask Part = DrainTicket.Part("drain-h1", Incr, Scene.Now);

    private static (string Status, string? Note) Step(Registration? component, bool goesOn = true, Hold? held = null,
        ComponentState? says = null)
    {
        var sight = new Sight(HostState.Online, says is { } state ? Scene.Runs(Incr, state) : null, null);
        return DrainTicket.Step(Part, component, sight, goesOn, held, Scene.Now) is var after ? (after.Status, after.Note) : default;
    }

    [Fact]
    public void It_follows_what_becomes_of_the_component()
    {
        var move = new Migration { Cause = MoveCause.Drain, At = Scene.Now, Target = "h2" };
        Assert.Equal((TicketStatus.Successful, "released meanwhile"), Step(null));
        Assert.Equal((TicketStatus.Successful, "released meanwhile"), Step(Incr with { Desired = DesiredState.Absent }));
        Assert.Equal(TicketStatus.Successful, Step(Incr with { Host = "h2" }).Status);
        Assert.Equal((TicketStatus.Successful, "has ended there: nothing to move"), Step(Incr, says: ComponentState.Completed));
        Assert.Equal((TicketStatus.Successful, "has ended there: nothing to move"),
            Step(Incr with { CarriedState = ComponentState.Completed }));
        Assert.Equal((TicketStatus.Successful, "stays on h1: the drain was ended"), Step(Incr, goesOn: false));
        Assert.Equal((TicketStatus.InProgress, null), Step(Incr with { Migration = move }, goesOn: false));
        Assert.StartsWith("stops there to go to h2; ",
            Step(Incr with { Migration = move with { StoppingSince = Scene.Now } }, held: new Hold("", Reason.NoRoom, "full")).Note,
            StringComparison.Ordinal);
        Assert.Equal((TicketStatus.InProgress, FailoverTicket.NoteOf(new Hold("", Reason.NoRoom, "full"))),
            Step(Incr, held: new Hold("", Reason.NoRoom, "full")));
        Assert.Equal((TicketStatus.InProgress, null), Step(Incr));
    }

    [Theory]
    [InlineData(true, true, null)]
    [InlineData(null, true, null)]
    [InlineData(false, true, "gone from h1: what needs its log is served by another one")]
    [InlineData(false, false, "gone from h1: what needs its log is served by another one")]
    [InlineData(true, false, "stays on h1: the drain was ended")]
    [InlineData(null, false, "stays on h1: the drain was ended")]
    public void A_Store_is_waited_for_until_its_host_says_that_it_is_gone(bool? isThere, bool goesOn, string? note)
    {
        var part = DrainTicket.PartOfStore("drain-h1", "h1", "s", Scene.Now);
        var after = DrainTicket.StepOfStore(part, isThere, goesOn, Scene.Now);
        Assert.Equal(note is null, ReferenceEquals(part, after));
        Assert.Equal(note ?? part.Note, after.Note);
    }

    [Fact]
    public void What_is_wanted_and_has_not_ended_is_to_go()
    {
        static Sight Says(ComponentState state) => new(HostState.Online, Scene.Runs(Incr, state), null);
        Assert.True(DrainTicket.IsToGo(Incr, Says(ComponentState.Running)));
        Assert.True(DrainTicket.IsToGo(Incr with { Desired = DesiredState.Stopped }, default));
        Assert.False(DrainTicket.IsToGo(Incr with { Desired = DesiredState.Absent }, Says(ComponentState.Running)));
        Assert.False(DrainTicket.IsToGo(Incr, Says(ComponentState.Completed)));
        Assert.False(DrainTicket.IsToGo(Incr with { CarriedState = ComponentState.Completed }, default));
    }

    [Fact]
    public void One_that_is_over_is_not_ended_early()
    {
        var open = DrainTicket.Open(Scene.Verdict("h1", HostState.Online), new Drain("old", "ann", Scene.Now), Scene.Now);
        Assert.Equal(("drain-h1-20260101T120000", "the drain was ended early"), (open.Id, DrainTicket.Ended(open).Note));
        var over = open with { Status = TicketStatus.Successful };
        Assert.Same(over, DrainTicket.Ended(over));
    }
}
