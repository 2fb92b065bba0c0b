using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.HaScheduler.Index;

/// <summary>Registrations as people see that they are suspect. Pure.</summary>
internal static class SuspectViews
{
    extension(SuspectView)
    {
        internal static SuspectView? Of(Registration component) => component.Suspicion is { Since: { } since } suspicion
            ? new SuspectView
            {
                Id = component.Id,
                Task = component.Task,
                Region = component.Region,
                Host = component.Host,
                Standing = suspicion.IsHeld ? "held" : suspicion.TriedAt is null ? "waits" : "watched",
                Hosts = [.. suspicion.Hosts],
                Since = since,
                TriedAt = suspicion.TriedAt,
                HeldAt = suspicion.HeldAt,
                Because = SuspectWords.Held(suspicion),
            }
            : null;
    }
}
