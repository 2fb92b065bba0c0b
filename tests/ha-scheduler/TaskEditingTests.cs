using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Tasks that are changed while they run, and what cannot be changed.</summary>
public sealed class TaskEditingTests : TaskEditingScene
{
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
}
