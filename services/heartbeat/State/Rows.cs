using System.Text.Json.Serialization;

namespace Holdfast.Heartbeat.State;

/// <summary>
/// The identity of a host: written when that changes, and every half minute while it is heard. <c>By</c> and <c>At</c> say
/// which collector wrote it and when on that collector's clock, so that the others can ask for what is new.
/// </summary>
internal sealed record HostRow(
    string Host, long Incarnation, long Sequence, string Region, string Idc, string Address, string By,
        DateTimeOffset At)
{
    /// <summary>The row of a host that is heard is never older.</summary>
    internal static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(30);

    /// <summary>The name of that life in its own reports; null: the incarnation.</summary>
    public long? Claimed { get; init; }
}

/// <summary>The number of a host's last life when it was deleted, and that life's name in its own reports.</summary>
internal sealed record PastLife(long Incarnation, long Name)
{
    /// <summary>The furthest. Whoever knows only the number takes that for the name; another name of that number is known better.</summary>
    internal static PastLife Of(params IEnumerable<PastLife?> known) =>
        known.OfType<PastLife>().MaxBy(life => (life.Incarnation, life.Name != life.Incarnation))!;
}

/// <summary>The settings that operators give a host; changed by compare-and-set only.</summary>
internal sealed record RegistrationRow(
    string Host, Quotas Quotas, IReadOnlyList<string> Tags, string By, DateTimeOffset At)
{
    public Drain? Drain { get; init; }

    public Maintenance? Maintenance { get; init; }

    /// <summary>The deletion of the host that this row was written for, or came after; null: it never was deleted.</summary>
    public DateTimeOffset? ForgottenAt { get; init; }

    /// <summary>The last life that the host had by then; null: it never was deleted, or an earlier version deleted it.</summary>
    public PastLife? Past { get; init; }

    internal HostRegistration Registration => new(Host, Quotas, Tags) { Drain = Drain, Maintenance = Maintenance };
}

/// <summary>Last sequence of one host within one row of the heartbeat sequence.</summary>
internal sealed record Mark(string Host, long Incarnation, long Sequence);

/// <summary>
/// The heartbeat sequence: one row per collector and second with the last sequence of each host heard in it.
/// </summary>
internal sealed record SequenceRow(string Id, string By, DateTimeOffset At, IReadOnlyList<Mark> Marks);

/// <summary>
/// A component of a host's desired list; without <c>Component</c> the memory of one that was removed.
/// </summary>
internal sealed record DesiredEntry(string Name, long Epoch, long Revision, DateTimeOffset At,
    DesiredComponent? Component)
{
    /// <summary>A Store that its owner removed: its host deletes the data, which it does for nothing less than this word.</summary>
    public bool IsRemovedStore { get; init; }

    /// <summary>The list's version since which a removed one is gone; 0: in a row that an earlier version wrote.</summary>
    public long RemovedIn { get; init; }
}

/// <summary>The components that a host should run. Version grows with every change that the host would notice.</summary>
internal sealed record DesiredRow(
    string Host, long Version, IReadOnlyList<DesiredEntry> Entries, string By, DateTimeOffset At)
{
    /// <summary>
    /// The version in which the list was emptied because its host was deleted: a supervisor that still holds an older one gets nothing
    /// before it is admitted anew. It stands in the list, so that whatever is placed later goes nowhere without it. 0: never.
    /// </summary>
    public long EmptiedIn { get; init; }
}

/// <summary>
/// State of a collector: how far the broker has confirmed its batches, and what covers all that it may have out there;
/// null: nothing.
/// </summary>
internal sealed record CollectorRow(string Id, long ConfirmedSequence, DateTimeOffset At, LeaseTerms? Longest = null);

/// <summary>The lease that ha.config of this version lets collectors grant; none is stored while the profile's values hold.</summary>
internal sealed record TermsRow(
    string Id, int Version, [property: JsonPropertyName("promise")] LeaseTerms Terms, string By, DateTimeOffset At)
{
    internal const string CurrentId = "current";
}

/// <summary>
/// A log that somebody waits for at one collector, and its end once the host gave it to another one. There only for as long as
/// somebody waits.
/// </summary>
internal sealed record LogRow(string Id, string Host, string? Component, int Lines, string By)
{
    public LogTail? Tail { get; init; }
}
