namespace Holdfast.Contracts.Views;

/// <summary>Intervals that the Stores of a subtopic hold, positions that its tasks need, and the gap between them.</summary>
public sealed record CoverageMap(
    string Subtopic, string Region, IReadOnlyList<Interval> Stores, IReadOnlyList<Served> Consumers, Gap? Gap);

/// <summary>The part of the log that a Store holds, unix seconds; a Running Store goes on collecting.</summary>
public sealed record Interval(string Store, string Host, StoreHealth Standing, long Begin, long? End)
{
    /// <summary>It serves everything after this exact position; null: it does not say.</summary>
    public string? PositionBegin { get; init; }

    /// <summary>The last exact position that it has.</summary>
    public string? PositionEnd { get; init; }

    /// <summary>Reason why it may go; null: it is needed.</summary>
    public string? Redundant { get; init; }
}

/// <summary>Position that a task needs, and the Store that serves it; null: none.</summary>
public sealed record Served(string Task, long Position, bool IsVisible, string? Store)
{
    /// <summary>Its exact position; null: nobody has said it.</summary>
    public string? ExactPosition { get; init; }

    /// <summary>Seconds until its source has thrown that position away, at its present lag; null: not known.</summary>
    public long? RetentionLeftSec { get; init; }
}

/// <summary>Needed part that no Store serves or is about to serve: from the first needed position to the first served one.</summary>
public sealed record Gap(long From, long To, IReadOnlyList<string> Tasks)
{
    /// <summary>The exact position of the first of the tasks, where it is known: the gap may lie within one second.</summary>
    public string? After { get; init; }
}
