namespace Holdfast.HaScheduler.Tests;

/// <summary>Plans that HA leaves to people, one finding for each ticket.</summary>
public sealed class GradedAlertsTests
{
    private static Hold Hold(int at, Reason reason, string? ticket = "i1") =>
        new($"t{at}-incr_trans-1-0", reason, "") { Plan = "move it", Ticket = ticket };

    private static List<Finding> Of(params Decision[] decisions)
    {
        var components = Enumerable.Range(0, 40).Select(i => Scene.Component($"t{i}", i % 2 == 0 ? "h1" : "h2")).ToList();
        return [.. GradedAlerts.Of(decisions, Scene.Of([], components)
            with { Tasks = Some.Tasks(Some.Task("t0", tags: "pay"), Some.Task("t2", tags: "ship")) })];
    }

    [Fact]
    public void Only_recommendations_and_questions_with_a_ticket_are_told()
    {
        Assert.Empty(Of(Hold(0, Reason.Observed), Hold(0, Reason.Recommended, null), new NoteRecovery(Scene.Component("t0", "h1"))));
        var told = Of(Hold(0, Reason.Recommended), Hold(0, Reason.AwaitsApproval), Hold(2, Reason.Recommended, "i2"));
        Assert.Equal([AlertEvents.Recommendation, AlertEvents.ApprovalNeeded, AlertEvents.Recommendation], told.Select(f => f.Event));
        Assert.Equal([AlertLevel.Warning, AlertLevel.Critical, AlertLevel.Warning], told.Select(f => f.Level));
        Assert.StartsWith("HA waits for approval to move it (t0-incr_trans-1-0)", told[1].Summary, StringComparison.Ordinal);
        Assert.Contains("POST /api/v1/tickets/i1/approve", told[1].Description, StringComparison.Ordinal);
        Assert.Contains("for autonomy is recommend", told[0].Description, StringComparison.Ordinal);
        Assert.Equal("Nothing of i1 waits for approval any more", told[1].Over);
    }

    [Fact]
    public void One_is_told_with_its_task_and_its_host_and_several_with_their_count()
    {
        var one = Assert.Single(Of(Hold(0, Reason.Recommended)));
        Assert.Equal(("h1", "t0", "north", "pay"), (one.Host, one.Task, one.Region, Assert.Single(one.TaskTags!)));
        var two = Assert.Single(Of(Hold(0, Reason.Recommended), Hold(2, Reason.Recommended)));
        Assert.Equal(("h1", null, "HA recommends to act on 2 components of host h1"), (two.Host, two.Task, two.Summary));
        Assert.Equal(["pay", "ship"], two.TaskTags);
        var hosts = Assert.Single(Of(Hold(0, Reason.Recommended), Hold(1, Reason.Recommended)));
        Assert.Equal((null, "HA recommends to act on 2 components of 2 hosts"), (hosts.Host, hosts.Summary));
    }

    [Fact]
    public void One_of_a_component_that_is_gone_is_told_without_its_place()
    {
        var told = Assert.Single(Of(Hold(99, Reason.Recommended)));
        Assert.Equal(("", null, null), (told.Region, told.Host, told.Task));
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    public void Twenty_plans_are_named(int count, bool more)
    {
        var told = Assert.Single(Of([.. Enumerable.Range(0, count).Select(i => Hold(i, Reason.Recommended))]));
        Assert.Equal(more ? 2 : 1, told.Description.Split("; and ").Length);
        Assert.Equal(more, told.Description.Contains("; and 1 more", StringComparison.Ordinal));
        Assert.Equal(20, told.Description.Split(": move it").Length - 1);
    }
}
