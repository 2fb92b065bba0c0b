namespace Holdfast.Rules.StoreManager;

/// <summary>The terms that each subtopic is judged by, worked out once for a pass.</summary>
internal sealed class SubtopicTerms(HaConfigDocument? held, HaConfig profile)
{
    private readonly Dictionary<string, (HaConfig Config, StoreTerms Terms)> _regions = new(StringComparer.Ordinal);

    /// <summary>Until ha.config has been heard once nothing is switched on: only what tasks ask for is done.</summary>
    private readonly HaConfig _config = held?.Config ?? profile with { Enable = false };

    internal HaConfig Config => _config;

    internal TimeSpan SilenceMax => _config.CheckModuleExceptionInterval;

    internal StoreTerms For(SubtopicDocument subtopic)
    {
        if (!_regions.TryGetValue(subtopic.Region, out var region))
        {
            var own = _config.ForRegion(subtopic.Region);
            _regions[subtopic.Region] = region = (own, new StoreTerms(own, held?.Windows.For(subtopic.Region)));
        }

        var config = StoreTerms.ConfigFor(_config, region.Config, subtopic);
        return ReferenceEquals(config, region.Config) ? region.Terms : region.Terms with { Config = config };
    }
}
