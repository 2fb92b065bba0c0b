using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Suspects;

/// <summary>Judges what the fall of its host says against a component (docs/decisions/0012). Pure.</summary>
/// <param name="causes">Falls that have a cause that hosts share.</param>
/// <param name="watched">Hosts on which a suspect is being watched: their fall is attributed to that suspect.</param>
internal sealed class Evidence(Snapshot snapshot, SharedCauses causes, IReadOnlySet<string> watched)
{
    /// <summary>Hosts in a row that make a component suspect.</summary>
    internal const int HostsMax = 2;

    /// <summary>
    /// The part of checkHostDownIntervalSec by which a host may have been heard last before the component came: a host is
    /// given its work in the answer to a heartbeat.
    /// </summary>
    private const double ToldShare = 0.25;

    /// <summary>
    /// Suspicion against the component once its host has fallen. It is the same instance when the fall says nothing new, and null when
    /// the component had lived there for longer than the window.
    /// </summary>
    internal Suspicion? After(Case @case)
    {
        var (component, before) = (@case.Component, @case.Component.Suspicion);
        if (@case is not { Host: { } host, Incident: { } incident } || component.CameAt is not { } came)
        {
            return null;
        }

        if (before?.Falls.Any(f => f.Host == host.Verdict.Host && f.Incident == incident) == true)
        {
            return before;
        }

        var silent = SharedCauses.SilentSince(host, snapshot.Now);
        if (silent - came > @case.Config.SuspectWindow)
        {
            // Once it is Down nobody knows any more when the host itself had come back: that was judged in the pass that said so.
            return host.Verdict.State != HostState.Down && HasLived(component, host, snapshot.Now, @case.Config) ? null : before;
        }

        if (!IsFelledBy(@case, host, came) || watched.Contains(host.Verdict.Host))
        {
            return before;
        }

        List<Fall> falls =
        [
            .. before?.Falls.Where(f => f.Host != host.Verdict.Host) ?? [], new Fall(host.Verdict.Host, incident, came, silent),
        ];
        return new Suspicion { Falls = falls, Since = falls.Count >= HostsMax ? snapshot.Now : null };
    }

    /// <summary>Suspicion to note of a subtopic whose newest Store's host has fallen; null: nothing new.</summary>
    internal Suspect? OfStore(Case @case)
    {
        var before = @case.Component.Suspicion;
        var after = @case.IsHaOn && !@case.Braked && @case.FeedFault is null ? After(@case) : before;
        return Equals(after, before) ? null : new Suspect(@case.Component, after, after switch
        {
            null => "its newest Store had lived through the window: what was remembered counts no more",
            { IsSuspect: true } => "suspect: " + SuspectWords.Of(after),
            _ => SuspectWords.Of(after),
        });
    }

    /// <summary>It was to run there, the host was heard after it had come, and no cause that hosts share explains the fall.</summary>
    internal bool IsFelledBy(Case @case, HostSnapshot host, DateTimeOffset came) =>
        @case.Component is { Desired: DesiredState.Running, CarriedState: null } && @case.LastState != ComponentState.Completed
        && SharedCauses.SilentSince(host, snapshot.Now) >= came - @case.Config.CheckHostDownInterval * ToldShare
        && !causes.Explain(host);

    /// <summary>Other hosts fell with the one that was seen with a new start then.</summary>
    internal bool IsShared(string host, DateTimeOffset seen) =>
        snapshot.Hosts.FirstOrDefault(h => h.Verdict.Host == host) is { } started && causes.Explain(started, seen);

    /// <summary>Its host, not Down yet, was heard later than a window after the component had come, or the host had come back.</summary>
    private static bool HasLived(Registration component, HostSnapshot host, DateTimeOffset now, HaConfig config)
    {
        var from = component.CameAt > host.Verdict.Since ? component.CameAt.Value : host.Verdict.Since;
        return SharedCauses.SilentSince(host, now) - from > config.SuspectWindow;
    }

    /// <summary>Suspicion that it keeps when it leaves a living host.</summary>
    internal static Suspicion? Kept(Case @case, DateTimeOffset now) =>
        @case is { Component.Suspicion.IsSuspect: false, Host: { Verdict.State: not HostState.Down } host }
            && HasLived(@case.Component, host, now, @case.Config)
                ? null
                : @case.Component.Suspicion;
}
