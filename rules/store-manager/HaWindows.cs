namespace Holdfast.Rules.StoreManager;

/// <summary>
/// Times at which HA was switched off and on, by scope. The empty scope is the whole installation; the others are regions with values
/// of their own. Learned from one ha.config after the other. Pure.
/// </summary>
internal sealed record HaWindows
{
    internal const string Everywhere = "";

    /// <summary>Time since which HA is off, by scope.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Off { get; init; } = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>The last time that it was off and came on again.</summary>
    public IReadOnlyDictionary<string, HaWindow> Last { get; init; } = new Dictionary<string, HaWindow>(StringComparer.Ordinal);

    /// <summary>Regions with values of their own, as known last.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    internal HaWindows After(HaConfig config, DateTimeOffset at)
    {
        var off = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var last = new Dictionary<string, HaWindow>(StringComparer.Ordinal);
        foreach (var scope in config.Regions.Keys.Prepend(Everywhere))
        {
            var own = scope == Everywhere ? config : config.ForRegion(scope);
            var known = scope == Everywhere || Regions.Contains(scope, StringComparer.Ordinal) ? scope : Everywhere;
            var isOff = Off.TryGetValue(known, out var since);
            if (own is not { Enable: true, EnableStore: true })
            {
                off[scope] = isOff ? since : at;
            }

            if (off.ContainsKey(scope) || !isOff)
            {
                if (Last.TryGetValue(known, out var before))
                {
                    last[scope] = before;
                }
            }
            else
            {
                last[scope] = new HaWindow(since, at);
            }
        }

        return new HaWindows { Off = off, Last = last, Regions = [.. config.Regions.Keys] };
    }

    internal HaWindow? For(string region) =>
        Last.GetValueOrDefault(Regions.Contains(region, StringComparer.Ordinal) ? region : Everywhere);
}
