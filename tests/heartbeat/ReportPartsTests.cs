using System.Buffers;

namespace Holdfast.Heartbeat.Tests;

/// <summary>A report is taken part by part: a bad component costs nobody but itself.</summary>
public sealed class ReportPartsTests
{
    private const string Own = "\"host\":\"h\",\"incarnation\":1,\"sequence\":1,\"region\":\"r\",\"idc\":\"i\",\"address\":\"a\","
        + "\"usage\":{\"cpu\":0,\"memory\":0,\"disk\":0}";

    private const string Good = "{\"name\":\"good\",\"kind\":\"Store\",\"epoch\":1,\"state\":\"Running\",\"checkpoint\":5}";

    private static HeardBody Parse(string body) => Parse(Encoding.UTF8.GetBytes(body));

    private static HeardBody Parse(byte[] body) => HeartbeatWire.Parse(new ReadOnlySequence<byte>(body));

    private static IReadOnlyList<ComponentReport> Taken(string components)
    {
        var heard = Parse($"{{{Own},\"components\":[{components}]}}");
        Assert.Null(heard.Fault);
        Assert.Equal("h", heard.Report!.Host);
        return heard.Report.Components!;
    }

    [Fact]
    public void A_report_of_good_components_is_passed_on_as_it_is()
    {
        var report = Report() with { Components = [Component("a"), Component("b")] };
        Assert.Same(report, ReportParts.Judged(report));
        Assert.Same(report.Components, ReportParts.Judged(report).Components);
    }

