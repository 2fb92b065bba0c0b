using Holdfast.Engine.Transactions;
using Holdfast.Rules.Apply.Flow;
using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.IncrSync;

/// <summary>Gives each transaction to who writes it: to the lanes beside others, or to who writes alone.</summary>
internal sealed class Dispatcher(Board board, int lanes, StreamTables tables, AloneWriter alone, LaneWait wait, Meter meter)
{
    private readonly KeyReader _keys = new();

    /// <param name="part">The next one; it is not skipped.</param>
    /// <param name="came">The moment from which planning it took its time.</param>
    internal async Task Take(TransactionPart part, TimeSpan came)
    {
        if (part.Ddl is not null)
        {
            await wait.Drained().ConfigureAwait(false);
            await alone.Write(part).ConfigureAwait(false);
            return;
        }

        if (!await tables.Fit(part).ConfigureAwait(false))
        {
            return;
        }

        var admit = board.Admits(part);
        if (admit == Admit.WhenThereIsRoom)
        {
            await wait.Until(() => board.Admits(part) == Admit.Now).ConfigureAwait(false);
            came = meter.Now;
        }

        if (admit == Admit.Alone)
        {
            await Alone(part).ConfigureAwait(false);
            return;
        }

        var changes = tables.Changes(part);
        if (changes.Count == 0)
        {
            board.Begin(part);
            board.Finish(part.Position);
            return;
        }

        if (alone.MustTake(changes))
        {
            await Alone(part).ConfigureAwait(false);
            return;
        }

        // In one lane everything keeps its order anyway.
        var footprint = lanes == 1 ? Footprint.None : Footprint.Of(changes, _keys);
        board.Plan(part, new Work(SourceTransaction.Of(part), changes, part.Changes.Length, meter.Now), footprint);
        meter.Since(Stage.Plan, came);
    }

    /// <summary>The stream has ended: all of it is written, and how far that is.</summary>
    internal async Task Finish()
    {
        await wait.Drained().ConfigureAwait(false);
        await alone.Save().ConfigureAwait(false);
    }

    /// <summary>Between two moments at which no lane works.</summary>
    private async Task Alone(TransactionPart part)
    {
        if (part.IsFirst)
        {
            await wait.Drained().ConfigureAwait(false);
        }

        await alone.Write(part).ConfigureAwait(false);
    }
}
