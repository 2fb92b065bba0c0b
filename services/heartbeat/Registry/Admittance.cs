namespace Holdfast.Heartbeat.Registry;

/// <summary>The scheduler's finding that a host is Online, since its supervisor has no desired list that counts. Pure.</summary>
internal readonly record struct Admittance
{
    /// <summary>First report of the present run of reports without a list.</summary>
    private long ListlessFrom { get; init; }

    private (long Incarnation, long Sequence) Admitted { get; init; }

    /// <summary>The scheduler's word up to now covers this report no more.</summary>
    internal Admittance Anew(HostReport report) => this with { ListlessFrom = report.Sequence };

    /// <summary>The scheduler's word on a report up to this one was about a host that is deleted.</summary>
    internal Admittance Beyond(long sequence) => ListlessFrom > sequence ? this : this with { ListlessFrom = sequence + 1 };

    internal Admittance With(long incarnation, long sequence) =>
        (incarnation, sequence).CompareTo(Admitted) > 0 ? this with { Admitted = (incarnation, sequence) } : this;

    /// <summary>A list from before its host was deleted counts for nothing: it must be given up before there can be another.</summary>
    internal bool IsAwaitedBy(HostReport report, long emptiedIn) => report.DesiredVersion < Math.Max(emptiedIn, 1)
        && !(report.DesiredVersion == 0 && Admitted.Incarnation == report.Incarnation && Admitted.Sequence >= ListlessFrom);
}
