using Holdfast.Contracts;

namespace Holdfast.HaScheduler;

/// <summary>
/// Too many hosts silent at once is a broken network or a broken judge more often than a broken fleet: nothing starts to
/// move in that same pass. One whole IDC may go silent while the rest of the region answers.
/// </summary>
internal static class Brake
{
    /// <summary>The brake ends below this part of the share at which it began, so that it does not flutter.</summary>
    private const double Hysteresis = 0.8;

    internal static bool ShouldHold(IReadOnlyCollection<HostSnapshot> region, HaConfig config, BrakeState before, out int silent)
    {
        // A break of the pipe makes all silence start anew; it is no word from anybody, so it ends no brake.
        var suspects = region.Where(h => before.Engaged ? Liveness.IsUnheard(h, config) : Liveness.IsSuspect(h, config)).ToList();
        silent = suspects.Count;
        if (silent < config.BrakeHostsMin || OneWholeIdc(region, suspects))
        {
            return false;
        }

        var share = (double)silent / region.Count;
        return share > config.BrakeShare || before.Engaged && share > config.BrakeShare * Hysteresis;
    }

    private static bool OneWholeIdc(IReadOnlyCollection<HostSnapshot> region, List<HostSnapshot> suspects)
    {
        var idc = suspects[0].Verdict.Idc;
        return suspects.Count < region.Count
            && suspects.All(h => h.Verdict.Idc == idc)
            && suspects.Count == region.Count(h => h.Verdict.Idc == idc);
    }
}
