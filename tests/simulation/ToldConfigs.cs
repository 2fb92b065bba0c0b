using Holdfast.Rules.StoreManager;
using Holdfast.StoreManager.State;

namespace Holdfast.Simulation.Tests;

/// <summary>Versions of ha.config that each life of a store manager was told, and what it may believe therefore.</summary>
internal sealed class ToldConfigs(World world)
{
    /// <summary>A replica goes by what it was told this long ago; a pass may have begun before.</summary>
    internal static readonly TimeSpan PassMax = TimeSpan.FromSeconds(5);

    private readonly Dictionary<Site, List<(long At, int Version)>> _told = [];

    /// <summary>A life begins: it reads what the store has of ha.config.</summary>
    internal void Began(Site manager) => _told[manager] =
        [(long.MinValue / 2, world.Store
        .Find<HaConfigDocument>(StoreManagerCollections.Config.Name)?.Peek(HaConfigDocument.CurrentId)?.Version ?? 0)];

    internal void Heard(Site manager, int version) => _told[manager].Add((world.Time.Now, version));

    /// <summary>Configurations by which the asker of the present write may go: none older than what it was told before its pass.</summary>
    internal IEnumerable<HaConfig> Believed()
    {
        var least = _told[world.Asker!.Value.Site].Where(t => t.At < world.AskedAt - PassMax.Ticks).Max(t => t.Version);
        return world.Operator.Configs.Where(c => c.Version >= least).Select(c => c.Config);
    }

    /// <summary>T2 − T1 in seconds, where nothing has run since HA came on again.</summary>
    /// <param name="ran">Time at which it ran last.</param>
    internal long OffFor(long ran)
    {
        var configs = world.Operator.Configs.ToList();
        var on = configs.FindLastIndex(c => IsOn(c.Config));
        var lastOff = configs.FindLastIndex(Math.Max(0, on), c => !IsOn(c.Config));
        on = lastOff + 1;
        var off = lastOff < 0 ? -1 : configs.FindLastIndex(lastOff, c => IsOn(c.Config)) + 1;
        // A value that held for so short a time that nobody was told of it is no window.
        return lastOff >= 0 && on < configs.Count && _told.Values.Any(t => t.Exists(v => v.Version >= configs[off].Version
                && v.Version < configs[on].Version)) && ran < configs[on].From
            ? (long)TimeSpan.FromTicks(configs[on].From - configs[off].From).TotalSeconds - 1 : 0;
    }

    private static bool IsOn(HaConfig config) => config is { Enable: true, EnableStore: true };
}
