namespace Holdfast.Integration.Tests;

/// <summary>
/// The real program is stopped for 20 s, then started anew: a receiver is told of nothing. A host that dies meanwhile is told of.
/// </summary>
[Trait("Category", "process")]
[Collection(Alone.Name)]
public sealed class SteadyTests : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    /// <summary>All that could be told by mistake has been told by then: a Down after 8 s, headroom after 15 s.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan SettledMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("Category", "long")]
    public async Task A_server_that_is_stopped_or_started_anew_tells_nobody_anything_and_a_host_that_dies_meanwhile_is_told_of()
    {
        await using var receiver = await Receiver.Start(200);
        await using (var run = HoldfastProcess.Run(_directory.Location, "--no-tasks"))
        {
            using var api = await run.Ready();
            await SampleFleet.CreateTasks(api, _directory.Location);
            var webhook = new JsonObject { ["url"] = receiver.Url };
            var channel = new JsonObject { ["name"] = "ops", ["kind"] = "webhook", ["webhook"] = webhook };
            Assert.Equal(HttpStatusCode.Created, (await api.Post("/api/v1/channels", channel)).Status);
            await FleetRun.Settled(api, _directory.Location, SettledMax);
            await Quiet(api);
            var before = receiver.Heard.Count;
            await Stop(run);
            await FleetRun.Settled(api, _directory.Location, SettledMax);
            await Wait(Told);
            TellsNothing(receiver, before);
        }

        await using var again = HoldfastProcess.Run(_directory.Location, "--no-tasks");
        using var anew = await again.Ready();
        var told = receiver.Heard.Count;
        await FleetRun.Settled(anew, _directory.Location, SettledMax);
        await Wait(Told);
        TellsNothing(receiver, told);

        await Stop(again, () => FleetHost.Named("h1")!.Read(_directory.Location)!.Process.Send(Signal.Kill));
        await Eventually.Holds(
            () => receiver.Heard.Skip(told).Any(r => r.Body.Contains("oms_host_down", StringComparison.Ordinal)) ? null : "h1 is told of",
            SettledMax);
    }

    /// <summary>A machine too busy to start hosts in time has told of that, and of its end.</summary>
    private static async Task Quiet(Api api)
    {
        await Eventually.Holds(async () => (await api.List("/api/v1/alerts")).FirstOrDefault(a => (string?)a["condition"] == "firing")
            is { } firing ? $"{firing["event"]} of {firing["target"]} fires" : null, SettledMax);
        await Wait(Told);
    }

    private static async Task Stop(HoldfastProcess run, Action? meanwhile = null)
    {
        run.Mark.Send(Signal.Stop);
        meanwhile?.Invoke();
        await Wait(Pause);
        run.Mark.Send(Signal.Cont);
    }

    private static void TellsNothing(Receiver receiver, int before) => Assert.True(receiver.Heard.Count == before,
        string.Join('\n', receiver.Heard.Skip(before).Select(r => string.Create(CultureInfo.InvariantCulture, $"told: {r.Body}"))));

    private static Task Wait(TimeSpan time) => Task.Delay(time, TimeProvider.System, TestContext.Current.CancellationToken);
}
