using Holdfast.HaScheduler.Index;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Changes that a task may undergo, and their effects.</summary>
public sealed class TaskChangeTests
{
    [Fact]
    public void A_copy_that_is_complete_is_not_repeated_under_its_new_command()
    {
        var import = Scene.Component("t1", "h1") with { Kind = ComponentKind.FullImport };
        Assert.Equal(1, TaskChangeRules.Follow(import, new(["other"]), DesiredState.Running, isComplete: true)!.Epoch);
        Assert.Equal(2, TaskChangeRules.Follow(import, new(["other"]), DesiredState.Running, isComplete: false)!.Epoch);
        Assert.Null(TaskChangeRules.Follow(import, new(import.Command), DesiredState.Running, isComplete: false));
    }

    private static readonly TaskDocument Task = Some.Task("t1") with { FullImport = new TaskComponent(["import"]) };

    private static string[] Faults(string body) =>
        [.. (TaskChangeRules.Check(JsonSerializer.Deserialize<TaskChange>(body, JsonSerializerOptions.Web)!,
            Task)?.Fields ?? []).Select(f => f.Field)];

    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""{"name":"n","protection":"LOW","tags":["a"],"incrSync":{"command":["x"]},"fullImport":{"config":{}}}""", "")]
    [InlineData("""{"name":"","protection":"low","tags":["a","a"]}""", "name protection tags")]
    [InlineData("""{"fullImport":{}}""", "fullImport.command")]
    [InlineData("""{"fullImport":{"command":[],"config":{}}}""", "fullImport.command")]
    [InlineData("""{"fullVerification":{"command":["x"]},"store":{"command":["x"]}}""", "store fullVerification")]
    [InlineData("""{"incrSync":{"config":[]}}""", "incrSync.config")]
    [InlineData("""{"Region":"south","status":"RUNNING","other":1}""", "Region status other")]
    public void What_cannot_be_changed_is_named(string body, string fields) => Assert.Equal(fields, string.Join(' ', Faults(body)));

    [Fact]
    public void Each_kind_of_what_cannot_be_changed_has_its_own_words()
    {
        var faults = TaskChangeRules.Check(JsonSerializer.Deserialize<TaskChange>("""{"region":1,"status":1,"other":1}""",
            JsonSerializerOptions.Web)!, Task)!.Fields;
        Assert.Equal(3, faults.Select(f => f.Rule).Distinct().Count());
        Assert.EndsWith("make another task", faults[0].Rule, StringComparison.Ordinal);
        Assert.Contains("/start", faults[1].Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_given_stays_and_what_says_the_same_changes_nothing()
    {
        var same = new TaskChange { Name = "t1", Tags = [], IncrSync = new NewTaskCommand(["incr-sync", "t1"]) };
        Assert.Same(Task, TaskChangeRules.Apply(Task, same, Scene.Now));
        var tagged = Task with { Tags = ["ssd"] };
        Assert.Same(tagged, TaskChangeRules.Apply(tagged, new TaskChange { Tags = ["ssd"] }, Scene.Now));
        Assert.Equal(["hdd"], TaskChangeRules.Apply(tagged, new TaskChange { Tags = ["hdd"] }, Scene.Now).Tags);
        var after = TaskChangeRules.Apply(Task, new TaskChange { Name = "new", Protection = "HIGH", Tags = ["a"] }, Scene.Now);
        Assert.Equal(("new", ProtectionLevel.High, "a", Scene.Now), (after.Name, after.Protection, after.Tags[0], after.ChangedAt));
        var command = TaskChangeRules.Apply(Task, new TaskChange { FullImport = new NewTaskCommand(["other"]) }, Scene.Now);
        Assert.Equal(("other", "incr-sync"), (command.FullImport!.Command[0], command.IncrSync.Command[0]));
        var config = TaskChangeRules.Apply(Task,
            new TaskChange { FullImport = new NewTaskCommand((string[]?)null) { Config = JsonElement.Parse("{}") } }, Scene.Now);
        Assert.Equal(("import", "{}"), (config.FullImport!.Command[0], config.FullImport.Config));
        Assert.Same(config, TaskChangeRules.Apply(config, new TaskChange { FullImport = new NewTaskCommand(["import"]) }, Scene.Now));
    }

    [Fact]
    public void Another_command_forgets_what_was_held_against_the_former_one()
    {
        var component = Scene.Component("t1", "h1") with { FailedAt = Scene.Now, Restarts = 2,
            Suspicion = new Suspicion { Since = Scene.Now } };
        Registration Follow(Registration before) => TaskChangeRules.Follow(before, new(["other"]), DesiredState.Running,
            isComplete: false)!;
        var after = Follow(component);
        Assert.Equal((2L, 2L, null, 0, null), (after.Epoch, after.ChangedEpoch, after.FailedAt, after.Restarts, after.Suspicion));
        Assert.Equal(ComponentState.Completed, Follow(component with { CarriedState = ComponentState.Completed }).CarriedState);
        Assert.Null(Follow(component with { CarriedState = ComponentState.Abnormal }).CarriedState);
        Assert.Null(Follow(component with { CarriedState = ComponentState.Stopped }).CarriedState);
        Assert.Equal(ComponentState.Abnormal,
            Follow(component with { CarriedState = ComponentState.Abnormal, ByHand = DesiredState.Stopped }).CarriedState);
        Assert.Equal((1L, null), (Follow(component with { Host = null }) is var no ? (no.Epoch, no.ChangedEpoch) : default));
    }

    [Fact]
    public void It_is_behind_when_its_command_or_its_configuration_is_another()
    {
        var component = Scene.Component("t1", "h1");
        Assert.False(TaskChangeRules.IsBehind(component, new(component.Command)));
        Assert.True(TaskChangeRules.IsBehind(component, new(["other"])));
        Assert.True(TaskChangeRules.IsBehind(component, new(component.Command) { Config = "{}" }));
        Assert.False(TaskChangeRules.IsBehind(component with { Desired = DesiredState.Absent }, new(["other"])));
    }
}
