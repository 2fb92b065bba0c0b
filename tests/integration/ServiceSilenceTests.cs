using System.Net;
using System.Text.Json.Nodes;
using Holdfast.Alerting.Tests;
using Holdfast.App.Processes;
using Holdfast.Tests;

namespace Holdfast.Integration.Tests;

/// <summary>The watchers are watched: every service a process of its own, and one of them is killed.</summary>
[Trait("Category", "process")]
public sealed class ServiceSilenceTests : IDisposable
{
    /// <summary>The silence that is missed, the beat before it, and a slow machine.</summary>
    private static readonly TimeSpan MissedMax = TimeSpan.FromSeconds(150);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_service_that_is_killed_is_missed_and_the_dead_man_s_switch_is_asked_until_alerting_itself_is_gone()
    {
        Assert.SkipWhen(SchedulerReplicas.Missing is not null, SchedulerReplicas.Missing ?? "");
        await using var receiver = await Receiver.Start(200);
        await using var alive = await Receiver.Start(200);
        await using var run = HoldfastProcess.Run(_directory.Location, "--services", "--no-fleet", "--alive-url", alive.Url);
        using var api = await run.Ready();
        var channel = new JsonObject { ["name"] = "ops", ["kind"] = "webhook", ["webhook"] = new JsonObject { ["url"] = receiver.Url } };
        Assert.Equal(HttpStatusCode.Created, (await api.Post("/api/v1/channels", channel)).Status);
        await Eventually.Holds(() => alive.Heard.IsEmpty ? "the dead-man's switch is asked" : null, MissedMax);
        Assert.All(alive.Heard, r => Assert.Equal("GET", r.Method));

        // Whoever is missed has been heard: a beat comes every 10 s.
        await Task.Delay(TimeSpan.FromSeconds(15), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Empty(Silent(receiver));
        The("holdfast-store-manager").Send(Signal.Kill);
        await Eventually.Holds(
            () => Silent(receiver).Any(b => b.Contains("store-manager", StringComparison.Ordinal)) ? null : "it is missed", MissedMax);
        Assert.All(Silent(receiver), b => Assert.Contains("store-manager", b));

        The("holdfast-alerting").Send(Signal.Kill);
        var asked = alive.Heard.Count;
        await Task.Delay(TimeSpan.FromSeconds(65), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(asked, alive.Heard.Count);
    }

    private static List<string> Silent(Receiver receiver) =>
        [.. receiver.Heard.Select(r => r.Body).Where(b => b.Contains("holdfast_service_silent", StringComparison.Ordinal))];

    private ProcessMark The(string program) =>
        Proc.Naming(_directory.Location).Single(p => Proc.Describe([p]).Contains(program + ".dll", StringComparison.Ordinal)
            || Proc.Describe([p]).Contains(program + " ", StringComparison.Ordinal));
}
