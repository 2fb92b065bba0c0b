namespace Holdfast.Rules.Apply.Flow;

/// <summary>The time that each stage took, in sums that only grow.</summary>
public sealed record StageTimes
{
    /// <summary>The reader had to wait for the source or its Store.</summary>
    public TimeSpan Source { get; init; }

    /// <summary>The reader had to wait until lanes had done something.</summary>
    public TimeSpan Room { get; init; }

    /// <summary>The reader worked: decoding, mapping, planning.</summary>
    public TimeSpan Plan { get; init; }

    /// <summary>Lanes worked out the statements of groups.</summary>
    public TimeSpan Build { get; init; }

    /// <summary>Lanes waited for the task's own limit of rows or bytes a second.</summary>
    public TimeSpan Throttle { get; init; }

    /// <summary>The sink ran statements.</summary>
    public TimeSpan Execute { get; init; }

    /// <summary>The sink committed.</summary>
    public TimeSpan Commit { get; init; }

    /// <summary>Lanes waited before they tried a group again.</summary>
    public TimeSpan Retry { get; init; }

    /// <summary>Work that waited for a lane because it touches what others had not done yet, each for its time.</summary>
    public TimeSpan Conflict { get; init; }

    /// <summary>The times since an earlier sum.</summary>
    public StageTimes Since(StageTimes earlier) => new()
    {
        Source = Source - earlier.Source,
        Room = Room - earlier.Room,
        Plan = Plan - earlier.Plan,
        Build = Build - earlier.Build,
        Throttle = Throttle - earlier.Throttle,
        Execute = Execute - earlier.Execute,
        Commit = Commit - earlier.Commit,
        Retry = Retry - earlier.Retry,
        Conflict = Conflict - earlier.Conflict,
    };
}

/// <summary>The stage that holds a task up.</summary>
/// <param name="Stage">
/// <c>source</c>, <c>plan</c>, <c>conflicts</c>, <c>build</c>, <c>throttle</c>, <c>retry</c>, <c>execute</c>, <c>commit</c> or
/// <c>processor</c>.
/// </param>
/// <param name="Sentence">The reason, with the figures.</param>
public sealed record Diagnosis(string Stage, string Sentence)
{
    /// <summary>Names the slow stage of an interval.</summary>
    /// <param name="times">The time that each stage took in it.</param>
    /// <param name="interval">Its length.</param>
    /// <param name="lanes">Count of the lanes.</param>
    /// <param name="groups">Groups that were committed in it.</param>
    /// <param name="rows">Rows in them.</param>
    public static Diagnosis Of(StageTimes times, TimeSpan interval, int lanes, long groups, long rows)
    {
        var inLanes = interval * Math.Max(lanes, 1);
        if (Share(times.Retry, inLanes) >= 0.3)
        {
            return new("retry", $"The sink does not take groups at once: {Percent(times.Retry, inLanes)} of the lanes' time they "
                + "wait to be tried again.");
        }

        if (Share(times.Throttle, inLanes) >= 0.3)
        {
            return new("throttle",
                $"The task's own limit holds it: {Percent(times.Throttle, inLanes)} of the lanes' time. Raise rows or bytes a second.");
        }

        if (times.Room >= times.Source && times.Room >= times.Plan && times.Room > TimeSpan.Zero)
        {
            return Lanes(times, inLanes, lanes, groups, rows);
        }

        return times.Source >= times.Plan
            ? new("source", $"The source is the slow stage: the reader waits for it {Percent(times.Source, interval)} of the time.")
            : new("plan", $"Reading and planning is the slow stage: {Percent(times.Plan, interval)} of the time; a core of its "
                + "own would help.");
    }

    private static Diagnosis Lanes(StageTimes times, TimeSpan inLanes, int lanes, long groups, long rows)
    {
        var busy = times.Build + times.Execute + times.Commit;
        if (lanes > 1 && Share(busy, inLanes) < 0.5 && times.Conflict > busy)
        {
            return new("conflicts", $"Transactions touch the same keys and wait for each other: {lanes} lanes are busy "
                + $"{Percent(busy, inLanes)} of the time.");
        }

        if (Share(busy, inLanes) < 0.1)
        {
            return new("processor",
                $"No stage is busy, the lanes {Percent(busy, inLanes)} of the time: the process waits for the machine.");
        }

        if (times.Build >= times.Execute && times.Build >= times.Commit)
        {
            return new("build", $"Making statements is the slow stage: {Percent(times.Build, inLanes)} of the lanes' time.");
        }

        return times.Execute >= times.Commit
            ? new("execute", $"The sink's statements are the slow stage: {Each(times.Execute, rows, 1000)} µs a row.")
            : new("commit", $"The sink's commits are the slow stage: {Each(times.Commit, groups, 1)} ms each.");
    }

    private static double Share(TimeSpan part, TimeSpan whole) => whole > TimeSpan.Zero ? part / whole : 0;

    private static string Percent(TimeSpan part, TimeSpan whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * Share(part, whole):0} %");

    private static string Each(TimeSpan time, long count, double scale) =>
        (count > 0 ? time.TotalMilliseconds * scale / count : 0).ToString("0.#", CultureInfo.InvariantCulture);
}
