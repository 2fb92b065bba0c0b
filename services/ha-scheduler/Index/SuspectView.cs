using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.HaScheduler.Index;

/// <summary>A component that is suspect of felling hosts.</summary>
internal sealed record SuspectView
{
    /// <summary>The registration's id; <c>subtopic:NAME</c> for the Stores of one.</summary>
    public required string Id { get; init; }

    /// <summary>Empty for Stores.</summary>
    public required string Task { get; init; }

    public required string Region { get; init; }

    /// <summary>Host on which it is placed; it may not run there.</summary>
    public string? Host { get; init; }

    /// <summary>waits: for its window or its turn; watched: it has its turn; held: until it is released.</summary>
    public required string Standing { get; init; }

    /// <summary>Hosts that went Down soon after it had come, the first one first.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Suspect, or waiting for its next turn, since then.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Time at which its turn began.</summary>
    public DateTimeOffset? TriedAt { get; init; }

    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>Sentence about the suspicion against it.</summary>
    public required string Because { get; init; }

    internal static SuspectView? Of(Registration component) => component.Suspicion is { Since: { } since } suspicion
        ? new SuspectView
        {
            Id = component.Id,
            Task = component.Task,
            Region = component.Region,
            Host = component.Host,
            Standing = suspicion.IsHeld ? "held" : suspicion.TriedAt is null ? "waits" : "watched",
            Hosts = [.. suspicion.Hosts],
            Since = since,
            TriedAt = suspicion.TriedAt,
            HeldAt = suspicion.HeldAt,
            Because = SuspectWords.Held(suspicion),
        }
        : null;
}
