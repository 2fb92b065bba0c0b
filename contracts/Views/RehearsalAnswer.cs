namespace Holdfast.Contracts.Views;

/// <summary>Channels that an alert would reach or not, each with the reason.</summary>
/// <param name="Silence">The silence that would keep every channel from being told, if one does.</param>
public sealed record RehearsalAnswer(IReadOnlyList<RehearsedChannel> Channels, string? Silence);

/// <summary>A channel, and whether an alert would reach it.</summary>
/// <param name="Reaches">Whether the channel would be told.</param>
/// <param name="Why">Reason for which the channel would be told, or not.</param>
/// <param name="Fallback">Channel that gets what it does not take.</param>
public sealed record RehearsedChannel(string Channel, bool Reaches, string Why, string? Fallback);
