using Holdfast.Heartbeat.Logs;

namespace Holdfast.Heartbeat.Tests;

/// <summary>Which host has a log, whether it can be asked, what its answer is worth.</summary>
public sealed class LogRulesTests
{
    private static readonly LogRow Asked = new("l1", "h1", "c1", 9, "me");

    private static DesiredRow List(string host, params DesiredEntry[] entries) => new(host, 2, entries, "", DateTimeOffset.UnixEpoch);

    private static DesiredEntry Entry(string name, long epoch, bool isThere, ComponentKind kind = ComponentKind.IncrSync) =>
        new(name, epoch, 1, DateTimeOffset.UnixEpoch, isThere
            ? new DesiredComponent { Name = name, Kind = kind, Epoch = epoch, Desired = DesiredState.Running, Command = [] } : null);

    [Fact]
    public void A_component_is_where_it_is_placed_under_its_highest_epoch_else_where_it_was_last()
    {
        Assert.Equal("h2", LogRules.Find([List("h1", Entry("c", 1, true)), List("h2", Entry("c", 2, true))], "c", false)?.Host);
        Assert.Equal("h1", LogRules.Find([List("h1", Entry("c", 1, true)), List("h2", Entry("c", 2, false))], "c", false)?.Host);
        Assert.Equal("h2", LogRules.Find([List("h1", Entry("c", 1, false)), List("h2", Entry("c", 2, false))], "c", false)?.Host);
        Assert.Null(LogRules.Find([List("h1", Entry("c", 1, true))], "C", false));
    }

    [Fact]
    public void Only_a_store_is_found_as_a_store()
    {
        var lists = new[] { List("h1", Entry("c", 1, true), Entry("s", 1, true, ComponentKind.Store)) };
        Assert.Null(LogRules.Find(lists, "c", isStore: true));
        Assert.Equal("h1", LogRules.Find(lists, "s", isStore: true)?.Host);
    }

    [Theory]
    [InlineData("10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:2", "h2", "10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:2")]
    [InlineData("10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:1", "h1", "10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:1")]
    [InlineData("10.0.0.9-9000:connector_v2:orders-incr_trans-1-0:0", "h2", "10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:2")]
    [InlineData("orders-incr_trans-1-0", "h2", "10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:2")]
    [InlineData("task:orders", "h2", "10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:2")]
    [InlineData("orders", "h2", "10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:2")]
    [InlineData("task:others", null, null)]
    [InlineData("others-incr_trans-1-0", null, null)]
    public void A_component_is_found_by_any_of_its_names(string given, string? host, string? name)
    {
        var present = Entry("10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:2", 2, true);
        DesiredRow[] lists =
        [
            List("h1", Entry("10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:1", 1, false)),
            List("h2", present with { Component = present.Component! with { Task = "orders" } }, Entry("x", 3, true)),
        ];
        Assert.Equal(host is null ? null : (host, name!), LogRules.Find(lists, given, isStore: false));
        Assert.Equal("10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:1",
            LogRules.Find(lists, "orders-incr_trans-1-0", isStore: false, on: "h1")?.Name);
    }

    [Theory]
    [InlineData(9.999, false, true, null)]
    [InlineData(10.0, false, true, "HB-603")]
    [InlineData(10.0, true, true, null)]
    [InlineData(null, false, null, "HB-603")]
    [InlineData(null, true, null, null)]
    [InlineData(1.0, false, false, "HB-604")]
    [InlineData(1.0, true, false, "HB-604")]
    [InlineData(1.0, false, null, null)]
    public void A_host_is_asked_unless_it_is_silent_for_all_or_cannot_answer(
        double? silence, bool peers, bool? serves, string? code) => Assert.Equal(code, LogRules.WhyNot("h1",
            new LogSigns(silence is { } s ? Seconds(s) : null, Seconds(10), peers, serves))?.Code);

    private static LogTail Tail(params string[] lines) =>
        new() { Id = "l1", Outputs = [new LogOutput { Name = "stdout.log", Lines = lines }] };

