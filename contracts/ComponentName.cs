namespace Holdfast.Contracts;

/// <summary>
/// The names by which a person may call one component: its id, its name on its host or on a former one, or its task. Pure.
/// </summary>
public static class ComponentName
{
    private const string Task = "task:";

    /// <summary>The id of the component that this name or id belongs to, whatever number the name has.</summary>
    public static string IdIn(string nameOrId) =>
        nameOrId.Split(':') is { Length: >= 4 } parts && long.TryParse(parts[^1], out _) ? parts[^2] : nameOrId;

    /// <summary>The task that <c>task:ID</c> names; null: it is no such name.</summary>
    public static string? TaskIn(string name) => name.StartsWith(Task, StringComparison.Ordinal) ? name[Task.Length..] : null;
}
