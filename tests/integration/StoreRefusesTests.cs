using System.Security.Cryptography;

namespace Holdfast.Integration.Tests;

/// <summary>
/// A whole installation whose database is there and yet refuses the work. It does so for longer than a lease (4 s), the time until a
/// collector would be cut off (5 s) and the kill grace (1 s) together. /health/ready says what is refused and why, every process runs on,
/// nobody is Down, and all is well by itself afterwards.
/// </summary>
[Trait("Category", "process")]
public sealed class StoreRefusesTests : IDisposable
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(14);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>The row of a host in which nothing changes is written every 30 s; a question that waits is told of after five.</summary>
    private static readonly TimeSpan NoticedMax = TimeSpan.FromSeconds(45);

    private readonly TempDirectory _directory = new();
    private readonly TempDirectory _mount = new();

    public void Dispose()
    {
        _directory.Dispose();
        _mount.Dispose();
    }

    /// <summary>It left /health/ready well, whose own row had room, while every heartbeat was refused.</summary>
    [Fact]
    public async Task A_full_disk_of_PostgreSQL_is_said_with_the_collection_and_stops_nothing_that_runs()
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        Assert.SkipWhen(SmallDisk.Missing is not null, SmallDisk.Missing ?? "");
        await using var server = await PrivatePostgres.StartOnSmallDisk(megabytes: 150, "fsync=off");
        await RunsOn(server.Address("away"), ["PF-331 writing ", "could not extend file"], async _ =>
        {
            // The first connection after a change of its catalog writes a file; where that cannot be, nobody connects.
            await server.Say("SELECT 1");
            server.Disk!.Fill();
        }, () => Done(server.Disk!.Empty));
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task A_role_that_may_not_connect_any_more_is_said_and_stops_nothing_that_runs()
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        await using var server = await PrivatePostgres.Start("fsync=off");
        await server.Say("CREATE ROLE app LOGIN", "GRANT ALL ON DATABASE postgres TO app");
        await RunsOn(server.Address("away").Replace("//holdfast:", "//app:", StringComparison.Ordinal),
            ["PF-331 ", "too many connections for role"],
            _ => server.Say("ALTER ROLE app CONNECTION LIMIT 0",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"),
            () => server.Say("ALTER ROLE app CONNECTION LIMIT -1"));
    }

    /// <summary>The probe's own row is not locked, and nobody waits for it with the one that is.</summary>
    [Theory]
    [Trait("Category", "long")]
    [InlineData("heartbeat.collectors")]
    [InlineData("heartbeat.hosts")]
    [InlineData("ha-scheduler.leaders")]
    public async Task One_table_that_somebody_keeps_locked_is_said_and_stops_nothing_that_runs(string table)
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        await using var server = await PrivatePostgres.Start("fsync=off");
        var locked = Task.CompletedTask;
        await RunsOn(server.Address("away"), ["PF-33", $" {table} "],
            _ => Done(() => locked = server.Say(
                $"BEGIN; LOCK TABLE away.\"{table}\" IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(300); COMMIT")),
            async () =>
            {
                await server.Say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK TABLE%'");
                await Assert.ThrowsAsync<InvalidOperationException>(() => locked);
            });
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task A_state_file_that_another_process_keeps_locked_is_said_and_stops_nothing_that_runs()
    {
        await using var other = new SqliteConnection($"Data Source={_directory.File("holdfast.db")};Pooling=False");
        await RunsOn(null, ["another process keeps the database locked"],
            async _ =>
            {
                await other.OpenAsync(TestContext.Current.CancellationToken);
                await Say("BEGIN EXCLUSIVE");
            },
            () => Say("ROLLBACK"), TimeSpan.FromSeconds(30));

        async Task Say(string sql)
        {
            await using var command = new SqliteCommand(sql, other);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The file has room within itself for a while: it is full for whoever brings something new.</summary>
    [Fact]
    [Trait("Category", "long")]
    public async Task A_full_disk_of_the_state_file_is_said_and_stops_nothing_that_runs()
    {
        Assert.SkipWhen(SmallDisk.Missing is not null, SmallDisk.Missing ?? "");
        using var disk = SmallDisk.Over(_mount.Location, megabytes: 60);
        await RunsOn($"sqlite:{_mount.File("holdfast.db")}", ["PF-331 writing alerting.alerts ", "is full"], async api =>
        {
            disk.Fill();
            await Eventually.Holds(async () => await Raises(api) is { Status: not HttpStatusCode.ServiceUnavailable } taken
                ? $"it takes more: {taken.Status} {taken.Body}" : null, Soon);
        }, () => Done(disk.Empty), disk: disk);
    }

    private static Task<Answer> Raises(Api api) => api.Post("/api/v1/alerts", new JsonArray([.. Enumerable.Range(0, 20).Select(
        _ => new JsonObject
        {
            ["event"] = "oms_host_down", ["target"] = Guid.NewGuid().ToString(), ["summary"] = "s", ["region"] = "r",
            ["description"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(1500)),
        })]));

    /// <param name="store">null: the data directory's own.</param>
    /// <param name="said">Each in what /health/ready says of the store.</param>
    /// <param name="refuse">From now on the store refuses.</param>
    /// <param name="mend">It does no more.</param>
    /// <param name="away">The least time that it lasts.</param>
    /// <param name="disk">The run sees it; null: it needs none.</param>
    private async Task RunsOn(
        string? store, IReadOnlyList<string> said, Func<Api, Task> refuse, Func<Task> mend, TimeSpan? away = null,
        SmallDisk? disk = null)
    {
        string[] settings = ["--no-tasks", .. store is null ? [] : new[] { "--store", store }];
        await using var run = disk is null
            ? HoldfastProcess.Run(_directory.Location, settings) : HoldfastProcess.RunOn(disk, _directory.Location, settings);
        using var api = await run.Ready();
        await SampleFleet.CreateTasks(api, _directory.Location);
        await FleetRun.Settled(api, _directory.Location, Soon);
        var before = FleetRun.Processes(_directory.Location);
        var since = TimeProvider.System.GetTimestamp();
        await refuse(api);
        await Eventually.Holds(async () => await WhyNotReady(api) is { } why && said.All(s => why.Contains(s, StringComparison.Ordinal))
            ? null : $"it says {await WhyNotReady(api)}", NoticedMax);
        await Eventually.Holds(() => TimeProvider.System.GetElapsedTime(since) > (away ?? Away) ? null : "not for long enough", Soon);
        await FleetRun.SameProcesses(before, api, _directory.Location);
        Assert.NotNull(await WhyNotReady(api));
        await mend();
        await Eventually.Holds(async () => (await api.Get("/health/ready")) is { Status: not HttpStatusCode.OK } not
            ? $"{not.Body}" : null, Soon);
        await FleetRun.Settled(api, _directory.Location, Soon);
        await FleetRun.SameProcesses(before, api, _directory.Location);
        Assert.DoesNotContain(await api.List("/api/v1/ha/decisions"),
            d => ((string?)d["sentence"])?.Contains("Down", StringComparison.Ordinal) == true);
    }

    /// <summary>Readiness's sentence on the store; null: it is ready.</summary>
    private static async Task<string?> WhyNotReady(Api api) => (await api.Get("/health/ready")).Body["parts"]!.AsArray()
        .Where(p => (string?)p!["part"] == "store" && !(bool)p["ready"]!).Select(p => (string?)p!["why"]).FirstOrDefault();

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
