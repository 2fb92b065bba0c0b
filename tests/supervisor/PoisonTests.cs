namespace Holdfast.Supervisor.Tests;

/// <summary>
/// Real processes: a component that says, or becomes, whatever it likes beside one that does its work. The neighbour is never
/// restarted, the heartbeats keep their pace, and SIGTERM is obeyed.
/// </summary>
[Trait("Category", "process")]
public sealed class PoisonTests : HostScene
{
    private const string Neighbour = "while :; do printf '{\"state\":\"Running\",\"checkpoint\":1795853922}' > $HOLDFAST_DIR/s.new; "
        + "mv $HOLDFAST_DIR/s.new $HOLDFAST_DIR/status.json; sleep 0.2; done";

    private static string Says(string words) => $"while :; do printf '%s' '{words}' > $HOLDFAST_DIR/s.new; "
        + "mv -f $HOLDFAST_DIR/s.new $HOLDFAST_DIR/status.json; sleep 0.2; done";

    public static TheoryData<string, string> Poisons => new()
    {
        { Says("""{"state":"Running","checkpoint":-1,"delaySeconds":-5}"""), "HB-341" },
        { Says("""{"state":"Running","checkpoint":1795853922,"delaySeconds":"NaN"}"""), "HB-341" },
        { "mkfifo $HOLDFAST_DIR/status.json; exec sleep 1000", "HB-342" },
        { Says("""{"state":99,"checkpoint":1795853922}"""), "HB-341" },
        { "ln -s /dev/zero $HOLDFAST_DIR/status.json; exec sleep 1000", "HB-342" },
        { "mkdir $HOLDFAST_DIR/status.json; exec sleep 1000", "HB-342" },
        { "mv $HOLDFAST_DIR $HOLDFAST_DIR.gone; ln -s / $HOLDFAST_DIR; exec sleep 1000", "HB-342" },
        { "cd $HOLDFAST_DIR; rm stdout.log stderr.log; mkfifo stdout.log; ln -s /dev/zero stderr.log; truncate -s 1G status.json; "
            + "exec sleep 1000", "HB-342" },
    };

    [Theory]
    [MemberData(nameof(Poisons), DisableDiscoveryEnumeration = true)]
    public async Task It_is_Abnormal_with_a_code_and_its_neighbour_and_its_host_go_on(string script, string code)
    {
        _server.Want(Desire.Shell("good", Neighbour), Desire.Shell("poison", script));
        _host.Start();
        await _host.Until(() => _server.Last("good") is { State: ComponentState.Running, Pid: not null }, "good runs");
        var pid = _server.Last("good")!.Pid;
        await _host.Until(() => _server.Last("poison") is { State: ComponentState.Abnormal, Error: { } error }
            && error.StartsWith(code, StringComparison.Ordinal), $"poison is Abnormal with {code}");
        // Longer than a lease, counted in heartbeats that were answered.
        var heard = _server.Reports.Count;
        var since = BootTime.Now(FakeServer.Clock);
        await _host.Until(() => BootTime.Now(FakeServer.Clock) - since > TimeSpan.FromSeconds(5) && _server.Reports.Count > heard + 5,
            "heartbeats go on", 60);
        Assert.Equal((ComponentState.Running, pid), (_server.Last("good")!.State, _server.Last("good")!.Pid));
        Assert.DoesNotContain("HB-313", _host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("HB-340", _host.Log, StringComparison.Ordinal);
        await _host.UntilSaid("HB-330");
        Assert.Single(_host.Log.Split('\n'), l => l.Contains("HB-330", StringComparison.Ordinal));
        Host.Signal(_host.Pid, Native.SigTerm);
        await _host.Until(() => _host.Supervisor.HasExited, "it ends when it is asked to");
    }

    [Fact]
    public async Task One_that_left_a_FIFO_everywhere_starts_again_and_is_well()
    {
        _server.Want(Desire.Shell("a",
            "cd $HOLDFAST_DIR; rm -f stdout.log stderr.log; mkfifo status.json stdout.log stderr.log; exec sleep 1000"));
        _host.Start();
        await _host.UntilReported("a", ComponentState.Abnormal);
        _server.Want(Desire.Shell("a", Neighbour, epoch: 2));
        await _host.UntilReported("a", ComponentState.Running, epoch: 2);
    }

    [Fact]
    public async Task Eighty_Stores_of_a_thousand_consumers_are_reported_within_the_size_that_a_server_takes()
    {
        var consumers = string.Join(',', Enumerable.Range(0, 1000)
            .Select(i => $"{{\"task\":\"t{i:D13}\",\"checkpoint\":{1_795_853_922 + i}}}"));
        var words = Path.Combine(_host.Work, "words");
        File.WriteAllText(words, $"{{\"state\":\"Running\",\"consumers\":[{consumers}]}}");
        var script = $"cp {words} $HOLDFAST_DIR/s.new && mv $HOLDFAST_DIR/s.new $HOLDFAST_DIR/status.json; exec sleep 1000";
        (_server.Lease, _server.Interval) = (60, 15);
        _server.Want([.. Enumerable.Range(0, 80).Select(i => Desire.Shell($"s{i}", script) with { Kind = ComponentKind.Store })]);
        _host.Start();
        await _host.Until(() => _server.Reports.Any(r => r.Report.Components is { Count: 80 } all
            && all.All(c => c.Consumers is { Count: > 0 }) && r.Report.LeftOut is not null), "all of them say their consumers", 60);
        var report = _server.Reports.Last(r => r.Report.LeftOut is not null).Report;
        Assert.StartsWith("HB-345 ", report.LeftOut, StringComparison.Ordinal);
        Assert.True(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Default.HostReport).Length < 4 << 20);
        Assert.All(report.Components!.Where(c => c.ConsumersLeftOut > 0),
            c => Assert.Equal(1_795_853_922, c.Consumers!.Min(x => x.Checkpoint)));
        await _host.UntilSaid("HB-345");
        Assert.Single(_host.Log.Split('\n'), l => l.Contains("HB-345", StringComparison.Ordinal));
    }
}
