using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Heartbeats;

/// <summary>Decides when the next heartbeat goes, and how long the server may hold it. Pure.</summary>
internal static class Pace
{
    /// <summary>Never two within this time, whatever happens.</summary>
    public static TimeSpan Floor { get; } = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan AnswerLimitFirst = TimeSpan.FromSeconds(5);

    internal enum Move
    {
        Wait,

        /// <summary>Send, and let the server hold it for an interval.</summary>
        Report,

        /// <summary>Something changed here: give up the held one, send, ask for an answer at once.</summary>
        ReportNow,
    }

    public static Move Decide(Waiting waiting, BootTime now, bool urgent) => waiting switch
    {
        { Pending: { } pending } when pending.Wait == TimeSpan.Zero => Move.Wait, // answered at once anyway
        { Pending: { } pending } => urgent && now >= pending.At + Floor ? Move.ReportNow : Move.Wait,
        _ when now < waiting.NotBefore => urgent && !waiting.Failing && now >= waiting.LastSent + Floor
            ? Move.ReportNow
            : Move.Wait,
        _ => urgent ? Move.ReportNow : Move.Report,
    };

    /// <summary>
    /// The moment of the next one after an answer. A server that does not hold our heartbeats is asked once per interval.
    /// </summary>
    public static BootTime AfterAnswer(SentHeartbeat sent, BootTime now, TimeSpan interval, bool newVersion)
    {
        var held = sent.Wait == TimeSpan.Zero || newVersion || now - sent.At >= 0.8 * sent.Wait;
        var next = held ? now : sent.At + interval;
        var floor = sent.At + Floor;
        return next > floor ? next : floor;
    }

    /// <summary>The moment of the next one after a failure: 0.1, 0.2, 0.4 … seconds, at most an interval.</summary>
    public static BootTime AfterFailure(BootTime now, TimeSpan interval, int failures)
    {
        var backoff = Floor * Math.Pow(2, Math.Min(failures - 1, 12));
        return now + (backoff < interval ? backoff : interval);
    }

    public static TimeSpan WaitFor(TimeSpan interval, TimeSpan? lease) =>
        lease is { } l && l / 3 < interval ? l / 3 : interval;

    /// <summary>Well below the lease, so that a lost answer can be tried again before it is over.</summary>
    public static TimeSpan LimitFor(TimeSpan wait, TimeSpan? lease) =>
        wait + (lease is { } l && l / 4 < AnswerLimitFirst ? l / 4 : AnswerLimitFirst);
}

/// <summary>The state that the pace is decided from.</summary>
internal readonly record struct Waiting(SentHeartbeat? Pending, BootTime LastSent, BootTime NotBefore, bool Failing);
