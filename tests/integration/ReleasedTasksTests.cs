namespace Holdfast.Integration.Tests;

/// <summary>
/// Many tasks of one host that had gone and come back, all released. Its list was written 400 times a second for 13 minutes, and neither
/// SIGINT nor SIGTERM ended the process meanwhile.
/// </summary>
[Trait("Category", "process")]
public sealed class ReleasedTasksTests : IDisposable
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(10);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("Category", "heavy")]
    public Task A_hundred_are_quiet_within_seconds_and_the_process_ends_within_ten() => Released(100, "INT", onRabbit: false);

    [Theory]
    [Trait("Category", "long")]
    [InlineData("INT", false)]
    [InlineData("TERM", true)]
    public Task Two_thousand_are_quiet_within_seconds_and_the_process_ends_within_ten(string signal, bool onRabbit) =>
        Released(2_000, signal, onRabbit);

    [Fact]
    [Trait("Category", "long")]
    public async Task A_process_with_ten_thousand_tasks_ends_within_ten_seconds()
    {
        await using var run = HoldfastProcess.Run(_directory.Location, "--no-fleet");
        using var api = await run.Ready();
        await using var hosts = await Hosts(api, 5);
        await ForAll(10_000, i => api.CreateTask($"t{i}", "r", ["run"]));
        await Ends(run, "TERM");
    }

    private async Task Released(int tasks, string signal, bool onRabbit)
    {
        Assert.SkipWhen(onRabbit && Rabbit.Missing is not null, Rabbit.Missing ?? "");
        await using var rabbit = new Rabbit();
        if (onRabbit)
        {
            await rabbit.Start();
        }

        await using var run = HoldfastProcess.Run(
            _directory.Location, ["--no-fleet", .. onRabbit ? new[] { "--rabbitmq", rabbit.Address.OriginalString } : []]);
        using var api = await run.Ready();
        await using var first = new FakeSupervisor(api, "r", "h1");
        await Online(api, "h1");
        await ForAll(tasks, i => api.CreateTask($"t{i}", "r", ["run"]));
        await Eventually.Holds(() => first.Desired.Count == tasks ? null : $"{first.Desired.Count} desired", Soon);
        await first.FallSilent();
        await Eventually.Holds(async () => await api.HostState("h1") is "Down" ? null : "Down", Soon);
        await using var second = new FakeSupervisor(api, "r", "h1", incarnation: 2, succeeds: 1);
        await Online(api, "h1");
        await Eventually.Holds(() => second.Desired.Count == tasks ? null : $"{second.Desired.Count} desired again", Soon);
        await ForAll(tasks, async i => Assert.Equal(200, (int)(await api.Post($"/api/v1/tasks/t{i}/release", new JsonObject())).Status));
        await Eventually.Holds(() => second.Desired.Count == 0 ? null : $"{second.Desired.Count} are left", Soon);
        await Eventually.Holds(async () => (await api.List("/api/v1/tasks?status=RELEASING")).Count is 0 ? null : "all released", Soon);
        await Ends(run, signal);
        // Each placement and each removal is a change; several of them are one write.
        Assert.InRange(TimesWritten("h1"), 2, (2 * tasks) + 100);
    }

    private static async Task Ends(HoldfastProcess run, string signal)
    {
        await run.Send(signal);
        Assert.Equal(0, await run.End(EndMax));
    }

    /// <summary>And it may have them all.</summary>
    private static async Task Online(Api api, string host)
    {
        await Eventually.Holds(async () => await api.HostState(host) is not "Online" and var state ? $"{host} is {state}" : null, Soon);
        var many = new JsonObject { ["quotas"] = new JsonObject { ["others"] = 10_000 } };
        Assert.Equal(200, (int)(await api.Patch($"/api/v1/hosts/{host}", many)).Status);
    }

    private static async Task<Fleet> Hosts(Api api, int count)
    {
        var fleet = new Fleet([.. Enumerable.Range(1, count).Select(i => new FakeSupervisor(api, "r", $"h{i}"))]);
        foreach (var host in fleet.All)
        {
            await Online(api, host.Host);
        }

        return fleet;
    }

    private static Task ForAll(int count, Func<int, Task> deed) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await deed(i));

    private long TimesWritten(string host)
    {
        using var store = new SqliteConnection($"Data Source={_directory.File("holdfast.db")};Mode=ReadOnly");
        store.Open();
        using var asking = store.CreateCommand();
        asking.CommandText = """SELECT version FROM "heartbeat.desired" WHERE id = @id""";
        asking.Parameters.AddWithValue("@id", host);
        return Convert.ToInt64(asking.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private sealed record Fleet(IReadOnlyList<FakeSupervisor> All) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var host in All)
            {
                await host.DisposeAsync();
            }
        }
    }
}
