using Holdfast.Fleet;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;

namespace Holdfast.StoreManager.Views;

/// <summary>Stores as people see them. Pure.</summary>
internal static class StoreViews
{
    extension(StoreView)
    {
        internal static StoreView Of(SubtopicDocument subtopic, ObservedStore seen, Listed? listed) => new()
        {
            Name = seen.Store.Name,
            Subtopic = subtopic.Subtopic,
            Region = subtopic.Region,
            Host = seen.Store.Host,
            Idc = seen.Store.Idc,
            Epoch = seen.Store.Epoch,
            StartTimestamp = seen.Store.StartTimestamp,
            StartPosition = seen.Store.StartPosition,
            Desired = seen.Store.Desired,
            State = StateOf(seen.Health),
            Standing = seen.Health,
            Begin = listed?.Report.Begin,
            End = listed?.Report.End,
            Endpoint = listed?.Report.Endpoint,
            PositionBegin = listed?.Report.PositionBegin,
            PositionEnd = listed?.Report.PositionEnd,
            Bytes = listed?.Report.Bytes,
            SourceLagMs = listed?.Report.SourceLagMs,
            Barrier = listed?.Report.Barrier,
            Term = listed?.Report.Term,
            Error = listed?.Report.Error ?? (seen.Health == StoreHealth.Abnormal && listed?.Report.SilentSeconds is { } silent
                ? StoreSilence.Because(silent)
                : null),
            AbnormalSince = seen.Store.AbnormalSince,
            LeavesBecause = seen.Store.LeavesBecause,
            Origin = seen.Store.Origin,
            Command = subtopic.CommandOf(seen.Store),
            Tasks = subtopic.Tasks,
            PlacedAt = seen.Store.PlacedAt,
        };

        internal static ComponentState StateOf(StoreHealth standing) => standing switch
        {
            StoreHealth.Running => ComponentState.Running,
            StoreHealth.Starting or StoreHealth.Unheard => ComponentState.Starting,
            StoreHealth.Stopped or StoreHealth.Leaving => ComponentState.Stopped,
            StoreHealth.Abnormal => ComponentState.Abnormal,
        };
    }
}

/// <summary>The Store that a consumer reads from. Begin and end: what it has, unix seconds.</summary>
internal sealed record ResolvedStore
{
    public required string Store { get; init; }
    public required string Subtopic { get; init; }
    public required string Host { get; init; }

    /// <summary>Address of its host.</summary>
    public required string Address { get; init; }

    /// <summary>Address on which it listens for consumers; null: it does not serve over the network, or has not reported it yet.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Opens its connections for the task that was named, for 60 seconds; null: none was named.</summary>
    public string? Ticket { get; init; }

    public required long Epoch { get; init; }
    public required long Begin { get; init; }
    public long? End { get; init; }

    /// <summary>It serves everything after this exact position; null: it does not say.</summary>
    public string? PositionBegin { get; init; }

    /// <summary>The last exact position that it has.</summary>
    public string? PositionEnd { get; init; }

    /// <summary>It has the position already; otherwise it collects towards it.</summary>
    public required bool HasPosition { get; init; }
}

/// <summary>The record of a Store's life, newest first.</summary>
internal sealed record StoreHistory
{
    public required string Store { get; init; }
    public required string Host { get; init; }

    /// <summary>The Store's last word about a fault.</summary>
    public string? Error { get; init; }

    public required IReadOnlyList<StoreTicket> Tickets { get; init; }
    public required IReadOnlyList<StoreDecisionRecord> Decisions { get; init; }
}
