namespace Holdfast.HaScheduler.Tests;

/// <summary>Alerts about hosts, brakes and components that find no room.</summary>
public sealed class HostAlertsTests
{
    private static readonly HostVerdict Host = Scene.Verdict("h1", HostState.Down) with { SilenceSeconds = 31 };

    private static readonly Ticket Open = new()
    {
        Id = "i1", Kind = TicketKind.HostFailover, Region = "north", Hosts = ["h1"], Status = TicketStatus.InProgress, By = "HA",
        CreatedAt = Scene.Now,
    };

    private static SubTask[] Parts(int count) => [.. Enumerable.Range(0, count).Select(i => new SubTask
    {
        Id = $"p{i}", Ticket = "i1", Component = $"c{i}", Status = TicketStatus.Successful, Target = "h2", Note = "n",
            CreatedAt = Scene.Now,
    })];

    [Fact]
    public void A_host_that_is_Down_is_told_with_its_silence_and_why_its_reports_are_refused()
    {
        Assert.Contains("was silent for 31.0 s while heartbeats were complete", HostAlerts.Down(Host, Scene.Now).Description,
            StringComparison.Ordinal);
        var refused = new RefusedHost("HB-103", "broken.", "Mend it.", "10.0.0.7", Scene.Now);
        Assert.Contains("; the heartbeat service refuses", HostAlerts.Down(Host, Scene.Now, refused).Description,
            StringComparison.Ordinal);
        Assert.DoesNotContain("refuses", HostAlerts.Down(Host, Scene.Now).Description, StringComparison.Ordinal);
        Assert.Equal(AlertCondition.Resolved, HostAlerts.Recovered(Host, Scene.Now).Condition);
        Assert.Equal("Host h1 was deleted", HostAlerts.Deleted(Host, Scene.Now).Summary);
    }

    [Theory]
    [InlineData(1, 0, "1 component of host h1 was moved")]
    [InlineData(2, 1, "2 components of host h1 were moved, 1 waits")]
    [InlineData(0, 2, "0 components of host h1 were moved, 2 wait")]
    public void What_was_moved_is_told_with_what_waits(int moved, int waiting, string summary)
    {
        var told = HostAlerts.Moved(Open, Host, Parts(moved), Parts(waiting), Scene.Now);
        Assert.Equal(summary, told.Summary);
        Assert.Equal(waiting > 0, told.Description.Contains(". Waiting: ", StringComparison.Ordinal));
        Assert.EndsWith(":i1", told.Id, StringComparison.Ordinal);
        Assert.EndsWith(":i1:all", HostAlerts.Moved(Open with { MovesNotified = 1 }, Host, [], [], Scene.Now).Id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    public void Twenty_are_named(int count, bool more)
    {
        var told = HostAlerts.Moved(Open, Host, Parts(count), [], Scene.Now).Description;
        Assert.Equal((more, more, 20),
            (told.Contains("; and 1 more", StringComparison.Ordinal), told.Contains("; and ", StringComparison.Ordinal),
                told.Split('→').Length - 1));
        var waits = HostAlerts.Moved(Open, Host, [], Parts(count), Scene.Now).Description;
        Assert.Equal((more, 20), (waits.Contains("; and 1 more", StringComparison.Ordinal), waits.Split("(n)").Length - 1));
    }

    [Fact]
    public void A_brake_is_told_while_it_holds_while_it_is_confirmed_and_when_it_is_released()
    {
        static AlertRaised Braked(bool engaged, bool confirmed) => HostAlerts.Braked(new BrakeDocument
        {
            Region = "north", State = new BrakeState(engaged, confirmed), Silent = 3, Hosts = 5, Occurrence = "7",
        }, Scene.Now);
        Assert.StartsWith("Nothing moves in region north: 3 of 5", Braked(true, false).Summary, StringComparison.Ordinal);
        Assert.StartsWith("Moves go on in region north", Braked(true, true).Summary, StringComparison.Ordinal);
        Assert.Equal(("The brake of region north is released", AlertCondition.Resolved),
            (Braked(false, false).Summary, Braked(false, false).Condition));
        Assert.Equal("The brake of region north is released", Braked(false, true).Summary);
        Assert.Equal(AlertCondition.Firing, Braked(true, false).Condition);
        Assert.StartsWith("Silent at present: 3 of 5 hosts", Braked(false, false).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_what_finds_no_room_three_reasons_and_twenty_components_are_named()
    {
        var waiting = Enumerable.Range(0, 21).Select(i => new Hold($"c{i:d2}", Reason.NoRoom, $"r{i % 4}")).ToList();
        var told = HostAlerts.NoRoom("north", waiting, Scene.Now);
        Assert.Equal("No host of region north has room for 21 components", told.Summary);
        Assert.StartsWith("Missing: r0; r1; r2. Waiting: c00", told.Description, StringComparison.Ordinal);
        Assert.Contains("c19. ", told.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("c20", told.Description, StringComparison.Ordinal);
        Assert.Equal(told.Id, HostAlerts.RoomAgain("north", Scene.Now).Id);
    }
}
