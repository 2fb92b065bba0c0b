using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The parts of a failover's ticket, step by step, and their sum.</summary>
public sealed class FailoverTicketTests
{
    private static readonly Registration Incr = Scene.Component("t1", "h1", epoch: 4);
    private static readonly SubTask Part = FailoverTicket.Part("i1", Incr, Scene.Now.AddSeconds(-9));
    private static readonly Registration Away = Incr with { Host = "h2", Epoch = 5 };

    private static readonly Ticket Open = FailoverTicket.Open("i1",
        [Scene.Verdict("h2", HostState.Down) with { SilenceSeconds = 31 }, Scene.Verdict("h1", HostState.Down)
            with { SilenceSeconds = 33.12345 }],
        ["m"], Scene.Now.AddSeconds(-9));

    private static SubTask Step(SubTask part, Registration? component, bool isDown = true, Hold? held = null, double? delay = null) =>
        FailoverTicket.Step(part, component, isDown, held, delay, Scene.Seconds(30), Scene.Now);

    [Fact]
    public void A_ticket_names_its_hosts_and_the_longest_silence_and_is_of_an_IDC_by_its_name()
    {
        Assert.Equal((TicketKind.HostFailover, 33.123), (Open.Kind, Open.DetectionSeconds));
        Assert.Equal(["h1", "h2"], Open.Hosts);
        Assert.Equal(TicketKind.IdcFailover, FailoverTicket.Open("idc-n-1", [Scene.Verdict("h1", HostState.Down)], [], Scene.Now).Kind);
        var joined = FailoverTicket.Join(Open with { HostsBackAt = Scene.Now, FinishedAt = Scene.Now, Status = TicketStatus.Successful },
            [Scene.Verdict("h0", HostState.Down) with { SilenceSeconds = 40 }], ["a", "m"]);
        Assert.Equal((TicketStatus.InProgress, null, null, 40),
            (joined.Status, joined.HostsBackAt, joined.FinishedAt, joined.DetectionSeconds));
        Assert.Equal(["h0", "h1", "h2"], joined.Hosts);
        Assert.Equal(["a", "m"], joined.Subtopics);
        var told = FailoverTicket.Join(Open with { Announced = true, WaitEnded = true, MovesNotified = 3 },
            [Scene.Verdict("h0", HostState.Down) with { SilenceSeconds = 35 }, Scene.Verdict("h3", HostState.Down)
                with { SilenceSeconds = 40.12345 }], ["a"]);
        Assert.Equal((false, false, null, 40.123), (told.Announced, told.WaitEnded, told.MovesNotified, told.DetectionSeconds));
        Assert.Equal(["a", "m"], told.Subtopics);
        Assert.Equal(0.5, FailoverTicket.Join(Open with { DetectionSeconds = null },
            [Scene.Verdict("h0", HostState.Down) with { SilenceSeconds = 0.5 }], []).DetectionSeconds);
        Assert.Equal(33.123, FailoverTicket.Join(Open, [Scene.Verdict("h0", HostState.Down)], []).DetectionSeconds);
        Assert.Equal(7, FailoverTicket.Join(Open with { DetectionSeconds = null, Subtopics = null },
            [Scene.Verdict("h0", HostState.Down) with { SilenceSeconds = 7 }], []).DetectionSeconds);
    }

    [Fact]
    public void A_part_is_over_when_it_was_released_stayed_or_was_moved_to_stop_there()
    {
        Assert.Equal((true, "released meanwhile"), (Step(Part, null) is var a ? (a.IsOver, a.Note) : default));
        Assert.True(Step(Part, Incr with { Desired = DesiredState.Absent }).IsOver);
        Assert.Equal((true, "h1"), (Step(Part, Incr, isDown: false) is var b ? (b.IsOver, b.Target) : default));
        Assert.Equal((true, "h2", 5L, null), (Step(Part, Away with { Desired = DesiredState.Stopped }) is var c
            ? (c.IsOver, c.Target, c.Epoch, c.Recovery) : default));
    }

