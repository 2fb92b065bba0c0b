namespace Holdfast.Rules.Alerting;

/// <summary>Alerts that follow from a parent and are delivered with it: how many, and the first of them by name.</summary>
internal sealed record Children(long Count, IReadOnlyList<string> Names)
{
    /// <summary>Named in a message; the rest are counted.</summary>
    internal static int NamedMax { get; } = 10;

    internal static Children None { get; } = new(0, []);
}

/// <summary>
/// A Down host is one alert, its tasks' alerts are delivered with it (parent and children), and by themselves when they
/// outlive it. The falls of a host that flaps follow from that, and are not delivered one by one. Pure.
/// </summary>
internal static class Inhibition
{
    /// <summary>After the host is back its tasks get this long to recover before they are delivered.</summary>
    internal static TimeSpan Grace { get; } = TimeSpan.FromSeconds(60);

    internal static bool MayBeParent(Alert alert) => alert.Event is AlertEvents.HostDown or AlertEvents.HostFlaps;

    /// <summary>Its parent is delivered once more to name it. One more fall is no news to who knows that the host flaps.</summary>
    internal static bool IsNamedSoon(AlertRaised child) => child.Event != AlertEvents.HostDown;

    /// <summary>Fingerprint of the alert that this one may follow from, or null.</summary>
    internal static string? ParentOf(AlertRaised raised) =>
        raised is not { Condition: AlertCondition.Firing, Host: { Length: > 0 } host } ? null
        : raised.Scope == AlertScope.Task ? Alert.FingerprintOf(AlertEvents.HostDown, host)
        : raised.Event == AlertEvents.HostDown ? Alert.FingerprintOf(AlertEvents.HostFlaps, host)
        : null;

    internal static bool IsUp(Alert? parent, DateTimeOffset now) =>
        parent is not { Condition: AlertCondition.Firing } || Completion.Lapsed(parent, now);

    /// <summary>Until when the child is delivered with its parent only; null: it is on its own (again).</summary>
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

    /// <summary>The parent is over and the child is not: what still fires is delivered by itself.</summary>
    internal static Alert Outlived(Alert child, DateTimeOffset now) => child.Condition == AlertCondition.Firing
        ? AlertTransition.NewGeneration(child, now) with { Parent = null }
        : child with { Parent = null };

    internal static string Name(Alert child) => $"{child.TaskName ?? child.Target} ({child.Event})";
}
