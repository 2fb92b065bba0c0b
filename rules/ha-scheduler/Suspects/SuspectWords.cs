using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Suspects;

/// <summary>Writes the sentences about the suspicion against a component. Pure.</summary>
internal static class SuspectWords
{
    /// <summary>Suspects that a sentence names; the rest are counted.</summary>
    private const int NamedMax = 10;

    internal static string Of(Suspicion suspicion) =>
        $"{Felled(suspicion)} went Down in a row, each soon after it had come ({string.Join("; ", suspicion.Falls.Select(Of))})";

    internal static string Held(Suspicion suspicion) => suspicion.HeldFor == HeldFor.Restarts
        ? $"{Of(suspicion)}, and it has failed all its restarts on {Named([.. suspicion.FailedOn])}"
        : Of(suspicion);

    /// <summary>The true cause of a host's fall, as far as it is known.</summary>
    internal static string FelledBy(HostVerdict host, IReadOnlyList<(string Component, Suspicion Suspicion)> suspects)
    {
        var others = suspects.SelectMany(s => s.Suspicion.Hosts).Where(h => h != host.Host).Distinct(StringComparer.Ordinal).ToList();
        var held = suspects.Where(s => s.Suspicion.IsHeld).Select(s => s.Component).ToList();
        return $"Down since {host.Since:O}, soon after {(held.Count > 0 ? Named(held) : Named([.. suspects.Select(s => s.Component)]))} "
            + $"had come to it, as {Named(others)} went before or after it"
            + (held.Count > 0 ? $": held, for it is what fells hosts" : ": suspect");
    }

    internal static string Named(IReadOnlyList<string> items) => items switch
    {
        [] => "none",
        [var only] => only,
        _ when items.Count > NamedMax => $"{string.Join(", ", items.Take(NamedMax))} and {items.Count - NamedMax} more",
        _ => $"{string.Join(", ", items.SkipLast(1))} and {items[^1]}",
    };

    private static string Felled(Suspicion suspicion) =>
        Named([.. suspicion.Falls.Where(f => !f.IsStart).Select(f => f.Host).Distinct(StringComparer.Ordinal)]);

    private static string Of(Fall fall)
    {
        var after = $"{Math.Max(0, (fall.SilentSince - fall.CameAt).TotalSeconds):0.0} s after";
        return fall.IsStart
            ? $"the supervisor of {fall.Host} was started anew {after}, while it was watched there"
            : $"{fall.Host} was last heard {after}";
    }
}
