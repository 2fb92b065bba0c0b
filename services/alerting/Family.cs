using Holdfast.Contracts;

namespace Holdfast.Alerting;

/// <summary>What follows from a parent and is told with it: how many, and the first of them by name.</summary>
internal sealed record Children(long Count, IReadOnlyList<string> Names)
{
    /// <summary>Named in a message; the rest are counted.</summary>
    internal const int NamedMax = 10;

    internal static Children None { get; } = new(0, []);
}

/// <summary>
/// A Down host is one alert, its tasks' alerts are told with it (parent and children), and by themselves again when they
/// outlive it. Pure.
/// </summary>
internal static class Family
{
    /// <summary>After the host is back its tasks get this long to recover before they are told of.</summary>
    internal static TimeSpan Grace { get; } = TimeSpan.FromSeconds(60);

    internal static bool MayBeParent(Alert alert) => alert.Event == AlertEvents.HostDown;

    /// <summary>Fingerprint of the alert that this one may follow from, or null.</summary>
    internal static string? ParentOf(AlertRaised raised) =>
        raised is { Condition: AlertCondition.Firing, Scope: AlertScope.Task, Host: { Length: > 0 } host }
            ? Alert.FingerprintOf(AlertEvents.HostDown, host)
            : null;

    internal static bool IsUp(Alert? parent, DateTimeOffset now) =>
        parent is not { Condition: AlertCondition.Firing } || Completion.Lapsed(parent, now);

    /// <summary>Until when the child is told with its parent only; null: it is on its own (again).</summary>
    internal static DateTimeOffset? QuietUntil(Alert? parent, DateTimeOffset now)
    {
        if (parent is null)
        {
            return null;
        }

        if (!IsUp(parent, now))
        {
            return now + Grace;
        }

        var ended = (parent.ResolvedAt ?? parent.HeardAt + Completion.After) + Grace;
        return ended > now ? ended : null;
    }

    internal static string Name(Alert child) => $"{child.TaskName ?? child.Target} ({child.Event})";
}
