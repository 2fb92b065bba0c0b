namespace Holdfast.Rules.HaScheduler.Config;

/// <summary>Says what the keys of ha.config are, for forms and help. Pure.</summary>
internal static class HaConfigDeclared
{
    internal static HaConfigSchema Of(Profile profile) => new(
        profile.Name, Profile.Names, [.. HaConfigKeys.All.Select(Of)],
        [.. HaConfigKeys.Ignored.Select(ignored => new IgnoredKey(ignored.Key, ignored.Value))]);

    private static HaConfigKeyView Of(HaConfigKey key) => new(
        key.Name, key.Kind.ToString().ToLowerInvariant(), key.Declared.Unit, new TwoLanguages(key.Declared.Meaning, key.Declared.Chinese),
        key.IsNumber ? key.Min : null, key.IsNumber ? key.Max : null, key.Choices, key.Bounds, key.MayDifferBy,
        Profile.All.ToDictionary(each => each.Name, each => key.ValueIn(each.Ha), StringComparer.Ordinal),
        [.. HaConfigRules.All.Where(rule => rule.Key == key.Name).Select(rule => new TwoLanguages(rule.English, rule.Chinese))]);
}
