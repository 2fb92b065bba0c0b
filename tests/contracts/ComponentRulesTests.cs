namespace Holdfast.Contracts.Tests;

/// <summary>Rules for what a component may say of itself: one set for supervisor and heartbeat service.</summary>
public sealed class ComponentRulesTests
{
    private static readonly ComponentReport Good = new()
    {
        Name = "a",
        Kind = ComponentKind.Store,
        Epoch = 0,
        State = ComponentState.Running,
    };

    private static string Letters(int count) => new('a', count);

    private static List<ConsumerCheckpoint> Consumers(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ConsumerCheckpoint($"t{i}", i))];

    public static TheoryData<string, ComponentReport> BreakingOnes() => new()
    {
        { "name", Good with { Name = "" } },
        { "name", Good with { Name = "  " } },
        { "name", Good with { Name = null! } },
        { "name", Good with { Name = Letters(257) } },
        { "name", Good with { Name = "a\nb" } },
        { "name", Good with { Name = "a\u0085b" } },
        { "name", Good with { Name = "half a letter \ud83d" } },
        { "kind", Good with { Kind = (ComponentKind)(-1) } },
        { "kind", Good with { Kind = (ComponentKind)4 } },
        { "epoch", Good with { Epoch = -1 } },
        { "pid", Good with { Pid = -1 } },
        { "task", Good with { Task = "" } },
        { "task", Good with { Task = Letters(257) } },
        { "state", Good with { State = (ComponentState)99 } },
        { "state", Good with { State = (ComponentState)(-1) } },
        { "checkpoint", Good with { Checkpoint = -1 } },
        { "checkpoint", Good with { Checkpoint = long.MinValue } },
        { "checkpoint", Good with { Checkpoint = ComponentRules.PositionMax + 1 } },
        { "checkpoint", Good with { Checkpoint = 1_795_853_922_000 } },
        { "begin", Good with { Begin = -1 } },
        { "begin", Good with { Begin = long.MaxValue } },
        { "end", Good with { End = -1 } },
        { "end", Good with { End = ComponentRules.PositionMax + 1 } },
        { "endpoint", Good with { Endpoint = "" } },
        { "endpoint", Good with { Endpoint = new string('1', 257) } },
        { "positionBegin", Good with { PositionBegin = "1/2\n" } },
        { "positionEnd", Good with { PositionEnd = " " } },
        { "bytes", Good with { Bytes = -1 } },
        { "sourceLagMs", Good with { SourceLagMs = -1 } },
        { "sourceLagMs", Good with { SourceLagMs = long.MaxValue } },
        { "barrier", Good with { Barrier = -1 } },
        { "term", Good with { Term = long.MinValue } },
        { "delaySeconds", Good with { DelaySeconds = double.NaN } },
        { "delaySeconds", Good with { DelaySeconds = double.PositiveInfinity } },
        { "delaySeconds", Good with { DelaySeconds = double.NegativeInfinity } },
        { "delaySeconds", Good with { DelaySeconds = 1e300 } },
        { "delaySeconds", Good with { DelaySeconds = ComponentRules.DelayMin - 0.1 } },
        { "consumersLeftOut", Good with { ConsumersLeftOut = -1 } },
        { "consumersLeftOut", Good with { ConsumersLeftOut = ComponentRules.ConsumersMax + 1 } },
        { "consumersLeftOut", Good with { ConsumersLeftOut = int.MinValue } },
        { "exitCode", Good with { ExitCode = -1 } },
        { "exitCode", Good with { ExitCode = ComponentRules.ExitCodeMax + 1 } },
        { "silentSeconds", Good with { SilentSeconds = -1 } },
        { "silentSeconds", Good with { SilentSeconds = ComponentRules.PositionMax + 1 } },
        { "silentSeconds", Good with { SilentSeconds = long.MaxValue } },
        { "consumers", Good with { Consumers = Consumers(ComponentRules.ConsumersMax + 1) } },
        { "consumers[0]", Good with { Consumers = [null!] } },
        { "consumers[0]", Good with { Consumers = [new ConsumerCheckpoint(null!, 1)] } },
        { "consumers[1]", Good with { Consumers = [new ConsumerCheckpoint("t", 0), new ConsumerCheckpoint("", 0)] } },
        { "consumers[0]", Good with { Consumers = [new ConsumerCheckpoint(Letters(257), 0)] } },
        { "consumers[0]", Good with { Consumers = [new ConsumerCheckpoint("t", -1)] } },
        { "consumers[0]", Good with { Consumers = [new ConsumerCheckpoint("t", ComponentRules.PositionMax + 1)] } },
        { "consumers[0].position", Good with { Consumers = [new ConsumerCheckpoint("t", 1) { Position = "" }] } },
        { "consumers[0].position", Good with { Consumers = [new ConsumerCheckpoint("t", 1) { Position = Letters(257) }] } },
        { "systemId", Good with { SystemId = "a\nb" } },
    };

    [Theory]
    [MemberData(nameof(BreakingOnes), DisableDiscoveryEnumeration = true)]
    public void Who_breaks_a_rule_is_Abnormal_with_the_field_and_can_be_written_and_kept(string field, ComponentReport said)
    {
        Assert.Equal(field, ComponentRules.Broken(said)?.Field);
        var judged = ComponentRules.Judged(said, "HB-107");
        Assert.Equal(ComponentState.Abnormal, judged.State);
        Assert.StartsWith($"HB-107 {field} ", judged.Error, StringComparison.Ordinal);
        Assert.Null(ComponentRules.Broken(judged));
        Assert.Equal(judged, JsonSerializer.Deserialize<ComponentReport>(JsonSerializer.Serialize(judged)));
    }

    public static TheoryData<ComponentReport> GoodOnes() =>
    [
        Good,
        Good with { Name = Letters(256), Task = Letters(256), Pid = 0 },
        Good with { Name = "增量同步-🐢" },
        Good with { Checkpoint = 0, Begin = 0, End = 0, DelaySeconds = 0 },
        Good with { Checkpoint = ComponentRules.PositionMax, Begin = ComponentRules.PositionMax, End = ComponentRules.PositionMax },
        Good with { Endpoint = "127.0.0.1:1", PositionBegin = "0/0", PositionEnd = "F/F", Bytes = 0, SourceLagMs = 0 },
        Good with { Barrier = 0, Term = 0 },
        Good with { Barrier = long.MaxValue, Term = long.MaxValue },
        Good with { DelaySeconds = ComponentRules.DelayMin },
        Good with { DelaySeconds = ComponentRules.PositionMax },
        Good with { Consumers = Consumers(ComponentRules.ConsumersMax) },
        Good with { Consumers = [new ConsumerCheckpoint("t", 1) { Position = Letters(256) }], SystemId = Letters(256) },
        Good with { Consumers = [] },
        Good with { ConsumersLeftOut = 0, ExitCode = 0, SilentSeconds = 0 },
        Good with
        {
            ConsumersLeftOut = ComponentRules.ConsumersMax, ExitCode = ComponentRules.ExitCodeMax,
            SilentSeconds = ComponentRules.PositionMax,
        },
        Good with { Error = Letters(ComponentRules.ErrorLengthMax) },
        .. Enum.GetValues<ComponentState>().Select(s => Good with { State = s }),
        .. Enum.GetValues<ComponentKind>().Select(k => Good with { Kind = k }),
    ];

    [Theory]
    [MemberData(nameof(GoodOnes), DisableDiscoveryEnumeration = true)]
    public void Who_keeps_the_rules_is_passed_on_untouched(ComponentReport said) =>
        Assert.Same(said, ComponentRules.Judged(said, "HB-107"));

    [Fact]
    public void The_latest_position_is_a_date_and_a_span_for_whoever_shows_it()
    {
        Assert.Equal(2100, DateTimeOffset.FromUnixTimeSeconds(ComponentRules.PositionMax).Year);
        Assert.True(TimeSpan.FromSeconds(ComponentRules.PositionMax) > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("two\nlines\tand a bell\a", "two lines and a bell ")]
    [InlineData("whole 🐢", "whole 🐢")]
    public void An_error_is_one_line_whatever_is_in_it_and_nobody_is_Abnormal_for_it(string error, string shown)
    {
        var judged = ComponentRules.Judged(Good with { Error = error }, "HB-107");
        Assert.Equal((ComponentState.Running, shown), (judged.State, judged.Error));
    }

    [Fact]
    public void Half_a_letter_is_replaced() => Assert.Equal("half a letter \ufffd!", ComponentRules.Sentence("half a letter \ud83d!"));

    [Theory]
    [InlineData(999, 1)]
    [InlineData(998, 2)]
    [InlineData(5000, 0)]
    public void A_long_error_is_cut_with_a_mark_and_between_letters(int letters, int turtles)
    {
        var cut = ComponentRules.Sentence(Letters(letters) + string.Concat(Enumerable.Repeat("🐢", turtles)) + Letters(10));
        Assert.True(cut.Length is ComponentRules.ErrorLengthMax or ComponentRules.ErrorLengthMax - 1);
        Assert.EndsWith("…", cut, StringComparison.Ordinal);
        Assert.Equal(cut, ComponentRules.Sentence(cut));
    }
}
