using Holdfast.HaScheduler.Replay;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A task's configurations: on their way with the placement, and nowhere else.</summary>
public sealed class TaskConfigTests : PassScene
{
    private const string First = """{"incrSync":{"sink":{"password":"p1"}}}""";
    private const string Second = """{"incrSync":{"sink":{"password":"p2"}}}""";

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private Task<Outcome<TaskDocument>> Change(TaskChange change) => _life.Get<TaskEditing>().Change("t1", change, null, default);

    [Fact]
    public async Task A_configuration_goes_with_the_placement_and_another_one_is_another_epoch()
    {
        var (host, _) = await OneTaskRuns();
        var before = _life.Component("t1");
        _life.Bus.Take<ComponentPlaced>();
        Assert.Null((await Change(new TaskChange { IncrSync = new(null) { Config = Json(First) } })).Fault);
        await _life.Pass();
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal((before.Name, host, before.Epoch + 1, First), (placed.Component, placed.Host, placed.Epoch, placed.Config));
        Assert.Equal(before.Command, placed.Command);
        _life.Obeys(host);
        await _life.Pass(2);
        Assert.Null((await Change(new TaskChange { IncrSync = new(["incr-sync", "--fast"]) { Config = Json(First) } })).Fault);
        await _life.Pass();
        placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal((before.Epoch + 2, First), (placed.Epoch, placed.Config)); // kept by an edit of the command
    }

    [Fact]
    public async Task The_same_configuration_again_changes_nothing()
    {
        await OneTaskRuns();
        var first = (await Change(new TaskChange { IncrSync = new(null) { Config = Json(First) } })).Value!;
        var spaced = Json(First.Replace(":", " : ", StringComparison.Ordinal));
        Assert.Same(first, (await Change(new TaskChange { IncrSync = new(null) { Config = spaced } })).Value);
        var named = (await Change(new TaskChange { Name = "other", IncrSync = new(first.IncrSync.Command) })).Value!;
        Assert.Equal(first.IncrSync.Config, named.IncrSync.Config);
    }

    [Fact]
    public async Task A_component_whose_task_has_another_one_by_now_is_not_placed_with_the_one_before()
    {
        await OneTaskRuns();
        await Change(new TaskChange { IncrSync = new(null) { Config = Json(First) } });
        await _life.Pass();
        _life.Bus.Take<ComponentPlaced>();
        // The replica that changed the task did not live to change its component.
        await _life.Cluster.Tasks.Change("t1", t => t with { IncrSync = t.IncrSync with { Config = Second } }, default);
        await _life.Pass(3);
        Assert.All(_life.Bus.Take<ComponentPlaced>(), p => Assert.Equal(Second, p.Config));
        Assert.Equal(ComponentConfig.DigestOf(Second), _life.Component("t1").ConfigDigest);
    }

    [Fact]
    public async Task What_outsiders_may_hear_of_a_Store_s_configuration_is_its_digest()
    {
        await OneTaskRuns();
        await _life.Cluster.Tasks.Change("t1", t => t with { Store = new TaskComponent(["store"]) { Config = First } }, default);
        _life.Bus.Take<StoreRequested>();
        await _life.Pass(7); // said again after five seconds
        var asked = _life.Bus.Take<StoreRequested>()[^1];
        Assert.Equal(ComponentConfig.DigestOf(First), asked.ConfigDigest);
        Assert.DoesNotContain("password", JsonSerializer.Serialize(asked), StringComparison.Ordinal);
        Assert.Equal(First, _life.Bus.Take<ConfiguredStoreRequested>()[^1].Config);
    }

    [Fact]
    public void Neither_a_configuration_nor_its_digest_is_recorded()
    {
        var task = Recorded.Of(Some.Task("t1") with { IncrSync = new TaskComponent(["x"]) { Config = First } });
        Assert.Null(task.IncrSync.Config);
        Assert.Null(Recorded.Of(Scene.Component("t1", "h1") with { ConfigDigest = "d" }).ConfigDigest);
    }

    [Theory]
    [InlineData("[]", "incrSync.config", "a JSON Array")]
    [InlineData("7", "incrSync.config", "a JSON Number")]
    [InlineData("""{"holdfast":1}""", "incrSync.config.holdfast", "not shown")]
    [InlineData("""{"sink":{"password":"x","password":"y"}}""", "incrSync.config.sink.password", "not shown")]
    public async Task A_configuration_that_breaks_a_rule_is_named_and_not_told(string config, string field, string value)
    {
        await OneTaskRuns();
        var fault = (await Change(new TaskChange { IncrSync = new(null) { Config = Json(config) } })).Fault!;
        Assert.Equal("HA-116", fault.Code);
        Assert.Equal((field, value), (Assert.Single(fault.Fields).Field, fault.Fields[0].Value));
    }

    [Fact]
    public async Task What_was_shown_masked_and_comes_back_keeps_what_is_stored()
    {
        await OneTaskRuns();
        var before = (await Change(new TaskChange { IncrSync = new(null) { Config = Json(First) } })).Value!;
        var shown = ShownConfigs.Of(before)!.IncrSync!.ToJsonString();
        Assert.DoesNotContain("p1", shown, StringComparison.Ordinal);
        Assert.Same(before, (await Change(new TaskChange { IncrSync = new(null) { Config = Json(shown) } })).Value);
        var other = Json(shown.Replace("\"sink\"", "\"lanes\":4,\"sink\"", StringComparison.Ordinal));
        var after = (await Change(new TaskChange { IncrSync = new(null) { Config = other } })).Value!;
        Assert.Equal("""{"incrSync":{"lanes":4,"sink":{"password":"p1"}}}""", after.IncrSync.Config);
        var fault = (await Change(new TaskChange { IncrSync = new(null) { Config = Json("""{"token":"***"}""") } })).Fault!;
        Assert.Equal(("HA-116", "incrSync.config.token"), (fault.Code, Assert.Single(fault.Fields).Field));
    }

    [Fact]
    public async Task A_change_of_a_component_that_says_nothing_is_refused()
    {
        await OneTaskRuns();
        Assert.Equal("incrSync.command", Assert.Single((await Change(new TaskChange { IncrSync = new(null) })).Fault!.Fields).Field);
    }
}
