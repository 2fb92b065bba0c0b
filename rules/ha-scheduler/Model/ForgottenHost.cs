namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>
/// A host that an operator deleted: until everybody has forgotten it, and while its id could come back as another host. Key: host.
/// </summary>
internal sealed record ForgottenHost
{
    /// <summary>As it was judged last.</summary>
    public required HostVerdict Verdict { get; init; }

    /// <summary>The last report of it that was heard; what comes after that is another life of its id. -1: none.</summary>
    public required long Incarnation { get; init; }

    public required long Sequence { get; init; }

    /// <summary>Names this deletion.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Its verdict is gone: it counts nowhere any more.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Heartbeat has emptied its list and forgotten its settings and tokens: only then may its id come back.</summary>
    public bool IsAnswered { get; init; }

    internal string Host => Verdict.Host;

    /// <summary>By its lease all that ran there had ended when it was deleted.</summary>
    internal bool WasDown => Verdict.State == HostState.Down;

    /// <summary>A report that makes it known again, as a new host.</summary>
    internal bool Admits(HostReport report) =>
        IsAnswered && !(report.Incarnation == Incarnation && report.Sequence <= Sequence);
}
