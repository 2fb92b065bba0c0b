namespace Holdfast.Contracts.Views;

/// <summary>A host's token as it may be shown.</summary>
public sealed record HostTokenView(string Id, string By, DateTimeOffset At);

/// <summary>A new token of a host; <paramref name="Token"/> is shown this once and kept nowhere.</summary>
public sealed record MadeHostToken(string Host, string Id, string Token);

/// <summary>A new one-time token; <paramref name="Token"/> is shown this once and kept nowhere.</summary>
public sealed record MadeEnrolment(string Host, string Token, DateTimeOffset Until);
