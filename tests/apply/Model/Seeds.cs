namespace Holdfast.Apply.Tests.Model;

/// <summary>Runs a test for many seeds; a failure names the one that failed, HOLDFAST_SEED runs that one alone.</summary>
internal static class Seeds
{
    internal static void Each(int count, Action<int> test)
    {
        foreach (var seed in Chosen(count))
        {
            try
            {
                test(seed);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"HOLDFAST_SEED={seed}: {error.Message}", error);
            }
        }
    }

    /// <summary>Counts the seeds that fail: a fault that is built in on purpose must be seen by some.</summary>
    internal static int Failing(int count, Action<int> test)
    {
        var failed = 0;
        foreach (var seed in Enumerable.Range(1, count))
        {
            try
            {
                test(seed);
            }
            catch (Exception)
            {
                failed++;
            }
        }

        return failed;
    }

    internal static IEnumerable<int> Chosen(int count) =>
        Environment.GetEnvironmentVariable("HOLDFAST_SEED") is { Length: > 0 } one
            ? [int.Parse(one, CultureInfo.InvariantCulture)]
            : Enumerable.Range(1, count);
}
