namespace Holdfast.Mutants;

/// <summary>Mutants that no test can notice, each with the reason: a line with the mutant's key, and indented lines below it.</summary>
internal sealed class Equivalents
{
    private readonly Dictionary<string, string> reasons = new(StringComparer.Ordinal);

    internal static Equivalents Read(IEnumerable<string> lines)
    {
        var list = new Equivalents();
        var key = "";
        foreach (var line in lines.Where(l => l.Trim().Length > 0 && l[0] != '#'))
        {
            if (line[0] == ' ' && key.Length > 0)
            {
                list.reasons[key] += line.Trim() + " ";
            }
            else
            {
                key = line.TrimEnd();
                list.reasons[key] = "";
            }
        }

        return list;
    }

    internal bool Has(Mutant mutant) => reasons.ContainsKey(mutant.Key);

    /// <summary>Entries without a reason, and those that are not needed: each of their mutants was killed, or there is none.</summary>
    internal IEnumerable<string> Faults(string target, IReadOnlyList<(Mutant Mutant, Verdict Verdict)> judged, bool isWhole)
    {
        var byKey = judged.ToLookup(j => j.Mutant.Key, j => j.Verdict, StringComparer.Ordinal);
        foreach (var (key, reason) in reasons.Where(r => r.Key.StartsWith(target + "/", StringComparison.Ordinal)))
        {
            if (reason.Length == 0)
            {
                yield return $"has no reason: {key}";
            }

            if (byKey[key].Any() ? byKey[key].All(v => v == Verdict.Killed) : isWhole)
            {
                yield return $"{(byKey[key].Any() ? "was killed" : "is no mutant")}, take it out of the list: {key}";
            }
        }
    }
}
