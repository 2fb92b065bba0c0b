using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Operations that an operator may order on Stores, both sides of each limit.</summary>
public sealed class OperationRulesTests
{
    private static string Fields(Fault? fault) => string.Join(' ', (fault?.Fields ?? []).Select(f => f.Field));

    private static readonly long Present = Now.ToUnixTimeSeconds();

    [Fact]
    public void A_new_Store_needs_its_subtopic_and_all_that_is_wrong_is_told_at_once()
    {
        Assert.Null(OperationRules.Check(new NewStore { Subtopic = "m", StartTimestamp = 0, Host = "h1", Reason = "why" }));
        Assert.Equal("subtopic", Fields(OperationRules.Check(new NewStore())));
        Assert.Equal("subtopic startTimestamp host reason",
            Fields(OperationRules.Check(new NewStore { Subtopic = "", StartTimestamp = -1, Host = "", Reason = " " })));
    }

    [Theory]
    [InlineData(64, 500, "")]
    [InlineData(65, 501, "X-Holdfast-User reason")]
    [InlineData(0, 0, "X-Holdfast-User reason")]
    public void Who_and_why_are_texts_within_their_bounds(int user, int reason, string fields) =>
        Assert.Equal(fields, Fields(OperationRules.CheckWho(new string('u', user), new string('r', reason))));

    [Theory]
    [InlineData(null, true)]
    [InlineData("a b", true)]
    [InlineData("  ", false)]
    [InlineData("a\tb", false)]
    [InlineData("a\u202eb", false)]
    public void A_text_is_printable(string? text, bool holds) => Assert.Equal(holds, OperationRules.CheckWho(text, text) is null);

    public static TheoryData<string[]?, bool> Commands => new()
    {
        { null, false }, { [], false }, { [""], false }, { ["a"], true }, { ["a", ""], true }, { ["a", "b\0"], false },
        { [new string('a', 4096)], true }, { ["a", new string('a', 4097)], false },
        { [.. Enumerable.Repeat("a", 256)], true }, { [.. Enumerable.Repeat("a", 257)], false },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_is_an_argument_vector_within_bounds(string[]? command, bool holds) =>
        Assert.Equal(holds ? "" : "command", Fields(OperationRules.Check(new StoreConfiguration(command, null), null)));

    [Theory]
    [InlineData("{}", null, "", "")]
    [InlineData("[]", null, "config", "a JSON Array")]
    [InlineData("""{"holdfast":1}""", null, "config.holdfast", "not shown")]
    [InlineData("""{"password":"***"}""", null, "config.password", "***")]
    [InlineData("""{"password":"***"}""", """{"password":"x"}""", "", "")]
    public void A_configuration_that_breaks_a_rule_is_named_and_not_told(string config, string? stored, string field, string value)
    {
        var fault = OperationRules.Check(new StoreConfiguration(null, null) { Config = JsonElement.Parse(config) }, stored);
        Assert.Equal((field, value), (Fields(fault), (string?)fault?.Fields[0].Value ?? ""));
        Assert.Equal("command reason",
            Fields(OperationRules.Check(new StoreConfiguration([], " ") { Config = JsonElement.Parse("{}") }, null)));
    }

    [Fact]
    public void What_is_left_out_of_a_configuration_stays()
    {
        var document = View(Running).With(d => d with { Config = """{"a":1}""" }).Document;
        var command = OperationRules.Configured(document, document.Stores[0], new StoreConfiguration(["x"], null));
        Assert.Equal(("x", """{"a":1}"""), (command.Command![0], command.Config));
        var config = OperationRules.Configured(document, document.Stores[0],
            new StoreConfiguration(null, null) { Config = JsonElement.Parse("{}") });
        Assert.Equal(("store", "{}"), (config.Command![0], config.Config));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(0, "ST-101")]
    [InlineData(1, "ST-121")]
    [InlineData(2, null)]
    [InlineData(1000, null)]
    [InlineData(1001, "ST-101")]
    public void A_threshold_is_1_to_1000_and_no_less_than_what_is_there(int? threshold, string? code) =>
        Assert.Equal(code, OperationRules.Check(new SubtopicSettings(threshold), View(Running, Stopped).Document)?.Code);

    [Theory]
    [InlineData(-1, null, "ST-101")]
    [InlineData(0, null, null)]
    [InlineData(0, 3600L, "ST-113")]
    public void A_position_is_unix_seconds(long position, long? kept, string? code) => Assert.Equal(code,
        OperationRules.CheckPosition("p", position, kept is null ? null : new SourceLog { RetentionSec = kept }, Now)?.Code);

    [Theory]
    [InlineData(60, null)]
    [InlineData(61, "ST-112")]
    [InlineData(-3600, null)]
    [InlineData(-3601, "ST-113")]
    public void A_position_is_kept_by_its_source_and_at_most_a_minute_ahead(long ago, string? code)
    {
        var fault = OperationRules.CheckPosition("p", Present + ago, new SourceLog { RetentionSec = 3600 }, Now);
        Assert.Equal(code, fault?.Code);
        Assert.True(code != "ST-113" || fault!.Fields[0].Rule.Contains($"at least {Present - 3600}:", StringComparison.Ordinal));
    }

    [Fact]
    public void One_is_added_where_a_task_needs_it_up_to_the_threshold_or_by_force()
    {
        var document = View(Running, Running).With(d => d with { Threshold = 2 }).Document;
        Assert.Equal("ST-116", OperationRules.CheckAdd(new NewStore(), document, Terms())?.Code);
        Assert.Null(OperationRules.CheckAdd(new NewStore { Force = true }, document, Terms()));
        Assert.Null(OperationRules.CheckAdd(new NewStore(), document with { Threshold = 3 }, Terms()));
        Assert.Equal("ST-122", OperationRules.CheckAdd(new NewStore { Force = true }, document with { Tasks = [] }, Terms())?.Code);
    }

    [Fact]
    public void Who_finds_no_Store_is_told_what_each_of_them_holds()
    {
        Assert.Equal("it has no Store", OperationRules.Ranges([Seen(Leaving)]));
        var seen = Seen(Running, 1, 10, 20);
        Assert.Equal($"{seen.Store.Name} (Running) holds 10 to 20", OperationRules.Ranges([seen]));
        Assert.EndsWith("holds 10 to ? (1/2 to ?)", OperationRules.Ranges([seen
            with { End = null, Exact = ExactRange.Of("1/2", null, null) }]),
            StringComparison.Ordinal);
        Assert.EndsWith("(1/2 to 1/3)", OperationRules.Ranges([seen with { Exact = ExactRange.Of("1/2", "1/3", null) }]),
            StringComparison.Ordinal);
    }
}
