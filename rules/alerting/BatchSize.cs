namespace Holdfast.Rules.Alerting;

/// <summary>
/// Number of deliveries that a channel takes up at once. It is small while those who raise alerts wait long to be accepted. An alert that
/// is not accepted can still be lost; one that is accepted can wait, but not for ever. Pure.
/// </summary>
internal static class BatchSize
{
    /// <summary>A raised alert waits no longer than this to be accepted, as long as deliveries can make room for it.</summary>
    internal static TimeSpan AcceptingWanted { get; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Deliveries that are this late give way to nothing.</summary>
    internal static TimeSpan BehindMax { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Size of a batch then; the same again for each <see cref="BehindStep"/> that deliveries are late.</summary>
    private const int Least = 16;

    private static readonly TimeSpan BehindStep = TimeSpan.FromMilliseconds(250);

    /// <summary>Grows with the lag, so that deliveries keep up also where accepting always takes long, as on a slow disk.</summary>
    /// <param name="accepting">Time that those who were accepted of late had waited.</param>
    /// <param name="behind">Time for which the first that could go at once has been waiting.</param>
    internal static int Decide(TimeSpan accepting, TimeSpan behind) =>
        accepting <= AcceptingWanted || behind >= BehindMax ? int.MaxValue : Least * (1 + (int)(behind / BehindStep));
}
