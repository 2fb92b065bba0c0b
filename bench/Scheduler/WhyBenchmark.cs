using System.Collections.Frozen;
using Holdfast.HaScheduler;
using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Platform.Explain;
using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;
using Holdfast.Rules.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Bench.Scheduler;

/// <summary>Measures how long it takes to look after the tasks, and to say why something was decided.</summary>
internal static class WhyBenchmark
{
    private const int Hosts = 10_000;
    private const double GoalHealthMs = 20;
    private const int Records = 1_000_000;
    private const int Objects = 20_000;
    private const int Chunk = 10_000;
    private const int Holding = 30_000;
    private const double GoalAnswerMs = 200;

    private static readonly DateTimeOffset Begin = FleetScene.Now.AddDays(-6);

    internal static async Task<bool> Run() => TaskHealth() & await Decisions();

    private static bool TaskHealth()
    {
        var tasks = Enumerable.Range(0, Hosts * FleetScene.ComponentsPerHost)
            .Select(n => FleetScene.Task(n / FleetScene.ComponentsPerHost, n % FleetScene.ComponentsPerHost))
            .ToFrozenDictionary(t => t.Id, StringComparer.Ordinal);
        var reached = Health("task health, quiet", FleetScene.Of(Hosts, 0, FleetScene.Confirmed) with { Tasks = tasks }, GoalHealthMs);
        // Everything of a tenth of the hosts lags: each is a finding in words.
        var lagging = FleetScene.Of(Hosts, Hosts / 10, FleetScene.Confirmed) with { Tasks = tasks };
        return Health("task health, 10,000 tasks lag", lagging, 10 * GoalHealthMs) & reached;
    }

    private static bool Health(string what, Snapshot snapshot, double goal)
    {
        var nothing = HealthBefore.Nothing with { Well = new StillWell() };
        Health Look() => Rules.HaScheduler.Findings.TaskHealth.Look(snapshot, Profile.Standard.Ha, new AlertThresholds(), nothing);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Look().Findings.Count;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return Print.Goal($"{what} ({found:#,0} findings, {bytes / 1024:#,0} KiB)", Timing.Median(() => Look()), "ms", goal,
            atLeast: false);
    }

    private static async Task<bool> Decisions()
    {
        using var directory = new TempDirectory();
        var collection = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSqliteState(directory.Location);
        collection.AddDocuments(SchedulerCollections.Decisions);
        await using var services = collection.BuildServiceProvider();
        var documents = services.GetRequiredService<IDocuments<DecisionRecord>>();
        var from = Stopwatch.GetTimestamp();
        for (var first = 0; first < Records; first += Chunk)
        {
            await documents.UpsertMany([.. Enumerable.Range(first, Chunk).Select(Record)], default);
        }

        Print.Line($"{Records:#,0} decisions written", $"{Records / Stopwatch.GetElapsedTime(from).TotalSeconds:#,0}/s");
        var why = new SchedulerDecisionLog(documents, TimeProvider.System);
        var reached = await Answer("reading what holds, at a start", () => why.Load(default), double.NaN);
        reached &= await Answer("the decision that held at a moment",
            () => why.StoredLast("o777", Begin.AddHours(70), default), GoalAnswerMs);
        reached &= await Answer("decisions of an object",
            () => why.History(new DecisionQuery(["o777"], null, null, null), default), GoalAnswerMs);
        reached &= await Answer("… within an hour, of one code", () => why.History(
            new DecisionQuery(["o777"], Begin.AddHours(70), Begin.AddHours(71), "HA-207"), default), GoalAnswerMs);
        reached &= await Answer("newest decisions of all",
            () => why.History(new DecisionQuery(null, null, null, null), default), GoalAnswerMs);
        reached &= await Answer("newest decisions of one code", () => why.History(
            new DecisionQuery(null, null, Begin.AddHours(70), "HA-211"), default), GoalAnswerMs);
        var open = new OpenMaintenance("host:h3", "north", new Maintenance("", "", Begin.AddDays(9), "", Begin));
        return await Answer("what a maintenance held back (1,000 acts)", () => why.HeldBack(open, default), GoalAnswerMs) & reached;
    }

    private static async Task<bool> Answer(string what, Func<Task> ask, double goal)
    {
        var figures = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var from = Stopwatch.GetTimestamp();
            await ask();
            figures.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        if (double.IsNaN(goal))
        {
            Print.Line(what, $"{figures.Min():0.0} ms");
            return true;
        }

        return Print.Goal(what + ", longest of 9", figures.Max(), "ms", goal, atLeast: false);
    }

    private static DecisionRecord Record(int n) => new()
    {
        Id = $"{n:d9}",
        Object = $"o{n * 7919L % Objects}",
        Code = (n % 5) switch { 0 => "act", 1 => "HA-204", 2 => "HA-207", 3 => "HA-206", _ => "HA-211" },
        Sentence = "no host of the region has room: region north: 30 hosts, all of them over cpu 0.85 or others 100 of 100",
        Workaround = "Add a host to the region, raise quotas, or free CPU, memory or disk.",
        Plan = $"move it from h{n % 100} to another host",
        Maintenance = n % 5 == 4 && n % 1000 == 4 ? "host:h3" : null,
        Inputs = new Dictionary<string, string>(StringComparer.Ordinal) { ["region"] = "north", ["from"] = $"h{n % 100}" },
        At = Begin.AddMilliseconds(n * 500L),
        Until = n >= Records - Holding ? null : Begin.AddMilliseconds(n * 500L + 60_000),
    };
}
