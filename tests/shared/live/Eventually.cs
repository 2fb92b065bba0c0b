namespace Holdfast.Tests;

/// <summary>
/// Waits for the next happening, never longer than its limit; what was missing at the end is the failure's message.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <param name="whyNot">Null when it holds, else what is missing.</param>
    /// <param name="max">The limit.</param>
    /// <returns>The time that it took.</returns>
    internal static async Task<TimeSpan> Holds(Func<Task<string?>> whyNot, TimeSpan max)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        while (true)
        {
            var missing = await Ask(whyNot);
            var elapsed = time.GetElapsedTime(started);
            if (missing is null)
            {
                return elapsed;
            }

            Assert.True(elapsed < max, $"not within {max.TotalSeconds:0.0} s: {missing}");
            await Task.Delay(Poll, time, TestContext.Current.CancellationToken);
        }
    }

    internal static Task<TimeSpan> Holds(Func<string?> whyNot, TimeSpan max) =>
        Holds(() => Task.FromResult(whyNot()), max);

    /// <summary>The first thing that is found.</summary>
    internal static async Task<T> Found<T>(Func<Task<T?>> look, TimeSpan max, string what) where T : class
    {
        T? found = null;
        await Holds(async () => (found = await look()) is null ? what : null, max);
        return found!;
    }

    /// <summary>A server that does not answer now may answer with the next question.</summary>
    private static async Task<string?> Ask(Func<Task<string?>> whyNot)
    {
        try
        {
            return await whyNot();
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
        {
            return error.Message;
        }
    }
}
