using Holdfast.Alerting.Silences;

namespace Holdfast.Alerting.Tests;

/// <summary>Parents, children and silences.</summary>
[Trait("Category", "slow")]
public class NoiseTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Cancel => World.Cancel;

    private static AlertRaised Task(DateTimeOffset at, string task = "orders", string host = "host-1") => Firing(at, task) with
    {
        Event = AlertEvents.SyncFailed, Scope = AlertScope.Task, Host = host, Task = task, TaskName = task,
    };

    private static Silence Silence(DateTimeOffset ends, SilenceMatcher? matcher = null) => new()
    {
        Id = "s1", Matcher = matcher ?? new SilenceMatcher { Hosts = ["host-1"] }, Reason = "load", Owner = "ana", CreatedAt = T0,
        StartsAt = T0, EndsAt = ends,
    };

    [Fact]
    public async Task A_down_host_is_one_message_that_names_and_counts_its_tasks()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        var parent = await world.Raise(Firing(T0));
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(parent.Id, (await world.Raise(Task(T0, $"task-{i:00}"))).Parent);
        }

        Assert.Null((await world.Raise(Task(T0, "elsewhere", "host-2"))).Parent);
        await world.StartReplica();
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered));
        Assert.Equal(2, receiver.Heard.Count);
        var told = receiver.Heard.Single(r => r.Body.Contains("\"oms_host_down\"")).Body;
        Assert.Contains("\"alarm_children_count\":12", told);
        Assert.Contains("task-00 (oms_sync_failed)", told);
        Assert.Contains("With it 12 alerts", told);
    }

    [Fact]
    public async Task Children_that_come_after_the_first_message_are_named_in_one_more_and_later_ones_a_minute_later()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        await world.StartSweep();
        await world.Raise(Firing(T0));
        await world.UntilDelivery(d => d.IsDelivered);
        Assert.Contains("\"alarm_children_count\":0", Assert.Single(receiver.Heard).Body);
        world.Time.Advance(TimeSpan.FromSeconds(30));
        var came = world.Time.GetUtcNow();
        for (var i = 0; i < 12; i++)
        {
            await world.Raise(Task(came, $"task-{i:00}"));
        }

        await world.Until(() => System.Threading.Tasks.Task.FromResult(receiver.Heard.Count == 2));
        Assert.InRange(world.Time.GetUtcNow() - came, Grouping.Gather, TimeSpan.FromSeconds(4));
        Assert.Contains("\"alarm_children_count\":12", receiver.Heard.Last().Body);
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered));
        await world.Raise(Task(world.Time.GetUtcNow(), "task-late"));
        await world.Until(() => System.Threading.Tasks.Task.FromResult(receiver.Heard.Count == 3), Quick);
        Assert.InRange(world.Time.GetUtcNow() - came, Grouping.Apart, Grouping.Apart + TimeSpan.FromSeconds(25));
        Assert.Contains("\"alarm_children_count\":13", receiver.Heard.Last().Body);
        await world.Until(async () => (await world.AllDeliveries()).All(d => d.IsDelivered));
        world.Time.Advance(TimeSpan.FromSeconds(70));
        await world.Until(async () => (await world.Alerts.Query(
            DocumentQuery<Alert>.All.Where(a => a.DueAt, Match.LessOrEqual, world.Time.GetUtcNow()), Cancel)).Items.Count == 0);
        Assert.Equal(3, receiver.Heard.Count);
    }

    [Fact]
    public async Task Children_that_outlive_the_parent_by_a_minute_are_told_by_themselves_and_the_others_are_not()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        await world.StartSweep();
        await world.Raise(Firing(T0));
        var stays = await world.Raise(Task(T0, "stays"));
        var recovers = await world.Raise(Task(T0, "recovers"));
        await world.UntilDelivery(d => d.IsDelivered);
        var back = world.Time.GetUtcNow();
        await world.Raise(Resolved(back));
        await world.Raise(Task(back, "recovers") with { Condition = AlertCondition.Resolved });
        await world.UntilDelivery(d => d.Alert == stays.Id && d.IsDelivered, Quick);
        Assert.True(world.Time.GetUtcNow() >= back + Inhibition.Grace, "not before the grace is over");
        Assert.Null((await world.Find(stays.Id)).Parent);
        Assert.DoesNotContain(await world.AllDeliveries(), d => d.Alert == recovers.Id);
        Assert.Equal((SendingStatus.Completed, Ending.Recovery),
            ((await world.Find(recovers.Id)).Status, (await world.Find(recovers.Id)).CompletedBy!.Value));
    }

    [Fact]
    public async Task The_falls_of_a_host_that_flaps_are_kept_and_not_told_one_by_one()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        await world.StartSweep();
        var flaps = await world.Raise(Flaps(T0, AlertCondition.Firing));
        await world.UntilDelivery(d => d.IsDelivered);
        for (var fall = 1; fall <= 3; fall++)
        {
            var down = await world.Raise(Firing(T0.AddSeconds(20 * fall)) with { Id = $"oms_host_down:host-1:{fall}" });
            Assert.Equal(flaps.Id, down.Parent);
            await world.Raise(Resolved(T0.AddSeconds((20 * fall) + 5)) with { Id = $"oms_host_down:host-1:{fall}" });
        }

        var over = await world.Raise(Flaps(T0.AddSeconds(90), AlertCondition.Resolved));
        await world.UntilDelivery(d => d is { Condition: AlertCondition.Resolved, IsDelivered: true } && d.Alert == over.Id);
        Assert.All(await world.AllDeliveries(), d => Assert.Equal(flaps.Id, d.Alert));
        Assert.Equal(2, receiver.Heard.Count);
    }

    private static AlertRaised Flaps(DateTimeOffset at, AlertCondition condition) => Firing(at) with
    {
        Id = $"{AlertEvents.HostFlaps}:host-1:1", Event = AlertEvents.HostFlaps, Condition = condition,
    };

    [Fact]
    public async Task A_child_that_was_told_before_the_host_was_found_down_is_resolved_by_itself()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        var child = await world.Raise(Task(T0));
        await world.UntilDelivery(d => d.IsDelivered);
        await world.Raise(Firing(T0.AddSeconds(1)));
        Assert.NotNull((await world.Raise(Task(T0.AddSeconds(2)))).Parent);
        await world.Raise(Task(T0.AddSeconds(3)) with { Condition = AlertCondition.Resolved });
        await world.UntilDelivery(d => d is { Condition: AlertCondition.Resolved, IsDelivered: true } && d.Alert == child.Id);
    }

    [Fact]
    public async Task What_is_silenced_is_kept_and_told_when_the_silence_ends()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.Silences.Insert(Silence(T0.AddMinutes(10)), Cancel);
        await world.StartReplica();
        await world.StartSweep();
        var alert = await world.Raise(Firing(T0));
        await world.Raise(Firing(T0, "other") with { Host = "other" });
        await world.UntilDelivery(d => d.IsDelivered);
        Assert.Equal("s1", (await world.Find(alert.Id)).SilencedBy);
        Assert.DoesNotContain(await world.AllDeliveries(), d => d.Alert == alert.Id);
        await world.UntilDelivery(d => d.Alert == alert.Id && d.IsDelivered, TimeSpan.FromSeconds(20));
        Assert.True(world.Time.GetUtcNow() >= T0.AddMinutes(10), "not before its end");
        Assert.Null((await world.Find(alert.Id)).SilencedBy);
    }

    [Fact]
    public async Task The_end_of_what_was_told_is_told_though_it_was_silenced_in_between_and_of_what_was_not_told_is_not()
    {
        await using var receiver = await Receiver.Start(200);
        await using var world = new World();
        await world.Channels.Insert(Webhook(receiver.Url), Cancel);
        await world.StartReplica();
        var told = await world.Raise(Firing(T0));
        await world.UntilDelivery(d => d.IsDelivered);
        await world.Silences.Insert(Silence(T0.AddDays(1), new SilenceMatcher { Scopes = ["system"] }), Cancel);
        var untold = await world.Raise(Firing(T0, "quiet"));
        await world.Raise(Resolved(T0.AddSeconds(1)));
        await world.Raise(Resolved(T0.AddSeconds(1), "quiet"));
        await world.UntilDelivery(d => d is { Condition: AlertCondition.Resolved, IsDelivered: true } && d.Alert == told.Id);
        Assert.DoesNotContain(await world.AllDeliveries(), d => d.Alert == untold.Id);
        Assert.Equal(SendingStatus.Completed, (await world.Find(untold.Id)).Status);
    }

    [Fact]
    public async Task A_silence_that_is_ended_early_lets_go_within_a_minute()
    {
        await using var world = new World();
        await world.Channels.Insert(Webhook(), Cancel);
        var directory = new SilenceDirectory(world.Silences, world.Time);
        var made = await directory.Create(
            new SilenceRequest
            {
                Matcher = new SilenceMatcher { Targets = ["host-*"] }, Reason = "load", Owner = "ana", EndsAt = T0.AddDays(1),
            }, Cancel);
        Assert.Null(made.Fault);
        var alert = await world.Raise(Firing(T0));
        Assert.Empty(await world.AllDeliveries());
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var ended = (await directory.End(made.Value!.Id, Cancel)).Value!;
        Assert.True(ended.EndedEarly);
        Assert.True((await world.Find(alert.Id)).DueAt <= T0.AddMinutes(1));
        await world.Planner.Plan(alert.Id, Cancel);
        Assert.Single(await world.AllDeliveries());
    }
}
