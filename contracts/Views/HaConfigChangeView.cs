namespace Holdfast.Contracts.Views;

/// <summary>A change of ha.config as its history shows it.</summary>
public sealed record HaConfigChangeView(int Version, string By, DateTimeOffset At, string? Reason, IReadOnlyList<ChangedKey> Changed);

/// <summary>A key that a change changed; null: it had, or has, no value there.</summary>
/// <param name="Key">As faults name it: <c>leaseSec</c>, <c>regions.north.brakeShare</c>.</param>
public sealed record ChangedKey(string Key, JsonNode? Before, JsonNode? After);
