namespace Holdfast.Sample;

/// <summary>Stamps its sink every 20 ms: a stand-in for applying increments.</summary>
internal sealed class IncrSync(Surroundings surroundings, string sinkDirectory, TimeProvider clock)
{
    public const int ExitStaleEpoch = 3;
    private const int StampsPerStatus = 50;

    /// <summary>Seconds of increments that one stamp applies while it catches up.</summary>
    private const long SecondsPerStamp = 60;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public async Task<int> RunAsync(CancellationToken stop)
    {
        using var sink = new Sink(sinkDirectory, surroundings.Epoch, surroundings.Component.Replace(' ', '_'));
        var checkpoint = sink.Checkpoint() ?? surroundings.StartTimestamp ?? Now();
        using var ticks = new PeriodicTimer(Interval, clock);
        for (var stamps = 0; await Next(ticks, stop); stamps++)
        {
            var next = Math.Min(Math.Max(Now(), checkpoint), checkpoint + SecondsPerStamp);
            var stamp = sink.Write(next);
            if (stamp == Stamp.Accepted)
            {
                checkpoint = next;
            }

            if (stamp == Stamp.StaleEpoch)
            {
                return Refused(checkpoint);
            }

            if (stamps % StampsPerStatus == 0)
            {
                Say("Running", checkpoint, null);
            }
        }

        return 0;
    }

    private static async ValueTask<bool> Next(PeriodicTimer ticks, CancellationToken stop)
    {
        try
        {
            return await ticks.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private int Refused(long checkpoint)
    {
        Say("Abnormal", checkpoint,
            $"The sink has seen a higher epoch than {surroundings.Epoch}: this one must not write.");
        return ExitStaleEpoch;
    }

    private void Say(string state, long checkpoint, string? error) => surroundings.Say(state, json =>
    {
        json.WriteNumber("checkpoint", checkpoint);
        json.WriteNumber("delaySeconds", Math.Max(0, Now() - checkpoint));
        if (error is not null)
        {
            json.WriteString("error", error);
        }
    });

    private long Now() => clock.GetUtcNow().ToUnixTimeSeconds();
}