    [Fact]
    public void An_answer_is_shown_up_to_its_limits_and_its_error_is_said()
    {
        Assert.Null(LogRules.WhyNot(Asked, Tail(new string('x', LogTail.BytesMax - 1))));
        Assert.Equal("HB-606", LogRules.WhyNot(Asked, Tail(new string('x', LogTail.BytesMax)))?.Code);
        Assert.Null(LogRules.WhyNot(Asked, Tail([.. Enumerable.Repeat("", LogTail.LinesMax)])));
        Assert.Equal("HB-606", LogRules.WhyNot(Asked, Tail([.. Enumerable.Repeat("", LogTail.LinesMax + 1)]))?.Code);
        Assert.Equal("HB-606", LogRules.WhyNot(Asked, Tail(null!, ""))?.Code);
        Assert.Equal("HB-605", LogRules.WhyNot(Asked, Tail() with { Outputs = [] })?.Code);
        Assert.Contains("no disk", LogRules.WhyNot(Asked, Tail() with { Error = "no disk" })!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_goes_into_the_store_is_bounded()
    {
        var fits = Tail("a");
        Assert.Same(fits, LogRules.Bounded(fits));
        Assert.Empty(LogRules.Bounded(Tail(new string('x', LogTail.BytesMax))).Outputs);
        Assert.NotNull(LogRules.Bounded(Tail(new string('x', LogTail.BytesMax))).Error);
        Assert.Equal(500, LogRules.Bounded(fits with { Error = new string('e', 501) }).Error!.Length);
    }

    [Fact]
    public void Waiting_is_bounded_for_a_host_and_for_all()
    {
        var requests = new LogRequests(new HostRegistry());
        OpenLog? Begin(int host, int i) => requests.Begin(new LogRow($"{host}-{i}", $"h{host}", null, 9, "me"));
        var first = Begin(0, 0)!;
        Assert.All(Enumerable.Range(1, LogRequests.OfHostMax - 1), i => Assert.NotNull(Begin(0, i)));
        Assert.Null(Begin(0, 99));
        requests.End(first);
        Assert.NotNull(Begin(0, 99));
        var more = Enumerable.Range(1, LogRequests.OpenMax).Count(h => Begin(h, 0) is not null);
        Assert.Equal(LogRequests.OpenMax - LogRequests.OfHostMax, more);
    }

    [Fact]
    public async Task A_host_is_told_again_but_not_while_it_may_be_reading_and_only_it_can_answer()
    {
        var requests = new LogRequests(new HostRegistry());
        Assert.Null(requests.WantedOf("h1"));
        var open = requests.Begin(Asked)!;
        Assert.True(requests.IsNews("h1", Seconds(1)));
        Assert.Null(requests.WantedOf("h2"));
        requests.Told("h1", requests.WantedOf("h1")!, Seconds(1));
        Assert.False(requests.IsNews("h1", Seconds(1.999)));
        Assert.True(requests.IsNews("h1", Seconds(2)));
        Assert.Equal("c1", Assert.Single(requests.WantedOf("h1")!).Component);

        requests.Hear("h2", [Tail("theirs")], default);
        Assert.False(open.IsAnswered);
        requests.Hear("h1", [Tail("ours"), Tail("late")], default);
        Assert.Equal("ours", (await open.Answer.Task).Outputs[0].Lines[0]);
        Assert.Null(requests.WantedOf("h1"));
        Assert.Empty(requests.ForOthers);
    }

    [Theory]
    [InlineData("h1", 3.0, true)]
    [InlineData("h1", 3.001, false)]
    [InlineData("h2", 0.0, false)]
    public void An_answer_that_overtakes_its_question_is_kept_for_a_moment(string host, double learnt, bool isTold)
    {
        var requests = new LogRequests(new HostRegistry());
        requests.Hear(host, [Tail("early")], Seconds(0));
        requests.Learn([], "other", Seconds(learnt)); // what is too old goes when others are looked for
        requests.Learn([new Versioned<LogRow>(Asked, 1)], "other", Seconds(learnt));
        Assert.Equal(isTold ? ["early"] : [], requests.ForOthers.SelectMany(r => r.Document.Tail!.Outputs[0].Lines));
        Assert.Equal(isTold, requests.WantedOf("h1") is null);
    }

    [Fact]
    public void Early_answers_are_bounded()
    {
        var requests = new LogRequests(new HostRegistry());
        string[] ids = [.. Enumerable.Range(0, LogRequests.EarlyMax + 1).Select(i => $"l{i}")];
        requests.Hear("h1", [.. ids.Select(id => Tail("x") with { Id = id })], default);
        requests.Learn([.. ids.Select(id => new Versioned<LogRow>(Asked with { Id = id }, 1))], "other", default);
        Assert.Equal(ids[1..].Order(), requests.ForOthers.Select(r => r.Document.Id).Order());
    }
}
