namespace Holdfast.IncrSync;

/// <summary>Waits for the lanes, until they have room or nothing to do; the stream is not read meanwhile.</summary>
internal sealed class LaneWait(Board board, Ending ending, Meter meter, TimeProvider time)
{
    /// <summary>All that was given to them is written.</summary>
    internal Task Drained() => Until(() => board.IsIdle);

    internal async Task Until(Func<bool> holds)
    {
        if (holds())
        {
            return;
        }

        var started = meter.Now;
        board.SetMoreAtHand(false);
        while (!holds())
        {
            await board.Done.Wait(null, time, ending.Stop).ConfigureAwait(false);
        }

        board.SetMoreAtHand(true);
        meter.Since(Stage.Room, started);
    }
}
