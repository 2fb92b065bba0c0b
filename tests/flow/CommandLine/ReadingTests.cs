namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>Answers are read as services write them: what is null is left out, and a list goes on over its pages.</summary>
[Collection(OwnsTheConsole.Name)]
public sealed class ReadingTests(AskedServer server) : IClassFixture<AskedServer>, IDisposable
{
    private readonly TempDirectory _directory = new();

    private Task<(int Exit, string Out, string Error)> Run(string line) =>
        AskedServer.Run([.. HelpTests.Words(line), "--server", server.Url, "--data", _directory.Location]);

    [Fact]
    public async Task A_key_without_a_unit_and_without_bounds_is_shown()
    {
        server.Answer = _ => AskedServer.Json("""
            {"profile":"oms","profiles":["oms"],"passedOver":[],"keys":[{"name":"enable","kind":"switch",
            "meaning":{"en":"HA acts","zh":"HA"},"choices":["true","false"],"allowed":"true, false","mayDifferBy":["region"],
            "defaults":{"oms":false},"rules":[{"en":"is what it is","zh":"-"}]}]}
            """);
        var (exit, said, error) = await Run("config keys");
        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("HA acts", said, StringComparison.Ordinal);
        Assert.Contains("enable is what it is", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config keys", """{"keys":7}""")]
    [InlineData("suspects", """{"items":[{"id":"orders"}]}""")]
    [InlineData("maintenance", "{}")]
    [InlineData("thresholds", """{"delayThreshold":30}""")]
    [InlineData("stores history s", """{"store":"s"}""")]
    public async Task An_answer_of_another_version_is_told_as_that(string line, string answer)
    {
        server.Answer = _ => AskedServer.Json(answer);
        var (exit, said, error) = await Run(line);
        Assert.Equal((1, ""), (exit, said));
        Assert.StartsWith($"PF-231 The answer of {server.Url}/api/v1/", error, StringComparison.Ordinal);
        Assert.Contains("What to do: Services and command are of different versions", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_of_another_version_is_told_as_that()
    {
        server.Answer = _ => AskedServer.Json("""{"items":[{"subtopic":"mysql","stores":7}]}""");
        var (exit, said, error) = await Run("stores coverage");
        Assert.Equal((1, ""), (exit, said));
        Assert.StartsWith("PF-231 The answer of /api/v1/stores/coverage cannot be read", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_whose_answer_cannot_be_read_is_told_to_be_made()
    {
        server.Answer = _ => AskedServer.Json("""{"id":7}""");
        var (exit, said, error) = await Run("stores pause s");
        Assert.Equal((1, ""), (exit, said));
        Assert.StartsWith("PF-231 The change is made, but the answer of ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Coverage_is_a_line_for_each_store_each_consumer_and_the_gap()
    {
        server.Answer = _ => AskedServer.Json("""
            {"items":[{"subtopic":"mysql","region":"r","stores":[{"store":"s1","host":"h1","standing":"Running","begin":1767323000,
            "redundant":"nobody needs it"}],"consumers":[{"task":"orders","position":1767322000,"isVisible":false}],
            "gap":{"from":1767322000,"to":1767323000,"tasks":["orders","stock"]}}]}
            """);
        var (exit, said, error) = await Run("stores coverage");
        Assert.Equal((0, ""), (exit, error));
        // Positions are shown by their age, which goes on.
        Assert.Equal(
            [
                "subtopic|what|name|state|from|to|note", "mysql|store|s1|Running|ago||nobody needs it",
                "mysql|consumer|orders|not seen|ago||", "mysql|GAP|orders stock||ago|ago|",
            ],
            Cells(System.Text.RegularExpressions.Regex.Replace(said, @"(?<=  )\d+ \w+ ago", m => "ago".PadRight(m.Length))));
        Assert.StartsWith("[", (await Run("stores coverage --json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thresholds_are_a_row_for_each_key_and_their_history_a_line_for_each_value()
    {
        server.Answer = asked => AskedServer.Json(asked.Path.Value!.EndsWith("/history", StringComparison.Ordinal)
            ? """
              {"items":[{"version":2,"by":"ana","at":"2026-01-02T03:03:20Z","before":{"delayThreshold":{"HIGH":30,"LOW":900}},
              "after":{"delayThreshold":{"HIGH":20,"LOW":900}}}]}
              """
            : """
              {"delayThreshold":{"HIGH":20},"failedLengthOfTimeThreshold":{"LOW":900},"alarmRestrainTimeOfMin":{"IGNORE":100},
              "version":2,"by":"ana","at":"2026-01-02T03:03:20Z","ignored":["rule"]}
              """);
        var (exit, said, error) = await Run("thresholds");
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(
            ["key|unit|HIGH|MEDIUM|LOW|IGNORE", "delayThreshold|s|20|–|–|–", "failedLengthOfTimeThreshold|s|–|–|900|–",
                "alarmRestrainTimeOfMin|min|–|–|–|100"],
            Cells(said)[..4]);
        Assert.Contains("version 2, changed by ana ", said, StringComparison.Ordinal);
        Assert.Equal("delayThreshold.HIGH", Cells((await Run("thresholds history")).Out)[1].Split('|')[3]);
        Assert.Equal("version 2 holds; ignored: rule", (await Run("thresholds set delayThreshold.HIGH=20")).Out.Trim());
    }

    [Theory]
    [InlineData("stores resolve mysql 1767323045", """
        {"store":"s1","subtopic":"mysql","host":"h1","address":"10.0.0.1","epoch":1,"begin":1767323000,"hasPosition":false}
        """, "s1 on h1 (10.0.0.1), from 2026-01-02T03:03:20Z to ?; it is collecting towards it")]
    [InlineData("stores threshold mysql 3", """
        {"subtopic":"mysql","region":"r","shared":true,"threshold":3,"stores":1,"tasks":[]}
        """, "mysql: at most 3 Stores")]
    [InlineData("stores threshold mysql default", """
        {"subtopic":"mysql","region":"r","shared":true,"stores":1,"tasks":[]}
        """, "mysql: at most ha.config's number of Stores")]
    [InlineData("stores pause s1", """
        {"id":"t1","kind":"Pause Store","subtopic":"mysql","store":"s1","region":"r","host":"h1","status":"Ready","by":"token",
        "createdAt":"2026-01-02T03:03:20Z","triedAt":"2026-01-02T03:03:20Z"}
        """, "t1: Pause Store s1 on h1 is Ready; see: holdfast stores tickets")]
    [InlineData("silences end s1", """
        {"id":"s1","matcher":{"scopes":["task"],"unheardOf":[1]},"reason":"r","owner":"o","createdAt":"2026-01-02T03:03:20Z",
        "startsAt":"2026-01-02T03:03:20Z","endsAt":"2026-01-02T03:03:20Z"}
        """, "s1 has ended")]
    [InlineData("alerts dead-letters resend", """{"resent":2,"skipped":1}""", "2 are sent again, 1 have nothing left to send")]
    [InlineData("hosts delete h1 --confirm h1", """
        {"host":"h1","was":"Down","at":"2026-01-02T03:03:20Z","note":"Stop its supervisor."}
        """, "h1 is forgotten; it was Down. Stop its supervisor.")]
    [InlineData("maintenance end task:t", """
        {"key":"task:t","reason":"r","owner":"o","from":"2026-01-02T03:03:20Z","until":"2026-01-02T03:03:20Z",
        "endedAt":"2026-01-02T03:03:20Z","heldBackCount":3,"heldBack":[]}
        """, "task:t is out of maintenance; 3 acts were held back")]
    [InlineData("config set enable=true", """{"enable":true,"version":4,"ignored":[{"key":"a","why":"older"}]}""",
        "version 4 holds|ignored: a – older")]
    [InlineData("tokens create --host h1", """{"host":"h1","id":"1a2b","token":"hft_x"}""", "hft_x")]
    public async Task What_an_order_is_answered_with_is_told_in_a_line(string line, string answer, string told)
    {
        server.Answer = _ => AskedServer.Json(answer);
        var (exit, said, error) = await Run(line);
        Assert.Equal((0, "", told), (exit, error, said.Trim().ReplaceLineEndings("|")));
    }

    /// <summary>Rows of a table in a pipe, where two blanks part the cells; empty ones are found by the columns of the head.</summary>
    private static string[] Cells(string table)
    {
        var lines = table.Trim('\n', '\r').Split('\n');
        var starts = System.Text.RegularExpressions.Regex.Matches(lines[0], @"\S+").Select(m => m.Index).ToList();
        return [.. lines.Select(line => string.Join('|', starts.Select((at, i) => at >= line.Length ? ""
            : line[at..Math.Min(line.Length, i + 1 < starts.Count ? starts[i + 1] : line.Length)].Trim())))];
    }

    [Theory]
    [InlineData("suspects")]
    [InlineData("suspects --json")]
    public async Task A_list_is_read_to_its_last_page(string line)
    {
        server.Answer = asked => AskedServer.Json(Page(asked.Query["cursor"].ToString()));
        var (exit, said, error) = await Run(line);
        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("orders", said, StringComparison.Ordinal);
        Assert.Contains("stock", said, StringComparison.Ordinal);
    }

    private static string Page(string cursor)
    {
        var (id, next) = cursor == "a b" ? ("stock", "") : ("orders", ""","next":"a b" """);
        return $$"""
            {"items":[{"id":"{{id}}","task":"t","region":"north","standing":"waits","hosts":["h1"],"since":"2026-01-31T12:00:00Z",
            "because":"it felled h1"}]{{next}}}
            """;
    }

    public void Dispose() => _directory.Dispose();
}
