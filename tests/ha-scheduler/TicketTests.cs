namespace Holdfast.HaScheduler.Tests;

/// <summary>Properties of a ticket, by its kind and status.</summary>
public sealed class TicketTests
{
    private static Ticket Of(string kind, string status = TicketStatus.InProgress, int total = 1) => new()
    {
        Id = "t", Kind = kind, Region = "north", Hosts = [], Status = status, By = "ann", Total = total, CreatedAt = Scene.Now,
    };

    [Fact]
    public void People_order_a_start_a_stop_a_move_and_a_deletion_and_HA_the_rest()
    {
        Assert.Equal([TicketKind.Start, TicketKind.Stop, TicketKind.Migrate, TicketKind.Delete],
            TicketKind.All.Where(k => Of(k).IsManual));
        Assert.Equal([TicketKind.HostFailover, TicketKind.IdcFailover], TicketKind.All.Where(k => Of(k).IsFailover));
        Assert.False(TicketKind.IsManual(null));
    }

    [Fact]
    public void It_is_open_until_it_has_succeeded_or_failed_and_abandoned_when_nothing_of_it_had_begun()
    {
        Assert.Equal([TicketStatus.Initializing, TicketStatus.Ready, TicketStatus.InProgress],
            TicketStatus.All.Where(s => Of(TicketKind.Stop, s).IsOpen));
        Assert.True(Of(TicketKind.Stop, TicketStatus.Failed, total: 0).IsAbandoned);
        Assert.False(Of(TicketKind.Stop, TicketStatus.Failed).IsAbandoned);
        Assert.False(Of(TicketKind.Stop, TicketStatus.InProgress, total: 0).IsAbandoned);
        Assert.False(Of(TicketKind.Drain, TicketStatus.Failed, total: 0).IsAbandoned);
    }

    [Theory]
    [InlineData(TicketStatus.Ready, false, true)]
    [InlineData(TicketStatus.InProgress, true, false)]
    [InlineData(TicketStatus.Successful, false, false)]
    [InlineData(TicketStatus.Failed, false, false)]
    public void A_part_is_open_while_something_may_still_become_of_it(string status, bool isOver, bool isOpen)
    {
        var part = new SubTask { Id = "p", Ticket = "t", Component = "c", Kind = TicketKind.Stop, Status = status, IsOver = isOver,
            CreatedAt = Scene.Now };
        Assert.Equal((isOpen, true, false), (part.IsOpen, part.IsManual, (part with { Kind = null }).IsManual));
    }
}
