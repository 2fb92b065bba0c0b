using System.Globalization;

namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>The lapsed leases of a host within a window: while it had none nothing ran there.</summary>
/// <param name="Count">So often.</param>
/// <param name="LostSec">Seconds without a lease, all together.</param>
/// <param name="WindowSec">In so many seconds.</param>
/// <param name="LongestGapSec">The longest time between two of its reports.</param>
/// <param name="LeaseSec">The lease that it had.</param>
internal sealed record Lapses(int Count, double LostSec, double WindowSec, double LongestGapSec, double LeaseSec)
{
    /// <summary>The part of the window without a lease, in hundredths.</summary>
    public int SharePercent => (int)Math.Round(100 * Math.Min(1, LostSec / WindowSec));

    internal string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"its lease lapsed {Count} times in {WindowSec:0} s ({SharePercent} % of the time): "
        + $"up to {LongestGapSec:0.0} s between two reports, of a lease of {LeaseSec:0.#} s");
}
