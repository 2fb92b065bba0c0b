namespace Holdfast.Sample;

/// <summary>Says that it can serve everything since its start timestamp: a stand-in for collecting a log.</summary>
internal sealed class Store(Surroundings surroundings, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync(CancellationToken stop)
    {
        var begin = surroundings.StartTimestamp ?? clock.GetUtcNow().ToUnixTimeSeconds();
        while (!stop.IsCancellationRequested)
        {
            surroundings.Say("Running", json =>
            {
                json.WriteNumber("begin", begin);
                json.WriteNumber("end", clock.GetUtcNow().ToUnixTimeSeconds());
                json.WriteStartArray("consumers");
                json.WriteEndArray();
            });
            await Task.Delay(Interval, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return 0;
    }
}
