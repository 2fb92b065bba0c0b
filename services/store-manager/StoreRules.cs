using Holdfast.Contracts;
using Holdfast.Fleet;

namespace Holdfast.StoreManager;

/// <summary>What becomes of a subtopic. Pure.</summary>
internal static class StoreRules
{
    /// <summary>Port in a Store's name: the supervisor's (reference, section 1).</summary>
    private const int SupervisorPort = 9000;

    /// <summary>A subtopic that nobody has asked for before; null when nobody needs it now either.</summary>
    internal static SubtopicDocument? First(StoreRequested request) => request.Desired == DesiredState.Absent ? null : new()
    {
        Subtopic = request.Subtopic,
        Region = request.Region,
        Command = request.Command,
        Tasks = [request.Task],
        StartTimestamp = request.StartTimestamp,
    };

    /// <summary>The subtopic once the request is taken; the same instance when it says nothing new.</summary>
    internal static SubtopicDocument After(SubtopicDocument before, StoreRequested request)
    {
        var has = before.Tasks.Contains(request.Task, StringComparer.Ordinal);
        return (has, request.Desired) switch
        {
            (true, DesiredState.Absent) => before with { Tasks = [.. before.Tasks.Where(t => t != request.Task)] },
            // Nobody needed it any more: what was asked for then says nothing of what is needed now.
            (false, not DesiredState.Absent) when before.Tasks.Count == 0 => before with
            {
                Tasks = [request.Task],
                Region = request.Region,
                StartTimestamp = request.StartTimestamp,
                Command = request.Command,
            },
            (false, not DesiredState.Absent) => before with
            {
                Tasks = [.. before.Tasks, request.Task],
                StartTimestamp = Math.Min(before.StartTimestamp, request.StartTimestamp),
                Command = before.Stores.Count == 0 ? request.Command : before.Command,
            },
            _ => before,
        };
    }

    /// <summary>Somebody needs it and it has no Store but such as are being removed.</summary>
    internal static bool NeedsStore(SubtopicDocument subtopic) =>
        subtopic.Tasks.Count > 0 && subtopic.Stores.All(s => s.Desired == DesiredState.Absent);

    /// <summary>The subtopic with one more Store.</summary>
    internal static SubtopicDocument WithStore(SubtopicDocument subtopic, FleetHost host, DateTimeOffset now)
    {
        var seq = subtopic.Seq + 1;
        var name = $"{host.Ip}-{SupervisorPort}:{subtopic.Subtopic}:{seq:d10}";
        return subtopic with
        {
            Seq = seq,
            Stores = [.. subtopic.Stores, new Store(name, host.Host, seq, subtopic.StartTimestamp, DesiredState.Running, now)],
        };
    }

    /// <summary>
    /// Stores of which their hosts know nothing any more are forgotten, and those that nobody needs are to go; the same
    /// instance when there is nothing to change.
    /// </summary>
    internal static SubtopicDocument Settle(SubtopicDocument subtopic, Func<Store, bool> isGone)
    {
        var left = subtopic.Stores
            .Where(s => !(s.Desired == DesiredState.Absent && isGone(s)))
            .Select(s => subtopic.Tasks.Count > 0 || s.Desired == DesiredState.Absent ? s : s with { Desired = DesiredState.Absent })
            .ToList();
        return left.SequenceEqual(subtopic.Stores) ? subtopic : subtopic with { Stores = left };
    }
}
