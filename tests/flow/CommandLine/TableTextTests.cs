namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>Tables as they stand on a terminal of 80 columns.</summary>
public sealed class TableTextTests
{
    private const int Terminal = 80;

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 2, 10, 0, TimeSpan.Zero);

    private static string Shown(IReadOnlyList<string[]> rows, int? width = Terminal) => string.Join('\n', TableText.Lines(rows, width));

    private static JsonObject[] Items(string json) => [.. JsonNode.Parse(json)!.AsArray().Select(i => i!.AsObject())];

    private static Listing List(string name) => Listing.All.Single(l => l.Name == name);

    [Fact]
    public void Hosts_have_ages_in_place_of_moments() => Assert.Equal(
        """
        host  region  idc  address    state   silent  since
        h1    local   a    127.0.0.1  Online  0.4 s   9 min ago
        h2    local   a    127.0.0.2  Down    62 s    56 s ago
        """,
        Shown(List("hosts").Rows(Items(
            """
            [{"host":"h1","region":"local","idc":"a","address":"127.0.0.1","state":"Online","silenceSeconds":0.3712345,
              "since":"2026-03-01T02:00:45.1234567+00:00","placed":0,"stores":0},
             {"host":"h2","region":"local","idc":"a","address":"127.0.0.2","state":"Down","silenceSeconds":62.1,
              "since":"2026-03-01T02:09:03.7654321Z","placed":0,"stores":0}]
            """), Now)));

    [Fact]
    public void Sentences_go_over_several_lines_at_blanks() => Assert.Equal(
        """
        id    event          target  level  condition  status      summary
        4f1c  oms_host_down  h1      2      firing     Successful  h1 has been silent
                                                                   for 9 s
        """,
        Shown(List("alerts").Rows(Items(
            """
            [{"id":"4f1c","event":"oms_host_down","target":"h1","level":2,"condition":"firing","status":"Successful",
              "summary":"h1 has been silent for 9 s"}]
            """), Now)));

    [Fact]
    public void A_name_that_leaves_the_others_too_little_stands_above_them() => Assert.Equal(
        """
        name
          kind       task    host  epoch  desired  state    delay
        10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:12
          Incr-Sync  orders  h1    12     Running  Running  1.2 s
        """,
        Shown(List("components").Rows(Items(
            """
            [{"name":"10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:12","kind":"Incr-Sync","task":"orders","host":"h1","epoch":12,
              "desired":"Running","state":"Running","delaySeconds":1.23}]
            """), Now)));

    [Fact]
    public void What_is_too_wide_even_so_is_a_paragraph_each() => Assert.Equal(
        """
        965604b6bffcbefa-1
          event         holdfast_store_gap
          target        a-target-of-a-name-as-long-as-names-may-be
          condition     resolved
          status        Completed
          last          2 min ago
          completed by  Recovery
          summary       No task needs shop any more, and so nobody misses what lies
                        between
        """,
        Shown((List("alerts") with { Columns =
            ["id", "event", "target", "condition", "status", "lastTriggered", "completedBy", "summary"] }).Rows(Items(
            """
            [{"id":"965604b6bffcbefa-1","event":"holdfast_store_gap","target":"a-target-of-a-name-as-long-as-names-may-be",
              "condition":"resolved","status":"Completed","lastTriggered":"2026-03-01T02:08:00Z","completedBy":"Recovery",
              "summary":"No task needs shop any more, and so nobody misses what lies between"}]
            """), Now)));

    [Fact]
    public void In_a_pipe_a_row_is_a_line_whatever_its_width()
    {
        var rows = List("alerts").Rows(Items($$"""[{"id":"4f1c","event":"oms_host_down","summary":"{{new string('x', 300)}} y"}]"""), Now);
        Assert.Equal(2, Shown(rows, width: null).Split('\n').Length);
    }

    /// <summary>No word is broken or lost, whatever the words. No line is longer than the terminal but for a word that is.</summary>
    [Fact]
    public void No_word_is_broken()
    {
        var random = new Random(19);
        string Word() => new((char)random.Next('a', '{'), random.Next(1, 30));
        string Cell() => string.Join(' ', Enumerable.Range(0, random.Next(0, 9)).Select(_ => Word()));
        for (var run = 0; run < 300; run++)
        {
            var columns = random.Next(1, 8);
            var rows = Enumerable.Range(0, random.Next(2, 5)).Select(row => Enumerable.Range(0, columns)
                .Select(column => row == 0 ? $"title{column}" : Cell()).ToArray()).ToList();
            var lines = TableText.Lines(rows, Terminal).ToList();
            static IEnumerable<string> Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var expected = rows.Skip(1).SelectMany(r => r.SelectMany(Words)).Order(StringComparer.Ordinal);
            var shown = lines.SelectMany(Words).Where(w => !w.StartsWith("title", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            Assert.Equal(expected, shown);
            Assert.All(lines, line => Assert.True(line.Length <= Terminal || Words(line).Count() <= 2, line));
        }
    }

    [Theory]
    [InlineData("2026-03-01T02:09:59.8Z", "now")]
    [InlineData("2026-03-01T02:09:57Z", "3 s ago")]
    [InlineData("2026-03-01T10:05:00+08:00", "5 min ago")]
    [InlineData("2026-02-28T02:10:00Z", "24 h ago")]
    [InlineData("2026-02-20T02:10:00Z", "9 d ago")]
    [InlineData("2026-03-01T05:10:00Z", "in 3 h")]
    public void A_moment_is_so_long_ago(string moment, string age) => Assert.Equal(age, Ages.Of(Ages.Moment(moment)!.Value, Now));

    [Theory]
    [InlineData("")]
    [InlineData("orders")]
    [InlineData("2026-03-01")]
    [InlineData("h1-20260301T020000000")]
    [InlineData("2026-03-01T02:00:00Z was when it fell")]
    public void What_is_no_moment_stays(string text) => Assert.Null(Ages.Moment(text));
}
