namespace Holdfast.Supervisor.Tests;

/// <summary>Status files of which each once cost a host or its neighbours something, and their kin.</summary>
public sealed class HostileWordsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static StatusRead Parse(string json) => StatusFile.Parse(Encoding.UTF8.GetBytes(json), default);

    public static TheoryData<string> Hostile { get; } =
    [
        """{"state":"Running","checkpoint":-1,"delaySeconds":-5}""",
        """{"state":"Running","checkpoint":1795853922,"delaySeconds":"NaN"}""",
        """{"state":"Running","delaySeconds":"Infinity"}""",
        """{"state":"Running","delaySeconds":"-Infinity"}""",
        """{"state":"Running","delaySeconds":1e400}""",
        """{"state":"Running","delaySeconds":1e300}""",
        """{"state":99,"checkpoint":1795853922}""",
        """{"state":-1}""",
        """{"state":"Nonsense"}""",
        """{"state":""}""",
        """{"state":null}""",
        """{"state":["Running"]}""",
        """{"state":"Running","checkpoint":4102444801}""",
        """{"state":"Running","checkpoint":1795853922000}""",
        """{"state":"Running","checkpoint":9223372036854775807}""",
        """{"state":"Running","checkpoint":9223372036854775808}""",
        """{"state":"Running","checkpoint":1.5}""",
        """{"state":"Running","begin":-1}""",
        """{"state":"Running","end":-9223372036854775808}""",
        """{"state":"Running","consumers":[{"task":"","checkpoint":1}]}""",
        """{"state":"Running","consumers":[{"task":null,"checkpoint":1}]}""",
        """{"state":"Running","consumers":[{"checkpoint":1}]}""",
        """{"state":"Running","consumers":[{"task":"t","checkpoint":-1}]}""",
        """{"state":"Running","consumers":[{"task":"a\u0000b","checkpoint":1}]}""",
        """{"state":"Running","consumers":[{"task":"\ud800","checkpoint":1}]}""",
        """{"state":"Running","consumers":[null]}""",
        """{"state":"Running","consumers":{}}""",
        """{"state":"Running","error":"\ud800"}""",
        """{"state":"Running","error":7}""",
        """{"state":"Running","state":"Abnormal"}""",
        """{"state":"Running","checkpoint":1,"checkpoint":2}""",
        "[]", "7", "\"Running\"", "null", "", "{", "\0\0\0\0",
        new string('[', 60_000),
        "{\"state\":\"Running\",\"more\":" + new string('[', 20_000) + new string(']', 20_000) + "}",
    ];

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public void It_is_this_components_fault_with_a_code_and_its_report_can_be_sent(string words)
    {
        var bad = Assert.IsType<StatusRead.Bad>(Parse(words));
        Assert.StartsWith("HB-341 status.json: ", bad.Error, StringComparison.Ordinal);
        var (good, poisoned) = (Alive("good"), Alive("poisoned"));
        var reports = Look([good, poisoned], c => c == poisoned ? Parse(words) : Parse("""{"state":"Running","checkpoint":5}"""));
        Assert.Equal([ComponentState.Running, ComponentState.Abnormal], reports.Select(r => r.State));
        Assert.Equal(bad.Error, reports[1].Error);
        Assert.All(reports, r => Assert.Null(ComponentRules.Broken(r)));
        JsonSerializer.Serialize(reports, ReportJson.Default.IReadOnlyListComponentReport);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_a_fault_too()
    {
        var json = Encoding.UTF8.GetBytes("""{"state":"Running","error":"#"}""");
        json[Array.IndexOf(json, (byte)'#')] = 0xff;
        Assert.IsType<StatusRead.Bad>(StatusFile.Parse(json, default));
    }

    [Theory]
    [InlineData("""{"state":"Running","checkpoint":"5","delaySeconds":-0.5}""")]
    [InlineData("""{"state":"Completed","begin":0,"end":4102444800,"delaySeconds":1e3,"consumers":[],"of a later version":{}}""")]
    public void What_is_merely_unusual_is_taken(string words) => Assert.IsType<StatusRead.Good>(Parse(words));

    [Fact]
    public void An_error_is_one_line_of_a_thousand_letters()
    {
        var good = Assert.IsType<StatusRead.Good>(Parse($$"""{"state":"Running","error":"a\nb{{new string('x', 5000)}}"}"""));
        Assert.StartsWith("a bx", good.Status.Error, StringComparison.Ordinal);
        Assert.Equal(ComponentRules.ErrorLengthMax, good.Status.Error!.Length);
    }

    [Fact]
    public void Whoever_cannot_be_looked_at_is_Abnormal_and_the_only_one_until_it_can()
    {
        var (good, strange) = (Alive("good"), Alive("strange"));
        const string Well = """{"state":"Running"}""";
        var reports = Look([strange, good], c => c == strange ? throw new InvalidOperationException("a bug") : Parse(Well));
        Assert.Equal([ComponentState.Running, ComponentState.Abnormal], reports.Select(r => r.State));
        Assert.StartsWith("HB-343 ", reports[1].Error, StringComparison.Ordinal);
        reports = Look([strange, good], _ => Parse(Well));
        Assert.All(reports, r => Assert.Equal(ComponentState.Running, r.State));
    }

    [Fact]
    public void A_state_that_no_file_can_say_makes_nobody_throw()
    {
        var component = Alive("a");
        var reports = Look([component], _ => new StatusRead.Good(new ComponentStatus { State = (ComponentState)99 }, default));
        Assert.Equal(ComponentState.Abnormal, reports.Single().State);
    }

    [Fact]
    public void A_directory_that_does_not_answer_is_its_components_trouble_after_three_intervals()
    {
        var (good, hung) = (Alive("good"), Alive("hung"));
        var start = default(BootTime) + Second;
        void Reader(Component c, StatusLook look) => look.Read = c == hung ? null : Parse($$"""{"state":"Running"}""");
        ComponentWatch.Look([good, hung], Reader, start, Second, afterPause: false);
        var reports = At(3);
        Assert.All(reports, r => Assert.Equal(ComponentState.Running, r.State));
        reports = At(3.1);
        Assert.Equal([ComponentState.Running, ComponentState.Abnormal], reports.Select(r => r.State));
        Assert.StartsWith("HB-344 ", reports[1].Error, StringComparison.Ordinal);
        hung.Looking!.Read = Parse("""{"state":"Running"}""");
        Assert.All(At(4), r => Assert.Equal(ComponentState.Running, r.State));

        List<ComponentReport> At(double seconds)
        {
            var now = start + (Second * seconds);
            ComponentWatch.Look([good, hung], Reader, now, Second, afterPause: false);
            good.StatusAt = now;
            return ComponentWatch.Reports([good, hung], now, Second);
        }
    }

    [Fact]
    public void One_that_runs_and_waits_says_what_for()
    {
        var report = Look([Alive("a")], _ => Parse("""{"state":"Running","error":"DP-220 The Store begins later."}""")).Single();
        Assert.Equal((ComponentState.Running, "DP-220 The Store begins later."), (report.State, report.Error));
    }

    [Fact]
    public void What_an_earlier_process_said_is_nothing_that_its_successor_says()
    {
        var component = Alive("a");
        StatusLook? late = null;
        component.Look(default, (_, look) => late = look);
        component.Run++;
        component.ForgetStatus();
        late!.Read = Parse("""{"state":"Completed"}""");
        component.HearLook(default);
        Assert.Null(component.Status);
        Assert.Null(component.Looking);
    }

    private static Component Alive(string name) => new(name, new ComponentFolder("/nowhere", name))
    {
        Ran = Desire.Shell(name, ""),
        Desired = Desire.Shell(name, ""),
        Phase = Phase.Alive,
    };

    private static List<ComponentReport> Look(Component[] all, Func<Component, StatusRead> says)
    {
        var now = default(BootTime) + (10 * Second);
        ComponentWatch.Look(all, (c, look) => look.Read = says(c), now, Second, afterPause: false);
        return ComponentWatch.Reports(all, now, Second);
    }
}
