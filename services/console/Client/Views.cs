using System.Text.Json.Serialization;

namespace Holdfast.ConsoleUi.Client;

// The parts of answers that a page reads and no record of contracts/Views can be: they may have members that this console does not know.

/// <summary>A silence as alerts show it: its matcher takes no member that it does not know, and a newer service may have one.</summary>
public sealed record SilenceView(string Id, string Reason, string Owner, DateTimeOffset StartsAt, DateTimeOffset EndsAt);

/// <summary>Its kind's own settings stay JSON: kinds come and go without the console.</summary>
public sealed record ChannelView(
    string Name, string Kind, bool Enabled, IReadOnlyList<string>? Scopes, IReadOnlyList<string>? Events, IReadOnlyList<int>? Levels)
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Rest { get; init; } = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
}
