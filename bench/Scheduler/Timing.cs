namespace Holdfast.Bench.Scheduler;

/// <summary>Measures how long work takes, in milliseconds, once it is warm.</summary>
internal static class Timing
{
    internal const int Repeats = 15;

    internal static double Median(Action work, int repeats = Repeats)
    {
        for (var i = 0; i < 3; i++)
        {
            work();
        }

        return Middle(Enumerable.Range(0, repeats).Select(_ => Once(work)).ToList());
    }

    internal static double Middle(IEnumerable<double> figures) => Print.Percentile([.. figures.Order()], 0.5);

    internal static double Once(Action work)
    {
        var from = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
    }
}
