namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>Lapsed leases in words. Pure.</summary>
internal static class LapsesText
{
    extension(Lapses lapses)
    {
        internal string Sentence => string.Create(CultureInfo.InvariantCulture,
            $"its lease lapsed {lapses.Count} times in {lapses.WindowSec:0} s ({lapses.SharePercent} % of the time): "
            + $"up to {lapses.LongestGapSec:0.0} s between two reports, of a lease of {lapses.LeaseSec:0.#} s");
    }
}
