namespace Holdfast.Contracts.Views;

/// <summary>A token as it may be shown.</summary>
public sealed record TokenView(string Name, IReadOnlyList<string> Scopes, string By, DateTimeOffset At, DateTimeOffset? Until);

/// <summary>A new token; <paramref name="Token"/> is shown this once and kept nowhere.</summary>
public sealed record MadeToken(string Name, IReadOnlyList<string> Scopes, string Token);
