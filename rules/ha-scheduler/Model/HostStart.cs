namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>
/// The newest start of a host's supervisor that was seen. A host that dies and is back before anybody could call it Down keeps its
/// verdict, and yet begins anew with all that stands there. It is in the state, so that another leader knows it as well. Pure.
/// </summary>
/// <param name="At">Time at which it was seen, by the scheduler's clock.</param>
internal sealed record HostStart(long Incarnation, DateTimeOffset At)
{
    /// <summary>The verdict with the start that this report shows; null: it shows none that is not noted.</summary>
    internal static HostVerdict? Noted(HostVerdict verdict, HostReport report, DateTimeOffset now) =>
        IsNews(verdict, report) ? verdict with { Start = new HostStart(report.Incarnation, now) } : null;

    /// <summary>Time since which it is back, from Down or with another life; now, while that life is not noted yet.</summary>
    internal static DateTimeOffset BackSince(HostSnapshot host, DateTimeOffset now) =>
        NewestAt(host, now) is { } started && started > host.Verdict.Since ? started : host.Verdict.Since;

    /// <summary>
    /// Time at which its newest start was seen, if that start began a life that was not Down before; null: there was none. A host that
    /// comes back from Down is judged after that start was noted, or is Down still.
    /// </summary>
    internal static DateTimeOffset? SeenAt(HostSnapshot host, DateTimeOffset now) =>
        host.Verdict.State != HostState.Down && NewestAt(host, now) is { } started && started > host.Verdict.Since ? started : null;

    private static DateTimeOffset? NewestAt(HostSnapshot host, DateTimeOffset now) =>
        host.Reported is { Report: var report } && IsNews(host.Verdict, report) ? now : host.Verdict.Start?.At;

    private static bool IsNews(HostVerdict verdict, HostReport report) =>
        report.Incarnation > Math.Max(verdict.Incarnation, verdict.Start?.Incarnation ?? long.MinValue);
}
