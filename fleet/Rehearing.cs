namespace Holdfast.Fleet;

/// <summary>
/// Computes how long it takes until everybody who lives has been heard again after a break. The server was stopped or started anew, the
/// broker was away, a collector was lost. What rests on hearing waits for so long, and no longer. Pure.
/// </summary>
public static class Rehearing
{
    /// <summary>A supervisor gives a heartbeat up after a quarter of its lease, and never later than this.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);

    /// <summary>A batch goes out every second, a pass comes every second, and a machine may be busy.</summary>
    private static readonly TimeSpan Passing = TimeSpan.FromSeconds(3);

    /// <summary>Its host is admitted to its list again, and the component starts.</summary>
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(4);

    /// <summary>
    /// The heartbeat that was on its way is held for an interval and then given up; the next one follows an interval later at
    /// most. Of each profile: docs/ha-config.md, Profiles.
    /// </summary>
    public static TimeSpan HeardWithin(TimeSpan heartbeatInterval, TimeSpan lease) =>
        (2 * heartbeatInterval) + (lease / 4 < AnswerMax ? lease / 4 : AnswerMax) + Passing;

    /// <summary>Time until a component that was fenced meanwhile runs again.</summary>
    public static TimeSpan RunsWithin(TimeSpan heartbeatInterval, TimeSpan lease) =>
        HeardWithin(heartbeatInterval, lease) + Starting;
}
