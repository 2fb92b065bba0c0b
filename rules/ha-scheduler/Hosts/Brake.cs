using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Hosts;

/// <summary>
/// Too many hosts silent at once is a broken network or a broken judge more often than a broken fleet: nothing starts to
/// move in that same pass. One whole IDC may go silent while the rest of the region answers. Hosts in maintenance are not
/// counted. Pure.
/// </summary>
internal static class Brake
{
    internal readonly record struct Count(int Silent, int Hosts, bool IsOneIdc)
    {
        internal bool Exceeds(HaConfig config, double part) =>
            Silent >= config.BrakeHostsMin && !IsOneIdc && (double)Silent / Hosts > config.BrakeShare * part;
    }

    /// <summary>The brake after this pass, from what it was before.</summary>
    /// <param name="region">All its hosts that are not in maintenance.</param>
    /// <param name="config">Configuration of the region.</param>
    /// <param name="before">The brake before this pass.</param>
    /// <param name="now">The pass's moment.</param>
    /// <param name="count">Number of silent hosts among all of them.</param>
    /// <param name="heardWithin">After a break, a host that was not heard since is not counted for this time: it may live.</param>
    internal static BrakeState Next(
        IReadOnlyCollection<HostSnapshot> region, HaConfig config, BrakeState before, DateTimeOffset now, out Count count,
        TimeSpan heardWithin = default)
    {
        // An interruption of the feed makes all silence start anew; it is no word from anybody, so it ends no brake.
        var suspects = region
            .Where(h => before.Engaged ? Liveness.IsUnheard(h, config) : Liveness.IsSuspect(h, config, heardWithin)).ToList();
        count = new Count(suspects.Count, region.Count, OneWholeIdc(region, suspects));
        if (!before.Engaged)
        {
            return before with { Engaged = count.Exceeds(config, part: 1), Confirmed = false, CalmSince = null };
        }

        if (count.Exceeds(config, config.BrakeHysteresis))
        {
            return before with { CalmSince = null };
        }

        var calmSince = before.CalmSince ?? now;
        return now - calmSince >= config.BrakeCooldown
            ? new BrakeState(Engaged: false, Confirmed: false)
            : before with { CalmSince = calmSince };
    }

    private static bool OneWholeIdc(IReadOnlyCollection<HostSnapshot> region, List<HostSnapshot> suspects)
    {
        if (suspects.Count == 0 || suspects.Count == region.Count)
        {
            return false;
        }

        var idc = suspects[0].Verdict.Idc;
        return suspects.TrueForAll(h => h.Verdict.Idc == idc)
            && suspects.Count == region.Count(h => h.Verdict.Idc == idc);
    }
}
