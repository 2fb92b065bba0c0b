using Holdfast.Rules.HaScheduler.Pass;

namespace Holdfast.HaScheduler.Replay;

/// <summary>Are the recorded decisions made again, bit for bit?</summary>
internal sealed class Reproduction
{
    /// <summary>The first ones say what is wrong; there may be as many as passes.</summary>
    private const int ShownMax = 10;

    private const int LinesMax = 20;

    private readonly List<ReplayMismatch> _mismatches = [];

    internal int Passes { get; private set; }

    internal int Same { get; private set; }

    internal long Dropped { get; private set; }

    internal IReadOnlyList<ReplayMismatch> Mismatches => _mismatches;

    internal void Take(RecordedPass pass)
    {
        Passes++;
        Dropped += pass.Dropped;
        var decisions = Decider.Decide(pass.Snapshot, pass.Config);
        var now = Decided.Of(decisions);
        if (now.IsSame(pass.Decided))
        {
            Same++;
        }
        else if (_mismatches.Count < ShownMax)
        {
            _mismatches.Add(Compare(pass, now, decisions, Passes));
        }
    }

    /// <summary>Acts by their words, holds by their codes; where all of those are the same, the words of the holds differ.</summary>
    private static ReplayMismatch Compare(RecordedPass pass, Decided now, IReadOnlyList<Decision> decisions, int number)
    {
        List<string> recorded = [.. Lines(pass.Decided).Except(Lines(now), StringComparer.Ordinal).Take(LinesMax)];
        List<string> made = [.. Lines(now).Except(Lines(pass.Decided), StringComparer.Ordinal).Take(LinesMax)];
        return recorded.Count + made.Count > 0
            ? new ReplayMismatch(pass.Snapshot.Now, number, recorded, made)
            : new ReplayMismatch(pass.Snapshot.Now, number,
                [$"the same {Counted.Of(now.Acts.Count, "act")} and {Counted.Of(now.Holds.Count, "reason")}, "
                    + $"{Counted.Of(pass.Decided.Count, "decision")} in other words"],
                [.. decisions.OfType<Hold>().Where(h => h.Reason != Reason.Healthy).Select(DecisionText.Of).Take(LinesMax)]);
    }

    private static IEnumerable<string> Lines(Decided decided) =>
        decided.Acts.Concat(decided.Holds.Select(h => $"{h.Key}: held, {h.Value}").Order(StringComparer.Ordinal));
}
