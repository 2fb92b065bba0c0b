namespace Holdfast.Mutants;

/// <summary>A test of the unmutated code: how long it took, and which mutants it reaches.</summary>
internal sealed record Reach(string Id, double Milliseconds, string Name, IReadOnlySet<int> Mutants);

/// <summary>Tries mutants against one test project.</summary>
internal sealed class Trial(WorkerProcess worker)
{
    private static readonly TimeSpan CoverageMax = TimeSpan.FromMinutes(15);
    private readonly List<Reach> tests = [];
    private HashSet<int> once = [];

    /// <summary>Killed because the tests did not end.</summary>
    internal int Late { get; private set; }

    internal int Tests => tests.Count;

    /// <summary>Runs all tests once without a mutant; those that fail are said, and not used.</summary>
    internal async Task<IReadOnlyList<string>> Cover(int mutants)
    {
        var lines = await worker.Ask($"cover {mutants}", l => l == "done", CoverageMax)
            ?? throw new InvalidOperationException($"The tests did not run to their end: {worker.LastError}");
        var failed = new List<string>();
        foreach (var cells in lines.Select(l => l.Split('\t')))
        {
            if (cells[0] == "once")
            {
                once = Numbers(cells[1]);
            }
            else if (cells[0] == "test" && cells[3] == "failed")
            {
                failed.Add(cells[4]);
            }
            else if (cells[0] == "test")
            {
                tests.Add(new Reach(cells[1], double.Parse(cells[2], CultureInfo.InvariantCulture), cells[4], Numbers(cells[5])));
            }
        }

        return failed;
    }

    internal async Task<Verdict> Try(Mutant mutant)
    {
        var reaching = tests.Where(t => t.Mutants.Contains(mutant.Id)).ToList();
        if (!mutant.IsOnce)
        {
            if (reaching.Count == 0)
            {
                return Verdict.NotReached;
            }

            var answer = await Ask("run", mutant, Ordered(reaching, mutant));
            if (answer != "spoiled" && !(answer == "survived" && once.Contains(mutant.Id)))
            {
                return Read(answer);
            }
        }

        // Things made once in a process are reached by whichever test comes first, or while tests are looked for.
        return await InFresh(mutant, Ordered(tests, mutant));
    }

    /// <summary>Those of its file first, then those that reach it, the quick ones before the slow ones.</summary>
    private static List<Reach> Ordered(IEnumerable<Reach> some, Mutant mutant)
    {
        var file = Path.GetFileNameWithoutExtension(mutant.File);
        return [.. some.OrderBy(t => t.Name.StartsWith(file, StringComparison.Ordinal) ? 0 : t.Mutants.Contains(mutant.Id) ? 1 : 2)
            .ThenBy(t => t.Milliseconds)];
    }

    private async Task<Verdict> InFresh(Mutant mutant, IReadOnlyList<Reach> chosen)
    {
        worker.End();
        worker.Mutant = mutant.Id;
        var answer = await Ask("fresh", mutant, chosen);
        worker.End();
        worker.Mutant = 0;
        return Read(answer);
    }

    private async Task<string?> Ask(string word, Mutant mutant, IReadOnlyList<Reach> chosen)
    {
        var limit = TimeSpan.FromSeconds(10) + TimeSpan.FromMilliseconds(5 * chosen.Sum(t => t.Milliseconds));
        return (await worker.Ask($"{word} {mutant.Id} {string.Join(',', chosen.Select(t => t.Id))}", _ => true, limit))?[0];
    }

    private Verdict Read(string? answer)
    {
        if (answer is null)
        {
            Late++;
            return Verdict.Killed;
        }

        return answer == "survived" ? Verdict.Survived : Verdict.Killed;
    }

    private static HashSet<int> Numbers(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
}
