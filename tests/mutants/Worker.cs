using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Xunit;
using Xunit.Runner.Common;
using Xunit.Sdk;
using Xunit.v3;

namespace Holdfast.Mutants;

/// <summary>
/// Runs tests of one assembly in this process, with one mutant after the other switched on. It is started with the dependencies of the
/// test project, so it uses nothing but xunit's own; it is told what to run line by line, and answers so.
/// </summary>
internal sealed class Worker(Assembly tests, Type switches, TextWriter answers)
{
    private static readonly string[] NotRun = ["process", "slow", "heavy", "long"];
    private readonly ITestFramework framework = RegisteredEngineConfig.GetTestFramework(tests, null);
    private readonly Dictionary<string, ITestCase> cases = new(StringComparer.Ordinal);

    internal static async Task<int> Serve(string testAssembly, string targetAssembly)
    {
        var (questions, answers) = (Console.In, new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        // The tests' own output is nobody's answer.
        Console.SetOut(TextWriter.Null);
        TestContext.SetForInitialization(null, false, false);
        var worker = new Worker(Assembly.Load(testAssembly),
            Assembly.Load(targetAssembly).GetType("HoldfastMutants.Switch", true)!, answers);
        await worker.Discover();
        while (await questions.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == "cover")
            {
                await worker.Cover(int.Parse(words[1], CultureInfo.InvariantCulture));
            }
            else
            {
                await worker.Try(int.Parse(words[1], CultureInfo.InvariantCulture), words[2].Split(','), isFresh: words[0] == "fresh");
            }
        }

        return 0;
    }

    private async Task Discover()
    {
        var options = TestFrameworkOptions.ForDiscovery(new TestAssemblyConfiguration { PreEnumerateTheories = true });
        await framework.GetDiscoverer(tests).Find(test =>
        {
            if (!test.Explicit && test.SkipReason is null && !Categories(test).Intersect(NotRun).Any())
            {
                cases[test.UniqueID] = test;
            }

            return new ValueTask<bool>(true);
        }, options, null, null);
    }

    private static IEnumerable<string> Categories(ITestCase test) =>
        test.Traits.TryGetValue("Category", out var categories) ? categories : [];

    /// <summary>One test at a time: which mutants it reaches, and how long it takes.</summary>
    private async Task Cover(int mutants)
    {
        var (reached, once) = (new bool[mutants + 1], new bool[mutants + 1]);
        Field("Once").SetValue(null, once);
        Field("Reached").SetValue(null, reached);
        foreach (var test in cases.Values)
        {
            Array.Clear(reached);
            var begun = TimeProvider.System.GetTimestamp();
            var failed = await Run([test]);
            var took = TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds;
            var ids = string.Join(',', Enumerable.Range(0, reached.Length).Where(i => reached[i]));
            await answers.WriteLineAsync(string.Join('\t', "test", test.UniqueID, took.ToString("0.0", CultureInfo.InvariantCulture),
                failed is null ? "passed" : "failed", $"{test.TestClassSimpleName}.{test.TestMethodName}", ids));
        }

        Field("Reached").SetValue(null, null);
        await answers.WriteLineAsync("once\t" + string.Join(',', Enumerable.Range(0, once.Length).Where(i => once[i])));
        await answers.WriteLineAsync("done");
    }

    /// <summary>Stops at the first test that fails; then that test has to pass without the mutant, or this process is spoiled.</summary>
    private async Task Try(int mutant, string[] ids, bool isFresh)
    {
        Field("Active").SetValue(null, mutant);
        var killer = (string?)null;
        for (var (at, size) = (0, 4); at < ids.Length && killer is null; at += size, size = Math.Min(size * 2, 64))
        {
            killer = await Run([.. ids.Skip(at).Take(size).Where(cases.ContainsKey).Select(id => cases[id])]);
        }

        Field("Active").SetValue(null, 0);
        var isSpoiled = killer is not null && !isFresh && await Run([cases[killer]]) is not null;
        await answers.WriteLineAsync(isSpoiled ? "spoiled" : killer is null ? "survived"
            : $"killed\t{cases[killer].TestClassSimpleName}.{cases[killer].TestMethodName}");
    }

    private FieldInfo Field(string name) => switches.GetField(name)!;

    /// <summary>The first test case that failed; null when none did.</summary>
    private async Task<string?> Run(IReadOnlyCollection<ITestCase> some)
    {
        var options = TestFrameworkOptions.ForExecution(
            new TestAssemblyConfiguration { ParallelMode = ParallelMode.None, StopOnFail = true });
        var sink = new Sink();
        await framework.GetExecutor(tests).RunTestCases(some, sink, options, null);
        return sink.Failed ?? (sink.HasFaults ? some.First().UniqueID : null);
    }

    [SuppressMessage("Performance", "CA1822", Justification = "xunit's interface")]
    private sealed class Sink : IMessageSink
    {
        internal string? Failed { get; private set; }

        internal bool HasFaults { get; private set; }

        public bool OnMessage(IMessageSinkMessage message)
        {
            if (message is ITestFailed failed)
            {
                Failed ??= failed.TestCaseUniqueID;
            }
            else if (message is IErrorMessage or ITestClassCleanupFailure or ITestCleanupFailure or ITestCaseCleanupFailure)
            {
                HasFaults = true;
            }

            return Failed is null && !HasFaults;
        }
    }
}
