using Holdfast.Alerting;
using Holdfast.Alerting.Api;
using Holdfast.Alerting.State;
using Holdfast.Bench.Scheduler;
using Holdfast.Contracts.Views;
using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;
using Holdfast.Rules.Alerting;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Bench.Alerts;

/// <summary>
/// Measures the requests of the console and of people to a list of a million stored alerts (<c>HOLDFAST_BENCH_STORED</c>), spread over
/// three months. They ask for pages, counts, and texts that many, few and none of them have. Beside it the same without an index for texts.
/// </summary>
internal static class SearchBenchmark
{
    private const int ChunkSize = 2_000;
    private const int Tasks = 50_000;
    private const int Days = 90;
    private const int Repeats = 5;

    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Events =
        [AlertEvents.HostDown, AlertEvents.SyncDelay, AlertEvents.MigrationFailed, AlertEvents.StoreGap];

    private static readonly (string What, string Text, bool IsAGoal)[] Texts =
    [
        ("a task's name", "orders-00017", true), ("an address", "10.3.211.17", true), ("half an address", "3.211.", true),
        ("nothing has it", "no such thing", true), ("many have it", "has failed", true),
        ("only the oldest 20,000 have it", "a long time ago", false),
    ];

    internal static async Task<bool> Run()
    {
        var stored = int.Parse(Environment.GetEnvironmentVariable("HOLDFAST_BENCH_STORED") ?? "1000000", CultureInfo.InvariantCulture);
        using var directory = new TempDirectory();
        var reached = true;
        using (var services = Services(directory.Location, AlertingCollections.Alerts))
        {
            var alerts = services.GetRequiredService<IDocuments<Alert>>();
            await Fill(alerts, stored, Path.Combine(directory.Location, "holdfast.db"));
            reached &= await Measure("", alerts, goals: true);
        }

        // Opened by a collection that wants no text index, the store removes it.
        using (var services = Services(directory.Location, AlertingCollections.UntextedAlerts))
        {
            await Measure("without the index: ", services.GetRequiredService<IDocuments<Alert>>(), goals: false);
        }

        return reached;
    }

    private static ServiceProvider Services(string directory, Collection<Alert> collection) =>
        new ServiceCollection().AddSqliteState(directory).AddDocuments(collection).BuildServiceProvider();

    private static async Task Fill(IDocuments<Alert> alerts, int stored, string file)
    {
        var started = TimeProvider.System.GetTimestamp();
        foreach (var chunk in Enumerable.Range(0, stored).Chunk(ChunkSize))
        {
            await alerts.UpsertMany([.. chunk.Select(n => Stored(n, stored))], CancellationToken.None);
        }

        Print.Line("stored", $"{stored:#,0} alerts in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:#,0} s");
        started = TimeProvider.System.GetTimestamp();
        using var beside = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        await beside.OpenAsync();
        await using var left = beside.CreateCommand();
        left.CommandText = "SELECT 1 FROM \"alerting.alerts~todo\" LIMIT 1";
        while (await left.ExecuteScalarAsync() is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        Print.Line("the text index had all of them", $"{TimeProvider.System.GetElapsedTime(started).TotalSeconds:#,0} s later");
        Print.Line("file", $"{new FileInfo(file).Length / 1e9:0.00} GB");
    }

    private static AlertQuery Query { get; } = new(null, "3m", null, null, null, null, null, null, null, null);

    private static async Task<bool> Measure(string how, IDocuments<Alert> alerts, bool goals)
    {
        var reached = true;
        foreach (var (what, text, isAGoal) in Texts)
        {
            var query = (Query with { Q = [text] }).Read(Now).Value!;
            var found = (await alerts.Query(query, CancellationToken.None)).Items.Count;
            var page = await Median(() => alerts.Query(query, CancellationToken.None));
            reached &= Show($"{how}page of \"{text}\" ({what}: {found})", page, goals && isAGoal);
            if (text == Texts[0].Text || text == Texts[3].Text)
            {
                reached &= Show($"{how}how many of \"{text}\"", await Median(() => alerts.Count(query, CancellationToken.None)), goals);
            }
        }

        foreach (var (what, query) in new[]
        {
            ("newest page", Query),
            ("newest page of an event", Query with { Event = [AlertEvents.StoreGap] }),
            ("newest page of a status", Query with { Status = ["Failed"] }),
        })
        {
            var read = query.Read(Now).Value!;
            reached &= Show(how + what, await Median(() => alerts.Query(read, CancellationToken.None)), goals);
        }

        return reached;
    }

    private static bool Show(string what, double milliseconds, bool goal)
    {
        if (goal)
        {
            return Print.Goal(what, milliseconds, "ms", 100, atLeast: false);
        }

        Print.Line(what, $"{milliseconds:#,0.##} ms");
        return true;
    }

    private static async Task<double> Median(Func<Task> ask)
    {
        var times = new List<double>();
        for (var i = 0; i < Repeats; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await ask();
            times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }

        return Timing.Middle(times);
    }

    private static Alert Stored(int n, int of)
    {
        var at = Now.AddDays(-Days).AddSeconds((long)n * Days * 86_400 / of);
        var (name, ip) = ($"orders-{n % Tasks:d5}", $"10.{n % 7}.{n % 250}.{n % 241}");
        var old = n < 20_000 ? ", a long time ago" : "";
        var fingerprint = Alert.FingerprintOf(Events[n % 4], $"{name}-{n}");
        return new Alert
        {
            Id = $"{fingerprint}-1", Fingerprint = fingerprint, Series = fingerprint, Occurrence = 1,
            LastMessage = $"{name}:{n}", Event = Events[n % 4],
            Scope = n % 4 is 1 or 2 ? AlertScope.Task : AlertScope.System, Target = name, Level = 1 + (n % 5),
            Condition = AlertCondition.Firing, Status = n % 50 == 0 ? SendingStatus.Failed : SendingStatus.Successful,
            Summary = $"Task {name} has failed for longer than 30 s{old}", Description = new string('d', 200), Region = "r1",
            Host = $"h{n % 500}", HostIp = ip, TaskName = name, ActiveAt = at, LastTriggered = at, HeardAt = at, Count = 1, Generation = 1,
            GenerationAt = at,
            Search = $"{fingerprint}-1 {Events[n % 4]} {name} {ip} {name} Task {name} has failed for longer than 30 s{old}",
        };
    }
}
