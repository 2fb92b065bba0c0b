using System.Text.Json;
using Holdfast.Contracts;
using Holdfast.HaScheduler.Index;
using Holdfast.HaScheduler.Operations;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Tasks that are changed, deleted, and made again under the same id.</summary>
public sealed class TaskEditingTests : PassScene
{
    private Task<Outcome<TaskDocument>> Change(TaskChange change, string? ifMatch = null) =>
        _life.Get<TaskEditing>().Change("t1", change, ifMatch, default);

    private string State => _life.Get<TaskSights>().StateOf(_life.Cluster.Tasks.Find("t1")!).Word;

    private async Task Released(string host)
    {
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Released, default);
        await _life.Pass();
        Assert.Equal("RELEASING", State);
        _life.Obeys(host);
        await _life.Pass(2);
        Assert.Equal("RELEASED", State);
    }

    [Fact]
    public async Task A_new_command_runs_where_the_old_one_ran_under_a_higher_epoch()
    {
        var (host, _) = await OneTaskRuns();
        var before = _life.Component("t1");
        _life.Bus.Take<ComponentPlaced>();
        Assert.Null((await Change(new TaskChange { IncrSync = new(["incr-sync", "--fast"]) })).Fault);
        await _life.Pass();
        Assert.Equal("RUNNING_MODIFYING", State);
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal((before.Name, host, before.Epoch + 1, DesiredState.Running),
            (placed.Component, placed.Host, placed.Epoch, placed.Desired));
        Assert.Equal(["incr-sync", "--fast"], placed.Command);
        Assert.Empty(_life.Component("t1").Former);
    }

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
        maintenances.Written = _ =>
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
    public async Task A_change_is_in_place_once_its_host_says_so_and_the_same_again_changes_nothing()
    {
        var (host, _) = await OneTaskRuns();
        await Change(new TaskChange { IncrSync = new(["other"]) });
        await _life.Pass();
        _life.Obeys(host);
        await _life.Pass();
        Assert.Equal("RUNNING", State);
        var epoch = _life.Component("t1").Epoch;
        await Change(new TaskChange { IncrSync = new(["other"]) });
        await _life.Pass(2);
        Assert.Equal(epoch, _life.Component("t1").Epoch);
    }

    [Fact]
    public async Task Who_changed_the_task_and_died_has_its_component_changed_by_the_next_pass()
    {
        await OneTaskRuns();
        await _life.Cluster.Tasks.Change("t1", t => t with { IncrSync = new(["other"]) }, default);
        await _life.Pass();
        Assert.Equal((2L, "other"), (_life.Component("t1").Epoch, Assert.Single(_life.Component("t1").Command)));
        await _life.Pass(2);
        Assert.Equal(2, _life.Component("t1").Epoch);
    }

    [Fact]
    public async Task Name_of_any_script_protection_and_tags_change_and_nothing_is_restarted()
    {
        await OneTaskRuns();
        var changed = await Change(new TaskChange { Name = "订单 (核心)", Protection = "HIGH", Tags = ["ssd"] });
        Assert.Equal(("订单 (核心)", ProtectionLevel.High, "ssd"),
            (changed.Value!.Name, changed.Value.Protection, Assert.Single(changed.Value.Tags)));
        Assert.Equal("t1", changed.Value.Id);
        await _life.Pass(2);
        Assert.Equal(1, _life.Component("t1").Epoch);
    }

    [Fact]
    public async Task A_stopped_task_keeps_stopped_and_starts_with_its_new_command()
    {
        var (host, _) = await OneTaskRuns();
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Suspended, default);
        await _life.Pass();
        _life.Obeys(host);
        await Change(new TaskChange { IncrSync = new(["other"]) });
        await _life.Pass();
        Assert.All(_life.Bus.Take<ComponentPlaced>(), p => Assert.Equal(DesiredState.Stopped, p.Desired));
        await _life.Get<TaskOperations>().Set("t1", TaskIntent.Running, default);
        await _life.Pass();
        var placed = _life.Bus.Take<ComponentPlaced>()[^1];
        Assert.Equal((DesiredState.Running, 2L, "other"), (placed.Desired, placed.Epoch, Assert.Single(placed.Command)));
    }

    public static TheoryData<string, string> Bad => new()
    {
        { """{"name":""}""", "name" },
        { """{"name":" a"}""", "name" },
        { """{"protection":"high"}""", "protection" },
        { """{"tags":["a","a"]}""", "tags" },
        { """{"incrSync":{}}""", "incrSync.command" },
        { """{"incrSync":{"command":[]}}""", "incrSync.command" },
        { """{"fullImport":{"command":["a"]}}""", "fullImport" },
        { """{"region":"south"}""", "region" },
        { """{"id":"t2"}""", "id" },
        { """{"status":"SUSPEND"}""", "status" },
        { """{"nonsense":1}""", "nonsense" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_cannot_be_changed_is_refused_by_name(string body, string field)
    {
        await OneTaskRuns();
        var fault = (await Change(JsonSerializer.Deserialize<TaskChange>(body, JsonSerializerOptions.Web)!)).Fault;
        Assert.Equal(("HA-116", field), (fault?.Code, Assert.Single(fault!.Fields).Field));
    }

    [Fact]
    public async Task A_change_of_what_has_been_changed_meanwhile_is_refused()
    {
        await OneTaskRuns();
        var version = $"\"{_life.Cluster.Tasks.FindVersioned("t1")!.Value.Version}\"";
        Assert.Null((await Change(new TaskChange { Name = "a" }, version)).Fault);
        var fault = (await Change(new TaskChange { Name = "b" }, version)).Fault;
        Assert.Equal(("HA-117", 412), (fault?.Code, fault?.Status));
        Assert.Equal("a", _life.Cluster.Tasks.Find("t1")!.Name);
        Assert.Equal("HA-116", (await Change(new TaskChange { Name = "b" }, "nonsense")).Fault?.Code);
        Assert.Null((await Change(new TaskChange { Name = "b" }, "*")).Fault);
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
