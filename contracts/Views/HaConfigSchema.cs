namespace Holdfast.Contracts.Views;

/// <summary>A sentence in the languages of the console.</summary>
public sealed record TwoLanguages(string En, string Zh);

/// <summary>The keys of ha.config, and keys that a change may name without effect.</summary>
/// <param name="Profile">The one that the service runs with.</param>
/// <param name="Profiles">Every profile, the quickest first.</param>
public sealed record HaConfigSchema(
    string Profile, IReadOnlyList<string> Profiles, IReadOnlyList<HaConfigKeyView> Keys, IReadOnlyList<IgnoredKey> PassedOver);

/// <summary>One key of ha.config as it is declared.</summary>
/// <param name="Kind">switch (a boolean), whole, number or word.</param>
/// <param name="Unit">s, min or h; null: it has none.</param>
/// <param name="Min">The least that a number may be.</param>
/// <param name="Max">The most that a number may be.</param>
/// <param name="Choices">Values that a switch or a word may have.</param>
/// <param name="Allowed">Bounds or choices, for people.</param>
/// <param name="MayDifferBy">region, task: where an override may give another value.</param>
/// <param name="Defaults">By profile.</param>
/// <param name="Rules">Relations to other keys that must hold.</param>
public sealed record HaConfigKeyView(
    string Name, string Kind, string? Unit, TwoLanguages Meaning, double? Min, double? Max, IReadOnlyList<string> Choices, string Allowed,
    IReadOnlyList<string> MayDifferBy, IReadOnlyDictionary<string, JsonNode> Defaults, IReadOnlyList<TwoLanguages> Rules);

/// <summary>A key of a change that changed nothing.</summary>
public sealed record IgnoredKey(string Key, string Why);
