using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Configurations of a task's components, as they are given and shown.</summary>
public sealed class TaskConfigsTests
{
    private static JsonElement Json(string text) => JsonElement.Parse(text);

    [Theory]
    [InlineData("[1]", "incrSync.config", "a JSON Array")]
    [InlineData("""{"holdfast":1}""", "incrSync.config.holdfast", "not shown")]
    [InlineData("""{"password":"***"}""", "incrSync.config.password", "***")]
    public void What_breaks_a_rule_is_named_and_its_value_is_not_told(string given, string field, string value)
    {
        var fault = TaskConfigs.WhyNot("incrSync", Json(given), null)!;
        Assert.Equal((field, value), (fault.Field, fault.Value));
    }

    [Fact]
    public void What_was_shown_masked_stands_for_what_is_stored()
    {
        const string Stored = """{"password":"x","a":1}""";
        Assert.Null(TaskConfigs.WhyNot("incrSync", Json("""{"password":"***"}"""), Stored));
        Assert.Equal("""{"password":"x"}""", TaskConfigs.TextOf(Json("""{"password":"***"}"""), Stored));
        Assert.Null(TaskConfigs.TextOf(null, Stored));
        Assert.Null(TaskConfigs.WhyNot("incrSync", null, Stored));
    }

    [Fact]
    public void A_task_without_any_shows_none()
    {
        var task = Some.Task("t1");
        Assert.Null(ShownConfigs.Of(task));
        var shown = ShownConfigs.Of(task with { Store = new TaskComponent(["s"]) { Config = """{"password":"x"}""" } })!;
        Assert.Equal((null, """{"password":"***"}"""), (shown.IncrSync, shown.Store!.ToJsonString()));
    }
}
