namespace Holdfast.HaScheduler.Tests;

/// <summary>Documents that a test does not care about the details of.</summary>
internal static class Some
{
    internal static TaskDocument Task(
        string id, ProtectionLevel protection = ProtectionLevel.Medium, params IReadOnlyList<string> tags) => new()
    {
        Id = id,
        Name = id,
        Type = "synchronization",
        Region = "north",
        Protection = protection,
        Source = new TaskSource("mysql", "north"),
        IncrSync = new TaskComponent(["incr-sync", id]),
        Status = TaskIntent.Running,
        StartTimestamp = 0,
        CreatedAt = Scene.Now.AddDays(-1),
        Tags = tags,
    };

    internal static Dictionary<string, TaskDocument> Tasks(params IEnumerable<TaskDocument> tasks) =>
        tasks.ToDictionary(t => t.Id, StringComparer.Ordinal);

    internal static Maintenance Work { get; } = new("new disks", "ana", Scene.Now.AddHours(1), "token", Scene.Now);
}
