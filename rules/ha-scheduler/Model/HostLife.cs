namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>
/// One life of a host's supervisor, from one start to the next. A host that dies and is back before anybody could call it Down
/// shows nothing but another one. Pure.
/// </summary>
internal sealed record HostLife(string Host, long Incarnation)
{
    /// <summary>Null: it has reported nothing yet, or is Down.</summary>
    internal static HostLife? Of(HostSnapshot? host) => host is { Verdict.State: not HostState.Down, Reported.Report: { } report }
        ? new HostLife(host.Verdict.Host, report.Incarnation)
        : null;

    /// <summary>The same host has been started since; another host says nothing of this one, nor does a report that came late.</summary>
    internal bool EndedBefore(HostLife now) => now.Host == Host && now.Incarnation > Incarnation;
}
