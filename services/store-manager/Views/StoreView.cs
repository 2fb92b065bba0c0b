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