    [Fact]
    public void A_part_that_waits_says_why()
    {
        Assert.Same(Part, Step(Part, Incr));
        Assert.Same(Part, Step(Part, Incr with { Host = null }));
        var full = new Hold(Incr.Id, Reason.NoRoom, "h2: full");
        Assert.Equal((TicketStatus.InProgress, $"HA-207 {Reason.NoRoom.Name}: h2: full"),
            (Step(Part, Incr with { Host = null }, held: full) is var a ? (a.Status, a.Note) : default));
        Assert.Equal(TicketStatus.InProgress, Step(Part, Incr with { Host = null }, isDown: false, held: full).Status);
        Assert.Equal(TicketStatus.Ready, Step(Part, Incr, held: new Hold(Incr.Id, Reason.AwaitsApproval, "")).Status);
        Assert.EndsWith($": until {Scene.Now:O}", FailoverTicket.NoteOf(new Hold("", Reason.Cooldown, "why", Scene.Now)),
            StringComparison.Ordinal);
        Assert.EndsWith(": why", FailoverTicket.NoteOf(new Hold("", Reason.Brake, "why", Scene.Now)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_moved_is_watched_until_it_has_caught_up()
    {
        var moved = Step(Part, Away);
        Assert.Equal((TicketStatus.Successful, RecoveryPhase.Moving, false), (moved.Status, moved.Recovery!.Phase, moved.IsOver));
        Assert.Same(moved, Step(moved, Away));
        var started = Step(moved, Away, delay: 30.1);
        Assert.Equal((RecoveryPhase.Started, Scene.Now), (started.Recovery!.Phase, started.Recovery.StartedAt));
        Assert.Equal(RecoveryPhase.CatchingUp, Step(started, Away, delay: 30.1).Recovery!.Phase);
        var before = started with { Recovery = started.Recovery with { StartedAt = Scene.Now.AddSeconds(-5) } };
        Assert.Equal(Scene.Now.AddSeconds(-5), Step(before, Away, delay: 30.1).Recovery!.StartedAt);
        var well = Step(started, Away, delay: 30);
        Assert.Equal((RecoveryPhase.Recovered, Scene.Now, true), (well.Recovery!.Phase, well.Recovery.RecoveredAt, well.IsOver));
        foreach (var other in (Registration?[])[null, Away with { Desired = DesiredState.Stopped }, Away with { Host = "h3" }])
        {
            Assert.Equal((true, RecoveryPhase.Started), (Step(started, other, delay: 0) is var over
                ? (over.IsOver, over.Recovery!.Phase) : default));
        }

        Assert.True(Step(moved with { Recovery = null }, Away, delay: 0).IsOver);
    }

    [Theory]
    [InlineData(null, TicketStatus.Successful, 3, 0)]
    [InlineData(TicketStatus.InProgress + "," + TicketStatus.Ready, TicketStatus.InProgress, 1, 0)]
    [InlineData(TicketStatus.Ready + "," + TicketStatus.Failed, TicketStatus.Ready, 1, 1)]
    [InlineData(TicketStatus.Initializing, TicketStatus.Ready, 2, 0)]
    [InlineData(TicketStatus.Failed + "," + TicketStatus.Successful, TicketStatus.Failed, 2, 1)]
    public void A_ticket_is_what_its_parts_are(string? parts, string status, int done, int failures)
    {
        var open = (parts?.Split(',') ?? []).Select(s => Part with { Status = s }).ToList();
        var sum = FailoverTicket.Sum(Open with { Total = 3 }, open, Scene.Now);
        Assert.Equal((status, done, failures), (sum.Status, sum.Done, sum.Failures));
        var isOver = status is TicketStatus.Successful or TicketStatus.Failed;
        Assert.Equal((isOver ? Scene.Now : null, isOver ? 9.0 : null), (sum.FinishedAt, sum.MoveSeconds));
    }

    [Fact]
    public void The_time_to_catch_up_counts_from_the_end_of_the_moves_to_the_last_part_once()
    {
        var moved = FailoverTicket.Sum(Open, [Step(Part, Away)], Scene.Now.AddSeconds(-5));
        Assert.Equal((4.0, null), (moved.MoveSeconds, moved.CatchUpSeconds));
        var over = FailoverTicket.Sum(moved, [], Scene.Now);
        Assert.Equal((4.0, 5.0), (over.MoveSeconds, over.CatchUpSeconds));
        Assert.Equal(5, FailoverTicket.Sum(over, [], Scene.Now.AddSeconds(8)).CatchUpSeconds);
        var exact = FailoverTicket.Sum(Open, [Step(Part, Away)], Scene.Now.AddSeconds(-5.12345));
        Assert.Equal((3.877, 5.123), (exact.MoveSeconds, FailoverTicket.Sum(exact, [], Scene.Now).CatchUpSeconds));
        var drain = FailoverTicket.Sum(Open with { Kind = TicketKind.Drain }, [], Scene.Now);
        Assert.Equal((null, null), (drain.MoveSeconds, drain.CatchUpSeconds));
    }

    [Fact]
    public void One_that_was_not_opened_or_is_abandoned_is_not_summed_up()
    {
        var opening = Open with { Status = TicketStatus.Initializing };
        Assert.Same(opening, FailoverTicket.Sum(opening, [], Scene.Now));
        var abandoned = Open with { Kind = TicketKind.Stop, Status = TicketStatus.Failed, Total = 0 };
        Assert.Same(abandoned, FailoverTicket.Sum(abandoned, [], Scene.Now));
    }
}
