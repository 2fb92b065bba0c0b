namespace Holdfast.Mutants;

/// <summary>Mutation testing of one project: reads the words of the command line, tries each mutant, prints what survived.</summary>
internal static class Judge
{
    internal static async Task<int> Judged(string root, IReadOnlyList<string> words)
    {
        if (words is ["tests", var named])
        {
            // For the script, which builds them.
            Console.WriteLine(string.Join('\n', Named(named)?.Tests ?? []));
            return Named(named) is null ? Refuse($"There is no target {named}; there are: {Names}") : 0;
        }

        var only = new List<string>();
        var limit = int.MaxValue;
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i] == "--only" && i + 1 < words.Count)
            {
                only.Add(words[++i]);
            }
            else if (words[i] == "--limit" && i + 1 < words.Count
                && int.TryParse(words[++i], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            {
                limit = number;
            }
            else
            {
                return Refuse($"'{words[i]}' is no option with a value; there are --only FILE and --limit N");
            }
        }

        return words.Count > 0 && Named(words[0]) is { } target
            ? await Run(root, target, only, limit)
            : Refuse($"Name what is to be changed: {Names}");
    }

    private static string Names => string.Join(", ", Target.All.Select(t => t.Name));

    private static Target? Named(string name) => Target.All.FirstOrDefault(t => t.Name == name.TrimEnd('/'));

    private static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return 2;
    }

    private static async Task<int> Run(string root, Target target, List<string> only, int limit)
    {
        var folder = Path.Combine(root, target.Name);
        if (!Directory.Exists(folder))
        {
            return Refuse($"There is no {target.Name}");
        }

        var project = Target.ProjectIn(folder);
        var closest = Path.Combine(root, target.Tests[0], "bin/Release/net10.0");
        var source = new Source(root, folder, project, closest);
        source.Find(file => only.Count == 0 || only.Any(o => file.Contains(o, StringComparison.Ordinal)));
        var made = Path.Combine(root, "artifacts/mutants", target.Name.Replace('/', '-'));
        Directory.CreateDirectory(made);
        // A second run would change the assembly under the first one's feet.
        using var alone = Copies.Alone(Path.Combine(made, "run.lock"));
        if (alone is null)
        {
            return Refuse($"Another run changes {target.Name}; wait until it is over");
        }

        var assembly = Path.Combine(made, Target.AssemblyOf(project) + ".dll");
        source.Emit(assembly);
        var mutants = Some(source.Mutants, limit);
        if (mutants.Count == 0)
        {
            var where = only.Count > 0 ? " in files named like " + string.Join(", ", only) : "";
            return Refuse($"Nothing in {target.Name} can be changed{where}");
        }

        Console.WriteLine($"{target.Name}: {mutants.Count} mutants, {source.Refused} that the compiler refuses, "
            + $"{source.LeftAlone} places left alone (constants, patterns with variables, attributes)");
        var judged = mutants.ToDictionary(m => m, _ => Verdict.NotReached);
        var late = 0;
        var equivalents = Equivalents.Read(File.ReadLines(Path.Combine(root, "tests/mutants/equivalent.txt")));
        foreach (var tests in target.Tests)
        {
            late += await Against(root, tests, assembly, made, source.Mutants.Max(m => m.Id), judged,
                (mutant, verdict) => Say(mutant, verdict, equivalents, isLast: tests == target.Tests[^1]));
        }

        return Report(equivalents, target, [.. judged.Select(j => (j.Key, j.Value))], late, only.Count == 0 && limit == int.MaxValue);
    }

    /// <summary>As many as wanted, from all over the sources.</summary>
    private static List<Mutant> Some(IReadOnlyList<Mutant> all, int limit) =>
        all.Count <= limit ? [.. all] : [.. Enumerable.Range(0, limit).Select(i => all[(int)((long)i * all.Count / limit)])];

    private static async Task<int> Against(
        string root, string tests, string assembly, string made, int last, Dictionary<Mutant, Verdict> judged,
        Action<Mutant, Verdict> say)
    {
        var folder = Path.Combine(root, tests);
        var name = Target.AssemblyOf(Target.ProjectIn(folder));
        var bin = Path.Combine(made, Path.GetFileName(folder));
        Copies.Take(Path.Combine(folder, "bin/Release/net10.0"), bin);
        File.Copy(assembly, Path.Combine(bin, Path.GetFileName(assembly)), overwrite: true);
        File.Copy(typeof(Judge).Assembly.Location, Path.Combine(bin, "Holdfast.Mutants.dll"), overwrite: true);
        using var worker = new WorkerProcess(bin, folder, name, Path.GetFileNameWithoutExtension(assembly));
        var trial = new Trial(worker);
        var begun = TimeProvider.System.GetTimestamp();
        foreach (var failed in await trial.Cover(last))
        {
            Console.WriteLine($"not used, because it fails without a mutant: {failed}");
        }

        Console.WriteLine($"{tests}: {trial.Tests} tests ran in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s");
        foreach (var mutant in judged.Where(j => j.Value != Verdict.Killed).Select(j => j.Key).ToList())
        {
            var verdict = await trial.Try(mutant);
            judged[mutant] = verdict > judged[mutant] ? verdict : judged[mutant];
            say(mutant, judged[mutant]);
        }

        Console.WriteLine($"{tests}: mutants tried in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s");
        return trial.Late;
    }

    /// <summary>At once: a run that is broken off has said what it found.</summary>
    private static void Say(Mutant mutant, Verdict verdict, Equivalents equivalents, bool isLast)
    {
        if (isLast && verdict != Verdict.Killed)
        {
            var word = verdict == Verdict.NotReached ? "not reached" : equivalents.Has(mutant) ? "equivalent" : "survived";
            Console.WriteLine($"{word}: {At(mutant)}");
        }
    }

    private static int Report(
        Equivalents equivalents, Target target, List<(Mutant Mutant, Verdict Verdict)> judged, int late, bool isWhole)
    {
        var survived = judged.Where(j => j.Verdict == Verdict.Survived).Select(j => j.Mutant).ToList();
        var faults = equivalents.Faults(target.Name, judged, isWhole).ToList();
        faults.ForEach(f => Console.WriteLine($"tests/mutants/equivalent.txt: {f}"));
        if (late > 0)
        {
            Console.WriteLine($"{late} of the killed did not end in time");
        }

        Console.WriteLine($"{judged.Count(j => j.Verdict == Verdict.Killed)} killed, {survived.Count} survived, "
            + $"{judged.Count(j => j.Verdict == Verdict.NotReached)} not reached");
        return faults.Count > 0 || survived.Any(m => !equivalents.Has(m)) ? 1 : 0;
    }

    private static string At(Mutant mutant) =>
        $"{mutant.File}:{mutant.Line}:{mutant.Column} {mutant.Member} {mutant.Kind}: {mutant.Original} => {mutant.Text}";
}
