namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>ha.config with its regions' and tasks' own values laid over it, each worked out once. For one pass.</summary>
internal sealed class EffectiveConfig(HaConfig config)
{
    private readonly Dictionary<string, HaConfig> _regions = new(StringComparer.Ordinal);

    internal HaConfig For(string region)
    {
        if (!_regions.TryGetValue(region, out var own))
        {
            _regions[region] = own = config.ForRegion(region);
        }

        return own;
    }

    internal HaConfig For(Registration component) => config.Tasks.Count > 0 && config.Tasks.ContainsKey(component.Task)
        ? config.ForTask(component.Region, component.Task)
        : For(component.Region);
}
