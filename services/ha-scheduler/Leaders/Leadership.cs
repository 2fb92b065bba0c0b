using System.Collections.Frozen;
using System.Security.Cryptography;
using Holdfast.Platform;

namespace Holdfast.HaScheduler.Leaders;

/// <summary>The region was lost while a pass was under way: what the pass still had to do is another's now.</summary>
internal sealed class LeadershipLostException(string message) : Exception(message);

/// <summary>
/// The regions that this replica leads, and for how long yet. The leases' loop tells; a pass covers what is led when it
/// begins, and each of its writes and publishes asks again whether that still holds.
/// </summary>
internal sealed class Leadership(Settings settings, BootClock clock)
{
    private readonly Lock _lock = new();
    private volatile State _state = new(FrozenDictionary<string, Held>.Empty, FrozenSet<string>.Empty, 0);
    private volatile Pass _pass = new(FrozenSet<string>.Empty, CoversAll: false, Losses: 0, Number: 0);

    /// <param name="Until">On the boot clock.</param>
    /// <param name="IsReady">The former leader's writes cannot succeed any more, and its last ones have been read.</param>
    internal sealed record Held(long Epoch, TimeSpan Until, bool IsReady);

    private sealed record State(FrozenDictionary<string, Held> Held, FrozenSet<string> Regions, long Losses);

    /// <summary>Regions that one pass covers; another number means another set of regions.</summary>
    private sealed record Pass(FrozenSet<string> Regions, bool CoversAll, long Losses, long Number);

    /// <summary>One life of one replica.</summary>
    internal string Me { get; } = $"{settings.Instance}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

    internal TimeSpan Now => clock.Now;

    /// <summary>Grows when what a pass covers is another set than before.</summary>
    internal long PassNumber => _pass.Number;

    /// <summary>The pass covers every region that there is.</summary>
    internal bool CoversAll => _pass.CoversAll;

    internal IReadOnlySet<string> Covered => _pass.Regions;

    /// <summary>The present pass covers the region.</summary>
    internal bool Covers(string region) => _pass.Regions.Contains(region);

    /// <summary>It is this replica's at this moment, by its own clock.</summary>
    internal bool Leads(string region) => _state.Held.TryGetValue(region, out var held) && clock.Now < held.Until;

    /// <summary>Regions that were taken and must be made ready before a pass covers them, with their epochs.</summary>
    internal IReadOnlyList<(string Region, long Epoch)> Unready =>
        [.. _state.Held.Where(h => !h.Value.IsReady && clock.Now < h.Value.Until).Select(h => (h.Key, h.Value.Epoch))];

    /// <summary>All regions that there are, whoever leads them.</summary>
    internal IReadOnlySet<string> Known => _state.Regions;

    /// <summary>All regions that there are, whoever leads them.</summary>
    internal void Know(IEnumerable<string> regions)
    {
        lock (_lock)
        {
            var known = regions.ToFrozenSet(StringComparer.Ordinal);
            _state = known.SetEquals(_state.Regions) ? _state : _state with { Regions = known };
        }
    }

    /// <summary>The lease was taken or renewed.</summary>
    internal void Hold(string region, long epoch, TimeSpan until)
    {
        lock (_lock)
        {
            var before = _state.Held.GetValueOrDefault(region);
            var isSame = before?.Epoch == epoch;
            Set(region, new Held(epoch, until, isSame && before!.IsReady), isLoss: before is not null && !isSame);
        }
    }

    internal void Lose(string region)
    {
        lock (_lock)
        {
            if (_state.Held.ContainsKey(region))
            {
                Set(region, null, isLoss: true);
            }
        }
    }

    internal void MakeReady(string region, long epoch)
    {
        lock (_lock)
        {
            if (_state.Held.GetValueOrDefault(region) is { } held && held.Epoch == epoch)
            {
                Set(region, held with { IsReady = true }, isLoss: false);
            }
        }
    }

    /// <summary>A pass covers what is led and ready now. False: nothing is.</summary>
    internal bool BeginPass()
    {
        var (state, now) = (_state, clock.Now);
        var regions = state.Held.Where(h => h.Value.IsReady && now < h.Value.Until).Select(h => h.Key).ToFrozenSet(StringComparer.Ordinal);
        var before = _pass;
        var coversAll = state.Regions.IsSubsetOf(regions);
        var isSame = before.CoversAll == coversAll && before.Losses == state.Losses && before.Regions.SetEquals(regions);
        _pass = isSame ? before : new Pass(regions, coversAll, state.Losses, before.Number + 1);
        return regions.Count > 0;
    }

    /// <summary>
    /// Asked immediately before each write, after what it is based on was read, and before each publish. Throws
    /// <see cref="LeadershipLostException"/> when a region of the pass has been lost, or is not held by this clock.
    /// </summary>
    internal void Demand()
    {
        var (pass, state, now) = (_pass, _state, clock.Now);
        if (pass.Losses == state.Losses && pass.Regions.Count > 0)
        {
            var stands = true;
            foreach (var region in pass.Regions)
            {
                stands &= state.Held.TryGetValue(region, out var held) && now < held.Until;
            }

            if (stands)
            {
                return;
            }
        }

        throw new LeadershipLostException($"of {string.Join(", ", pass.Regions.Where(r => !Leads(r)).DefaultIfEmpty("a region"))}");
    }

    private void Set(string region, Held? held, bool isLoss)
    {
        var all = _state.Held.ToDictionary(StringComparer.Ordinal);
        if (held is null)
        {
            all.Remove(region);
        }
        else
        {
            all[region] = held;
        }

        _state = _state with { Held = all.ToFrozenDictionary(StringComparer.Ordinal), Losses = _state.Losses + (isLoss ? 1 : 0) };
    }
}
