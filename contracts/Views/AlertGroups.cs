namespace Holdfast.Contracts.Views;

/// <summary>A list of alerts as groups, the gravest and then the largest first. Pure.</summary>
/// <param name="Count">Alerts in all groups.</param>
/// <param name="IsWhole">False: there are more, which are in no group.</param>
public sealed record AlertGroups(IReadOnlyList<AlertGroup> Items, int Count, bool IsWhole);

/// <summary>Alerts of one event, or of one host, as one row of a list.</summary>
/// <param name="Key">The event, or the host; - where there is no host.</param>
/// <param name="Level">The gravest of them, 1 to 5.</param>
/// <param name="Silenced">Those of <paramref name="Count"/> that a silence keeps from being delivered.</param>
/// <param name="Children">Those of <paramref name="Count"/> that are delivered with another alert of the group.</param>
/// <param name="Since">When the first of them began.</param>
/// <param name="LastTriggered">When one of them was raised last.</param>
/// <param name="Targets">The first of what they are about, by name.</param>
/// <param name="Alert">The only one; null: there are several.</param>
public sealed record AlertGroup(
    string Key, string Title, int Level, int Count, int Silenced, int Children, DateTimeOffset Since, DateTimeOffset LastTriggered,
    IReadOnlyList<string> Targets, string? Alert);

/// <summary>Number of alerts of each sending status.</summary>
/// <param name="Scopes">Number of each scope, whatever scope was asked for.</param>
public sealed record AlertCounts(
    IReadOnlyDictionary<string, long> Counts, long Total, IReadOnlyDictionary<string, long> Scopes);
