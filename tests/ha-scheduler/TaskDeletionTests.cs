using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Tasks that are deleted, and made again under the same id.</summary>
public sealed class TaskDeletionTests : TaskEditingScene
{
    /// <summary>Another replica was quicker, and the id was used again, while this one's store was slow.</summary>
    [Fact]
    public async Task A_deletion_deletes_what_was_judged_and_not_what_has_its_id_since()
    {
        var (host, _) = await OneTaskRuns();
        await Released(host);
        var maintenances = _life.Cluster.Maintenances;
        var work = new Maintenance("disk", "ann", default, "ann", default);
        await maintenances.Insert(new MaintenanceDocument(MaintenanceScope.TaskKey("t1"), work), default);
        var released = _life.Cluster.Tasks.Find("t1")!;
        maintenances.Written += _ =>
        {
            Assert.True(_life.Cluster.Tasks.Delete("t1", default).GetAwaiter().GetResult());
            Assert.True(_life.Cluster.Tasks.Insert(released with { Status = TaskIntent.Running }, default).GetAwaiter().GetResult());
        };
        Assert.Equal("HA-117", (await _life.Get<TaskEditing>().Delete("t1", null, default)).Fault?.Code);
        Assert.Equal(TaskIntent.Running, _life.Cluster.Tasks.Find("t1")?.Status);
    }

    /// <summary>Its machine was suspended just before: it had never heard of the task, and would have begun with it.</summary>
    [Fact]
    public async Task A_host_that_was_last_heard_before_a_removal_was_said_has_not_acknowledged_it()
    {
        _life.Reports("h1");
        await _life.Pass();
        await _life.NewTask("t1");
        await _life.Pass();
        Assert.Equal("h1", _life.Component("t1").Host);
        _life.FallsSilent("h1");
        await _life.Pass();
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Released, default);
        await _life.Pass(3);
        Assert.Equal("RELEASING", State);
        _life.GoesOn("h1");
        await _life.Pass(2);
        Assert.Equal("RELEASED", State);
    }

    [Fact]
    public async Task Only_what_is_released_is_deleted()
    {
        var (host, _) = await OneTaskRuns();
        async Task<string?> Delete() => (await _life.Get<TaskEditing>().Delete("t1", null, default)).Fault?.Code;
        Assert.Equal("HA-118", await Delete());
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Released, default);
        Assert.Equal("HA-118", await Delete());
        await _life.Pass();
        _life.Obeys(host);
        await _life.Pass(2);
        Assert.Equal("HA-106", (await Change(new TaskChange { Name = "b" })).Fault?.Code);
        Assert.Null(await Delete());
        Assert.Null(_life.Cluster.Tasks.Find("t1"));
        Assert.Equal("HA-112", await Delete());
    }

    [Fact]
    public async Task A_task_of_the_same_id_goes_on_above_all_epochs_and_names_that_the_id_ever_had()
    {
        var (host, _) = await OneTaskRuns();
        await Change(new TaskChange { IncrSync = new(["other"]) });
        var former = _life.Component("t1");
        await _life.Pass();
        _life.Obeys(host);
        await Released(host);
        await _life.Get<TaskEditing>().Delete("t1", null, default);
        Restart();
        _life.Reports("h1");
        _life.Reports("h2");
        await _life.Pass(2);
        await _life.NewTask("t1");
        await _life.Pass(2);
        var next = _life.Component("t1");
        Assert.Equal((former.Epoch + 1, former.Seq + 1, DesiredState.Running), (next.Epoch, next.Seq, next.Desired));
        Assert.NotEqual(former.Name, next.Name);
    }

    /// <summary>Deleted, made anew and failed again at once it was restarted at once, however often.</summary>
    [Fact]
    public async Task A_task_that_is_deleted_and_made_anew_is_operated_no_sooner_than_before()
    {
        var (host, _) = await OneTaskRuns();
        var operated = _time.GetUtcNow();
        await _life.Cluster.Components.Change(Registration.IncrSyncId("t1"), r => r with { OperatedAt = operated }, default);
        await Released(host);
        Assert.Null((await _life.Get<TaskEditing>().Delete("t1", null, default)).Fault);
        await _life.NewTask("t1");
        await _life.Pass(2);
        var next = _life.Component("t1");
        Assert.NotNull(next.Host);
        Assert.True((next.OperatedAt! - operated).Value.Duration() < TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Of_two_words_on_a_past_component_the_further_of_each_counts()
    {
        var (early, late) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(1));
        var first = new PastPlacement("c", 5, 2) { OperatedAt = late };
        Assert.Equal(new PastPlacement("c", 6, 2) { OperatedAt = late }, first.With(new PastPlacement("c", 6, 1) { OperatedAt = early }));
        Assert.Equal(first, first.With(new PastPlacement("c", 5, 2)));
        Assert.Equal(first, new PastPlacement("c", 5, 2).With(first));
    }

    [Fact]
    public async Task An_id_whose_epochs_an_earlier_version_forgot_begins_above_any_that_it_can_have_had()
    {
        var (host, _) = await OneTaskRuns();
        await Released(host);
        var past = _life.Services.GetRequiredService<IDocuments<PastPlacement>>();
        var known = (await past.Find(Registration.IncrSyncId("t1"), default))!.Value;
        await past.Delete(known.Document.Id, known.Version, default);
        await _life.Get<TaskEditing>().Delete("t1", null, default);
        await _life.NewTask("t1");
        await _life.Pass(2);
        Assert.True(_life.Component("t1").Epoch > _time.GetUtcNow().AddMinutes(-10).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_component_that_was_registered_while_its_task_was_deleted_does_not_stay()
    {
        var (host, _) = await OneTaskRuns();
        await _life.Cluster.Tasks.Delete("t1", default);
        await _life.Pass();
        Assert.Equal(DesiredState.Absent, _life.Component("t1").Desired);
        _life.Obeys(host);
        await _life.Pass(2);
        Assert.Null(_life.Cluster.Components.Find(Registration.IncrSyncId("t1")));
    }
}
