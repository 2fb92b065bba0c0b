using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Processes;

/// <summary>A component whose state is another one than at the last look.</summary>
internal readonly record struct StateChange(Component Component, Verdict Verdict);

/// <summary>
/// Looks at all components of a host, each in a try of its own. A component's result is its own: what it says, or what goes wrong while
/// it is looked at.
/// </summary>
internal static class ComponentWatch
{
    /// <summary>Reads status files, judges states. After a pause of our own nothing counts as stale.</summary>
    public static List<StateChange> Look(
        IEnumerable<Component> all, StatusReader reader, BootTime now, TimeSpan interval, bool afterPause)
    {
        var changes = new List<StateChange>();
        foreach (var component in all)
        {
            TryLook(component, reader, now, afterPause);
            var verdict = ComponentReports.Judge(component, now, interval);
            if (verdict.State == component.Last?.State)
            {
                continue;
            }

            component.Last = verdict;
            changes.Add(new(component, verdict));
        }

        return changes;
    }

    public static List<ComponentReport> Reports(IEnumerable<Component> all, BootTime now, TimeSpan interval) =>
        [.. all.OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => ComponentReports.Of(c, now, interval))];

    private static void TryLook(Component component, StatusReader reader, BootTime now, bool afterPause)
    {
        try
        {
            if (component.Phase is Phase.Alive or Phase.Stopping)
            {
                component.Look(now, reader);
            }

            if (afterPause)
            {
                component.Excuse(now);
            }

            component.Fault = null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            component.Fault = ComponentReports.NotJudged(e);
        }
    }
}