    [Theory]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"checkpoint\":-1}", "checkpoint")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"delaySeconds\":1e400}", "delaySeconds")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":99}", "state")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Paused\"}", "state")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"checkpoint\":1e30}", "checkpoint")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"checkpoint\":\"5\"}", "checkpoint")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"consumers\":[null]}", "consumers[0]")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"consumers\":{}}", "consumers")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"error\":\"\\ud83d\"}", "")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3}", "state")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"consumersLeftOut\":-1}", "consumersLeftOut")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"consumersLeftOut\":\"x\"}",
        "consumersLeftOut: ")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"exitCode\":{}}", "exitCode: ")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"exitCode\":-9}", "exitCode")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"silentSeconds\":1.5}", "silentSeconds: ")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"silentSeconds\":-2}", "silentSeconds")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"pid\":3000000000}", "pid must")]
    [InlineData("{\"name\":\"bad\",\"kind\":\"Incr-Sync\",\"epoch\":3,\"state\":\"Running\",\"consumers\":[{\"task\":1}]}",
        "consumers[0].task must")]
    public void A_component_that_cannot_be_right_is_Abnormal_with_the_field_between_neighbours_that_are_untouched(string bad, string field)
    {
        var taken = Taken($"{Good},{bad},{Good.Replace("good", "too", StringComparison.Ordinal)}");
        Assert.Equal(["good", "bad", "too"], taken.Select(c => c.Name));
        Assert.Equal([ComponentState.Running, ComponentState.Abnormal, ComponentState.Running], taken.Select(c => c.State));
        Assert.Equal((ComponentKind.IncrSync, 3), (taken[1].Kind, taken[1].Epoch));
        Assert.StartsWith($"HB-107 {field}", taken[1].Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", taken[1].Error, StringComparison.Ordinal);
        Assert.Equal(5, taken[0].Checkpoint);
        Assert.Null(taken[1].Checkpoint);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{\"kind\":\"Nonsense\",\"epoch\":\"x\"}")]
    [InlineData("{\"name\":\"\\ud83d\",\"kind\":\"Store\",\"epoch\":-1,\"state\":\"Running\"}")]
    public void Who_cannot_even_be_named_is_still_in_the_inventory(string bad)
    {
        var taken = Taken($"{Good},{bad}");
        Assert.Equal(2, taken.Count);
        Assert.Equal(ComponentState.Abnormal, taken[1].State);
        Assert.Null(ComponentRules.Broken(taken[1]));
    }

    [Fact]
    public void A_null_is_left_out_and_said_and_one_name_twice_is_one_Abnormal_component()
    {
        var heard = Parse($"{{{Own},\"components\":[{Good},null,{Good}]}}").Report!;
        var one = Assert.Single(heard.Components!);
        Assert.Equal(("good", ComponentState.Abnormal), (one.Name, one.State));
        Assert.Contains("more than once", one.Error, StringComparison.Ordinal);
        Assert.StartsWith("HB-108 1 ", heard.LeftOut, StringComparison.Ordinal);
        var after = Parse($"{{{Own},\"components\":[null,{Good},{Good.Replace("good", "too", StringComparison.Ordinal)}]}}").Report!;
        Assert.Equal(["good", "too"], after.Components!.Select(c => c.Name));
    }

    [Fact]
    public void Bytes_that_are_no_text_in_a_component_are_its_own_fault()
    {
        var body = Encoding.UTF8.GetBytes($"{{{Own},\"components\":[{Good},{{\"name\":\"bad\",\"kind\":\"Store\",\"epoch\":1,"
            + "\"state\":\"Running\",\"error\":\"###\"}]}");
        body[body.AsSpan().IndexOf("###"u8)] = 0xff;
        var heard = Parse(body);
        Assert.Null(heard.Fault);
        Assert.Equal([ComponentState.Running, ComponentState.Abnormal], heard.Report!.Components!.Select(c => c.State));
    }

    [Theory]
    [InlineData("", "HB-101", "body")]
    [InlineData("[1]", "HB-101", "body")]
    [InlineData("null", "HB-101", "body")]
    [InlineData("{\"host\":1,\"usage\":{\"cpu\":\"x\"}}", "HB-102",
        "host incarnation sequence region idc address usage.cpu usage.memory usage.disk")]
    [InlineData("{" + Own + ",\"components\":5}", "HB-102", "components")]
    [InlineData("{" + Own + ",\"sequence\":-1,\"components\":[7]}", "HB-103", "sequence")]
    public void What_is_wrong_with_the_hosts_own_part_is_refused_with_all_fields_at_once(string body, string code, string fields)
    {
        var heard = Parse(body);
        Assert.Equal((code, fields), (heard.Fault!.Code, string.Join(' ', heard.Fault.Fields.Select(f => f.Field))));
        Assert.Null(heard.Report);
    }

    [Fact]
    public void Whose_report_was_refused_is_seen_in_its_body()
    {
        Assert.Equal("h", Parse("{\"host\":\"h\"}").Host);
        Assert.Equal("h", Parse("{" + Own + ",\"sequence\":-1}").Host);
        Assert.Null(Parse("{\"host\":7}").Host);
        Assert.Null(Parse("nothing").Host);
    }

    [Fact]
    public void A_report_is_not_refused_for_the_log_that_it_carries() =>
        Assert.Null(Parse($"{{{Own},\"components\":[{Good}],\"logs\":[{{\"id\":7}}]}}").Fault);

    [Theory]
    [InlineData("\"leftOut\":7", "leftOut")]
    [InlineData("\"leftOut\":[\"x\"]", "leftOut")]
    [InlineData("\"leftOut\":{}", "leftOut")]
    [InlineData("\"leftOut\":\"\\ud83d\"", "leftOut")]
    [InlineData("\"servesLogs\":\"yes\"", "servesLogs")]
    [InlineData("\"servesLogs\":null", "servesLogs")]
    [InlineData("\"logs\":5", "logs")]
    [InlineData("\"logs\":[{\"id\":7}]", "logs")]
    [InlineData("\"logs\":\"\\ud83d\",\"leftOut\":false,\"servesLogs\":0", "leftOut, servesLogs, logs")]
    public void What_only_people_read_is_passed_over_and_said_when_it_has_another_type_and_costs_nobody_a_lease(string part, string named)
    {
        var heard = Parse($"{{{Own},\"components\":[{Good},{{\"name\":\"bad\"}}],{part}}}");
        Assert.Null(heard.Fault);
        Assert.Equal([ComponentState.Running, ComponentState.Abnormal], heard.Report!.Components!.Select(c => c.State));
        Assert.StartsWith($"HB-108 {named} of the report", heard.Report.LeftOut, StringComparison.Ordinal);
        Assert.Null(heard.Report.Logs);
        Assert.False(heard.Report.ServesLogs);
    }

    [Theory]
    [InlineData("\"leftOut\":null", null)]
    [InlineData("\"leftOut\":\"\"", null)]
    [InlineData("\"leftOut\":\" \\n\"", null)]
    [InlineData("\"leftOut\":\"a\\nb\"", "a b")]
    [InlineData("\"logs\":null", null)]
    public void What_was_left_out_is_one_sentence_or_nothing(string part, string? said) =>
        Assert.Equal(said, Parse($"{{{Own},\"components\":[{Good}],{part}}}").Report!.LeftOut);

    [Fact]
    public void Anything_at_all_in_the_list_leaves_a_host_with_a_lease_and_a_list_that_keeps_the_rules()
    {
        var random = new Random(20261128);
        string[] values = ["null", "-1", "1e400", "99", "\"\"", "\"NaN\"", "[]", "[null]", "{}", "true", "\"\\ud800\"",
            "9223372036854775808", "\"Running\"", "\"Store\"", "1", "[{\"task\":\"t\",\"checkpoint\":1}]", $"\"{new string('x', 5_000)}\""];
        string[] fields = ["name", "kind", "epoch", "state", "task", "pid", "checkpoint", "begin", "end", "delaySeconds", "consumers",
            "error", "consumersLeftOut", "exitCode", "silentSeconds"];
        string[] besides = ["leftOut", "servesLogs", "logs"];
        for (var i = 0; i < 3_000; i++)
        {
            var parts = fields.Where(_ => random.Next(3) > 0).Select(f => $"\"{f}\":{values[random.Next(values.Length)]}");
            var soft = besides.Where(_ => random.Next(3) == 0).Select(f => $",\"{f}\":{values[random.Next(values.Length)]}");
            var heard = Parse($"{{{Own},\"components\":[{Good},{{{string.Join(',', parts)}}}]{string.Concat(soft)}}}");
            Assert.Null(heard.Fault);
            var taken = heard.Report!.Components!;
            Assert.Equal(ComponentState.Running, taken[0].State);
            Assert.All(taken, c => Assert.Null(ComponentRules.Broken(c)));
            JsonSerializer.Serialize(taken);
        }
    }
}
