using System.Text.Json.Serialization;
using Holdfast.Contracts.Views;

namespace Holdfast.Rules.StoreManager;

/// <summary>One Store of a subtopic: where it stands and from which position (unix seconds) it collects.</summary>
internal sealed record Store(string Name, string Host, long Seq, long StartTimestamp, DesiredState Desired, DateTimeOffset PlacedAt)
{
    public StoreOrigin Origin { get; init; }

    /// <summary>It collects from this exact position at the latest, <c>position@systemId</c>; null: from its time on.</summary>
    public string? StartPosition { get; init; }

    /// <summary>IDC of its host when it was placed.</summary>
    public string? Idc { get; init; }

    /// <summary>Its own command; null: the subtopic's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Text of the configuration that goes with its own command; null there: none.</summary>
    public string? Config { get; init; }

    /// <summary>Number of times that an operator has started it anew.</summary>
    public int Restarts { get; init; }

    /// <summary>Time at which it was last asked to run; null: when it was placed.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Time at which it was found Abnormal; null: it is not.</summary>
    public DateTimeOffset? AbnormalSince { get; init; }

    /// <summary>The ticket that a person has approved it with; null: it needed none.</summary>
    public string? Ticket { get; init; }

    /// <summary>Its host was deleted: nobody will ever say that it is gone.</summary>
    public bool HostIsGone { get; init; }

    /// <summary>Reason why it is to go.</summary>
    public string? LeavesBecause { get; init; }

    /// <summary>Its subtopic may have felled its host, which is told to keep it stopped.</summary>
    public bool IsHeldBack { get; init; }

    /// <summary>Desired state that its host is given.</summary>
    internal DesiredState Told => IsHeldBack && Desired == DesiredState.Running ? DesiredState.Stopped : Desired;

    /// <summary>Cause of its going: HA, a drain, a task; null: a person, who has a ticket of their own for it.</summary>
    public string? LeavesBy { get; init; }

    /// <summary>A Store's host never changes, so only restarts make a higher one.</summary>
    internal long Epoch => Seq + Restarts;

    internal bool IsLeaving => Desired == DesiredState.Absent;
}

/// <summary>A task's position when it asked (unix seconds), and whether a Store has been found or made for it.</summary>
internal sealed record RequiredPosition(string Task, long From, bool IsMet)
{
    /// <summary>The task's tags, by which alerts are routed.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}

/// <summary>Interval of a Store that a person has deleted, unix seconds: it is missing on purpose.</summary>
internal sealed record GivenUp(long From, long To)
{
    internal bool Covers(Gap gap) => gap.From >= From && gap.To <= To;

    internal GivenUp And(GivenUp? other) => other is null || other.From > To || other.To < From
        ? this
        : new GivenUp(Math.Min(From, other.From), Math.Max(To, other.To));
}

/// <summary>The act that HA proposes for a subtopic. It waits until a person approves or declines it, or it is not needed.</summary>
internal sealed record Proposal(string Ticket, DateTimeOffset At)
{
    public Approval? Approval { get; init; }

    /// <summary>Person who declined it; HA asks again when the same is needed another time.</summary>
    public Approval? Refusal { get; init; }

    internal bool IsOpen => Approval is null && Refusal is null;

    internal Proposal Approve(string by, DateTimeOffset at) => this with { Approval = new Approval(by, at) };

    internal Proposal Decline(string by, DateTimeOffset at) => this with { Approval = null, Refusal = new Approval(by, at) };
}

/// <summary>
/// A subtopic, the unit by which Stores are counted. All its Stores are in this one document, so that a new one is a compare-and-set
/// and two requests can never make two. Key: subtopic.
/// </summary>
internal sealed record SubtopicDocument
{
    public required string Subtopic { get; init; }

    /// <summary>The source's region.</summary>
    public required string Region { get; init; }

    /// <summary>Argument vector that collects this source's log.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Text of its Stores' configuration, which may hold secrets; null: they have none.</summary>
    public string? Config { get; init; }

    /// <summary>Tasks that need it; none: its Stores go.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Earliest position that was asked for, unix seconds.</summary>
    public required long StartTimestamp { get; init; }

    /// <summary>The position that each task asked for.</summary>
    public IReadOnlyList<RequiredPosition> Needs { get; init; } = [];

    /// <summary>Several tasks may use it.</summary>
    public bool Shared { get; init; } = true;

    /// <summary>Known facts about the source's log.</summary>
    public SourceLog? Source { get; init; }

    /// <summary>Its own subtopicStoreNumberThreshold; null: that of ha.config.</summary>
    public int? Threshold { get; init; }

    /// <summary>Time of HA's last operation on it.</summary>
    public DateTimeOffset? OperatedAt { get; init; }

    /// <summary>Null: HA waits for nobody.</summary>
    public Proposal? Proposal { get; init; }

    public IReadOnlyList<Store> Stores { get; init; } = [];

    /// <summary>Null: nobody has deleted a Store of it, or what was deleted last lies elsewhere.</summary>
    public GivenUp? GivenUp { get; init; }

    /// <summary>Number of the newest Store.</summary>
    public long Seq { get; init; }

    internal IReadOnlyList<string> CommandOf(Store store) => store.Command ?? Command;

    internal string? ConfigOf(Store store) => store.Command is null ? Config : store.Config;

    /// <summary>The Store with what it has now as its own, whatever the subtopic's will be.</summary>
    internal Store AsItIs(Store store) => store with { Command = CommandOf(store), Config = ConfigOf(store) };

    internal int StoreCount => Stores.Count(s => !s.IsLeaving);

    /// <summary>Copies the subtopic with each of its configurations passed through the function.</summary>
    internal SubtopicDocument WithConfigs(Func<string, string?> make)
    {
        if (Config is null && Stores.All(s => s.Config is null))
        {
            return this;
        }

        return this with
        {
            Config = Config is { } config ? make(config) : null,
            Stores = [.. Stores.Select(s => s.Config is { } own ? s with { Config = make(own) } : s)],
        };
    }
}
