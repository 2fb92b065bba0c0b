namespace Holdfast.HaScheduler.Tests;

/// <summary>The components, the subtopic and the intent that a task's document states.</summary>
public sealed class TaskDocumentTests
{
    private static readonly TaskDocument Task = Some.Task("t1");

    [Theory]
    [InlineData(TaskIntent.Running, DesiredState.Running)]
    [InlineData(TaskIntent.Suspended, DesiredState.Stopped)]
    [InlineData(TaskIntent.Released, DesiredState.Absent)]
    [InlineData("FAILED", DesiredState.Stopped)]
    public void Its_status_says_what_its_components_are_to_do(string status, DesiredState desired) =>
        Assert.Equal(desired, (Task with { Status = status }).Desired);

    [Theory]
    [InlineData("synchronization", null, "mysql")]
    [InlineData("migration", null, "t1-mysql")]
    [InlineData("synchronization", false, "t1-mysql")]
    [InlineData("migration", true, "mysql")]
    public void A_subtopic_is_shared_unless_it_is_a_migration_s_or_the_task_says_otherwise(string type, bool? share, string subtopic) =>
        Assert.Equal(subtopic, (Task with { Type = type, ShareStore = share }).Subtopic);

    [Fact]
    public void What_it_has_is_placed_and_its_Store_is_the_store_manager_s()
    {
        var one = new TaskComponent(["x"]);
        Assert.Equal([ComponentKind.IncrSync], (Task with { Store = one }).Placed.Select(p => p.Kind));
        Assert.Equal([ComponentKind.IncrSync, ComponentKind.FullImport, ComponentKind.FullVerification],
            (Task with { FullImport = one, FullVerification = one }).Placed.Select(p => p.Kind));
    }

    [Fact]
    public void Configurations_are_made_anew_where_there_are_any()
    {
        var task = Task with { Store = new TaskComponent(["s"]) { Config = "a" } };
        var made = task.WithConfigs(c => "x" + c);
        Assert.Equal((null, "xa", null), (made.IncrSync.Config, made.Store!.Config, made.FullImport));
        Assert.True(task.Store!.IsAs(new TaskComponent(["s"]) { Config = "a" }));
        Assert.False(task.Store.IsAs(new TaskComponent(["t"]) { Config = "a" }));
        Assert.False(task.Store.IsAs(new TaskComponent(["s"])));
    }
}
