using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>The words of what is found of tasks. Pure.</summary>
internal static class TaskWords
{
    internal static string FailedEvent(TaskDocument task) => IsMigration(task) ? AlertEvents.MigrationFailed : AlertEvents.SyncFailed;

    internal static string DelayEvent(TaskDocument task) => IsMigration(task) ? AlertEvents.MigrationDelay : AlertEvents.SyncDelay;

    internal static Finding Failed(TaskDocument task, Observed of, DateTimeOffset since, DateTimeOffset now)
    {
        var (component, host) = (of.Component, of.Host?.Verdict);
        var what = Failover.Word(component.Kind);
        var why = of.IsDown
            ? $"its {what} is on host {component.Host}, which is Down, and has not been moved"
            : component.Host is null ? $"its {what} has lost its host and waits for room on another one"
            : of.Reported is { State: ComponentState.Abnormal } said
                ? $"its {what} is Abnormal on host {component.Host}: {said.Error ?? "no error given"}"
                : $"its {what} failed and has not run since{Since(of)}; it is to run on host {component.Host}";
        return Of(task, FailedEvent(task), since) with
        {
            Summary = $"Task {task.Name} has failed for {Span(now - since)}: {why}",
            Description = $"{Named(task)} is {TaskStates.Failed}: {why}. Failing since {since:O}. What HA does about it, or why not: "
                + $"/api/v1/ha/why/{component.Id}. Restarts in a row: {component.Restarts}.",
            Over = $"Task {task.Name} runs again",
            Host = component.Host,
            HostIp = host?.Address,
            Incident = host?.Incident ?? component.Incident,
            Parts = [component.Id],
        };
    }

    internal static Finding Late(TaskDocument task, Observed of, Behind behind, TimeSpan limit, DateTimeOffset since)
    {
        var (delay, why) = (behind.Seconds, of.WhyNotRunning ?? "it is not heard at present");
        var heard = behind.By switch
        {
            LagBasis.Report => "by its Incr-Sync's own report",
            LagBasis.Checkpoint => $"counted from the last checkpoint of its Incr-Sync: {why}",
            LagBasis.Silence => $"counted from the last report of its Incr-Sync, which named no checkpoint: {why}",
        };
        return Of(task, DelayEvent(task), since) with
        {
            Summary = $"Task {task.Name} lags {Seconds(delay)} behind (limit {Seconds(limit.TotalSeconds)}, {Word(task.Protection)})",
            Description = $"{Named(task)} lags {Seconds(delay)} behind its source, {heard}; its protection level {Word(task.Protection)} "
                + $"allows {Seconds(limit.TotalSeconds)}. Look at load and errors of the Incr-Sync{On(of.Component.Host)}, at its "
                + $"Store and at the target: /api/v1/ha/why/{of.Component.Id}.",
            Over = $"Task {task.Name} is within {Seconds(limit.TotalSeconds)} of its source again",
            Host = of.Component.Host,
            HostIp = of.Host?.Verdict.Address,
            Incident = of.Component.Incident,
        };
    }

    internal static Finding Inconsistent(TaskDocument task, string name, HostVerdict host, int pid, DateTimeOffset since) =>
        Of(task, AlertEvents.SyncStatusInconsistent, since) with
        {
            Summary = $"Task {task.Name} is {Word(task)}, yet its Incr-Sync runs on host {host.Host}",
            Description = $"{Named(task)} is {Word(task)} since {task.StatusAt ?? task.CreatedAt:O}, yet host {host.Host} "
                + $"({host.Address}) reports {name} running as process {pid}. "
                + (task.Status == TaskIntent.Released
                    ? "Its supervisor is told to end it; if it does not, end the process on the host itself."
                    : $"Stop it with POST /api/v1/tasks/{task.Id}/stop, or on the host itself if its supervisor does not; or start the "
                        + "task if it is meant to run."),
            Over = $"The Incr-Sync of task {task.Name} does not run any more",
            Host = host.Host,
            HostIp = host.Address,
        };

    /// <summary>While a component of it is still there it is on its way to be released.</summary>
    private static string Word(TaskDocument task) => task.Status == TaskIntent.Released ? TaskStates.Releasing : task.Status;

    private static string On(string? host) => host is null ? "" : $" on host {host}";

    private static string Since(Observed of) => of.WhyNotRunning is { } why ? $" ({why})" : "";

    internal static string Word(ProtectionLevel level) => System.Text.Json.JsonSerializer.SerializeToElement(level).GetString()!;

    private static Finding Of(TaskDocument task, string @event, DateTimeOffset since) => new()
    {
        Event = @event,
        Scope = AlertScope.Task,
        Target = task.Id,
        Level = Level(task.Protection),
        Summary = "",
        Description = "",
        Over = "",
        Region = task.Region,
        Since = since,
        Task = task.Id,
        TaskName = task.Name,
        Protection = task.Protection,
        TaskTags = TagsOf(task),
    };

    /// <summary>Null for a task without tags: nothing is said of them then.</summary>
    internal static IReadOnlyList<string>? TagsOf(TaskDocument? task) => task is { Tags: { Count: > 0 } tags } ? tags : null;

    /// <summary>Tags of all tasks that an alert about several of them concerns, each tag once.</summary>
    internal static IReadOnlyList<string>? TagsOf(IEnumerable<TaskDocument?> tasks) =>
        tasks.SelectMany(t => t?.Tags ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } tags
            ? tags
            : null;

    private static AlertLevel Level(ProtectionLevel protection) => protection switch
    {
        ProtectionLevel.High => AlertLevel.Critical,
        ProtectionLevel.Medium => AlertLevel.Warning,
        ProtectionLevel.Low => AlertLevel.Caution,
        ProtectionLevel.Ignore => AlertLevel.Reminder,
    };

    private static bool IsMigration(TaskDocument task) => task.Type == "migration";

    private static string Named(TaskDocument task) => $"The {task.Type} task {task.Name} ({task.Id}, region {task.Region})";

    private static string Span(TimeSpan span) => Seconds(span.TotalSeconds);

    private static string Seconds(double seconds) => $"{seconds:0} s";
}
