namespace Holdfast.App;

/// <summary>Waits until the services of a run are ready, and says in lines what they wait for when that takes long.</summary>
internal sealed class ReadyWait(HttpClient http, string dataDirectory, TimeProvider time)
{
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(60);

    /// <summary>A run that takes longer to be ready says where it serves meanwhile.</summary>
    private static readonly TimeSpan QuietMax = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ReadyInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>False: it was told to stop before.</summary>
    internal async Task<bool> IsReady(CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        var said = false;
        var warned = false;
        while (!stopping.IsCancellationRequested)
        {
            if (await WhyNotReady(stopping) is not { } why)
            {
                return true;
            }

            var elapsed = time.GetElapsedTime(started);
            if (!said && elapsed > QuietMax)
            {
                said = true;
                Console.WriteLine($"serves {http.BaseAddress!.ToString().TrimEnd('/')}");
                Console.WriteLine($"  not ready yet: {why}");
            }

            if (!warned && elapsed > ReadyMax)
            {
                warned = true;
                await Console.Error.WriteLineAsync(
                    $"PF-207 Not ready after {ReadyMax.TotalSeconds:0} s, the local fleet waits: {why}");
                await Console.Error.WriteLineAsync(
                    $"  What to do: see {dataDirectory}/logs; Ctrl-C ends what runs.");
            }

            await Task.Delay(ReadyInterval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    private async Task<string?> WhyNotReady(CancellationToken stopping)
    {
        try
        {
            using var answer = await http.GetAsync("/health/ready", stopping);
            return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync(stopping);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return error.GetBaseException().Message;
        }
    }
}
