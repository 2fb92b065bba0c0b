namespace Holdfast.Rules.StoreManager;

/// <summary>Applies a task's request to a subtopic. Pure.</summary>
internal static class Asking
{
    /// <summary>A subtopic that nobody has asked for before; null when nobody needs it now either.</summary>
    internal static SubtopicDocument? First(StoreRequested request, string? config = null) => request.Desired == DesiredState.Absent
        ? null
        : new()
        {
            Subtopic = request.Subtopic,
            Region = request.Region,
            Command = request.Command,
            Config = config,
            Tasks = [request.Task],
            Needs = [NeedOf(request)],
            StartTimestamp = request.StartTimestamp,
            Shared = request.Shared ?? true,
            Source = request.Source,
        };

    /// <summary>The subtopic once the request is taken; the same instance when it says nothing new.</summary>
    internal static SubtopicDocument After(SubtopicDocument before, StoreRequested request, string? config = null)
    {
        var has = before.Tasks.Contains(request.Task, StringComparer.Ordinal);
        return (has, request.Desired) switch
        {
            (true, DesiredState.Absent) => before with
            {
                Tasks = [.. before.Tasks.Where(t => t != request.Task)],
                Needs = [.. before.Needs.Where(n => n.Task != request.Task)],
            },
            (true, not DesiredState.Absent) => Again(before, request, config),
            // Nobody needed it any more: what was asked for then says nothing of what is needed now.
            (false, not DesiredState.Absent) when before.Tasks.Count == 0 => before with
            {
                Tasks = [request.Task],
                Needs = [NeedOf(request)],
                Region = request.Region,
                StartTimestamp = request.StartTimestamp,
                Command = request.Command,
                Config = config,
                Shared = request.Shared ?? true,
                Source = request.Source,
            },
            // A Store of one task alone is not given to another one, whatever its name.
            (false, not DesiredState.Absent) when !IsForAll(before, request) => before,
            (false, not DesiredState.Absent) => before with
            {
                Tasks = [.. before.Tasks, request.Task],
                Needs = [.. before.Needs, NeedOf(request)],
                StartTimestamp = Math.Min(before.StartTimestamp, request.StartTimestamp),
                Command = before.Stores.Count == 0 ? request.Command : before.Command,
                Config = before.Stores.Count == 0 ? config : before.Config,
                Source = request.Source ?? before.Source,
            },
            _ => before,
        };
    }

    /// <summary>
    /// Applies a further request of a task that needs the subtopic already. The task's tags are updated. Command and configuration of
    /// future Stores are updated only while no other task needs the subtopic.
    /// The position that the task asked for first stays.
    /// </summary>
    private static SubtopicDocument Again(SubtopicDocument before, StoreRequested request, string? config)
    {
        var need = before.Needs.FirstOrDefault(n => n.Task == request.Task);
        var hasTags = need is null || (need.Tags ?? []).SequenceEqual(request.TaskTags ?? [], StringComparer.Ordinal);
        var hasCommand = before.Tasks.Count > 1
            || before.Config == config && before.Command.SequenceEqual(request.Command, StringComparer.Ordinal);
        return hasTags && hasCommand ? before : before with
        {
            Needs = hasTags ? before.Needs : [.. before.Needs.Select(n => n == need ? n with { Tags = request.TaskTags } : n)],
            Command = hasCommand ? before.Command : request.Command,
            Config = hasCommand ? before.Config : config,
            // Those that there are keep theirs: PATCH /api/v1/stores/{name}/configuration changes one.
            Stores = hasCommand ? before.Stores : [.. before.Stores.Select(before.AsItIs)],
        };
    }

    /// <summary>Both sides agree to share, and speak of one source.</summary>
    internal static bool IsForAll(SubtopicDocument subtopic, StoreRequested request) =>
        subtopic.Shared && request.Shared != false && subtopic.Region == request.Region;

    private static RequiredPosition NeedOf(StoreRequested request) =>
        new(request.Task, request.StartTimestamp, IsMet: false) { Tags = request.TaskTags };
}
