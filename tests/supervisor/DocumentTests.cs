namespace Holdfast.Supervisor.Tests;

/// <summary>The sample, and the example of docs/components.md, as they are.</summary>
[Trait("Category", "process")]
public sealed class DocumentTests : HostScene
{
    private string Sink => Path.Combine(_host.Work, "sink");

    private static DesiredComponent Component(string name, long epoch, params string[] command) =>
        Desire.Shell(name, "", epoch) with { Command = command };

    [Fact]
    public async Task The_documents_example_runs_stops_and_refuses_the_past()
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "components.md"));
        var script = Path.Combine(_host.Work, "incr-sync.sh");
        File.WriteAllText(script, page.Split("```sh\n")[1].Split("```")[0]);
        await RefusesThePast(epoch => Component("a", epoch, "sh", script, Sink), "checkpoint");
    }

    [Fact]
    public async Task The_sample_runs_stops_and_refuses_the_past()
    {
        var sample = Path.Combine(AppContext.BaseDirectory, "holdfast-sample");
        await RefusesThePast(epoch => Component("a", epoch, sample, "incr-sync", "--sink", Sink), "checkpoint.json");
        Assert.NotEmpty(File.ReadAllLines(Path.Combine(Sink, "refused.log")));
    }

    [Fact]
    public async Task The_sample_store_says_what_it_can_serve()
    {
        var sample = Path.Combine(AppContext.BaseDirectory, "holdfast-sample");
        var store = Component("s", 1, sample, "store");
        _server.Want(store with { Kind = ComponentKind.Store, StartTimestamp = 1_700_000_000 });
        _host.Start();
        await _host.Until(() => _server.Last("s") is { State: ComponentState.Running, Begin: 1_700_000_000,
            End: > 1_700_000_000, Consumers.Count: 0 }, "begin, end and no consumers are reported");
    }

    private async Task RefusesThePast(Func<long, DesiredComponent> component, string checkpointFile)
    {
        _server.Interval = 1;
        _server.Want(component(2));
        _host.Start();
        await _host.Until(
            () => _server.Last("a") is { State: ComponentState.Running, Checkpoint: > 0, DelaySeconds: >= 0 },
            "a checkpoint is reported");
        _server.Want(component(2) with { Desired = DesiredState.Stopped });
        await _host.UntilReported("a", ComponentState.Stopped, epoch: 2);
        var kept = File.ReadAllText(Path.Combine(Sink, checkpointFile));
        _server.Want(component(1));
        await _host.Until(() => _server.Last("a") is { State: ComponentState.Abnormal, Epoch: 1, Error: { } error }
            && error.StartsWith("It exited with code 3:", StringComparison.Ordinal), "exit code and reason are reported");
        Assert.Equal(kept, File.ReadAllText(Path.Combine(Sink, checkpointFile)));
    }
}
