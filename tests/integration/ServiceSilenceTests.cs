namespace Holdfast.Integration.Tests;

/// <summary>
/// The watchers are watched: every service a process of its own. One hangs, is missed, and is killed; <c>run</c> starts a
/// killed one anew at once, so that it would not be missed for that alone.
/// </summary>
[Trait("Category", "process")]
public sealed class ServiceSilenceTests : IDisposable
{
    /// <summary>Silence limit of the profile fast: six beats of 4 s; so often the dead-man's switch is asked too.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(24);

    /// <summary>The silence that is missed, the beat before it, and a slow machine.</summary>
    private static readonly TimeSpan MissedMax = TimeSpan.FromSeconds(150);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("Category", "long")]
    public async Task A_service_that_hangs_is_missed_until_it_is_killed_and_the_dead_man_s_switch_is_asked_until_alerting_hangs()
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

        // A service that is missed has been heard: a beat comes every 4 s.
        await Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Empty(Silent(receiver));
        The("holdfast-store-manager").Send(Signal.Stop);
        await Eventually.Holds(() => Silent(receiver, "firing").Count > 0 ? null : "it is missed", MissedMax);
        Assert.All(Silent(receiver), b => Assert.Contains("store-manager", b));

        // It is started anew, and heard.
        The("holdfast-store-manager").Send(Signal.Kill);
        await Eventually.Holds(() => Silent(receiver, "resolved").Count > 0 ? null : "it is back", MissedMax);

        var alerting = The("holdfast-alerting");
        alerting.Send(Signal.Stop);
        var asked = alive.Heard.Count;
        await Task.Delay(Silence + TimeSpan.FromSeconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(asked, alive.Heard.Count);
        alerting.Send(Signal.Cont);
    }

    private static List<string> Silent(Receiver receiver, string status) =>
        [.. Silent(receiver).Where(b => b.Contains($"\"alarm_status\":\"{status}\"", StringComparison.Ordinal))];

    private static List<string> Silent(Receiver receiver) =>
        [.. receiver.Heard.Select(r => r.Body).Where(b => b.Contains("holdfast_service_silent", StringComparison.Ordinal))];

    private ProcessMark The(string program) =>
        Proc.Naming(_directory.Location).Single(p => Proc.Describe([p]).Contains(program + ".dll", StringComparison.Ordinal)
            || Proc.Describe([p]).Contains(program + " ", StringComparison.Ordinal));
}
