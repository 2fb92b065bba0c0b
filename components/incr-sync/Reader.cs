using Holdfast.Engine.Transactions;

namespace Holdfast.IncrSync;

/// <summary>Reads the stream: whether it is in order, what of it was written before, and what each event is for.</summary>
internal sealed class Reader(Board board, StreamTables tables, Dispatcher dispatcher, Ending ending, Meter meter)
{
    private Position? _open;
    private bool _isSkipping;

    /// <summary>Reads to the end, or until the run ends.</summary>
    internal async Task Run(IAsyncEnumerable<SourceEvent> events)
    {
        await using var stream = events.GetAsyncEnumerator(ending.Stop);
        while (await Next(stream).ConfigureAwait(false))
        {
            var started = meter.Now;
            switch (stream.Current)
            {
                case SchemaEvent schema: await tables.Describe(schema).ConfigureAwait(false); break;
                case AliveEvent alive: board.Alive(alive.Position, alive.Time); break;
                case TransactionEvent transaction: await Take(transaction.Part, started).ConfigureAwait(false); break;
            }

            if (ending.Stop.IsCancellationRequested)
            {
                return;
            }
        }

        if (_open is { } open)
        {
            ending.Say(Fault("DP-416", $"transaction {open}", "the stream ends within it", "Read the stream again", true));
            return;
        }

        await dispatcher.Finish().ConfigureAwait(false);
    }

    private async ValueTask<bool> Next(IAsyncEnumerator<SourceEvent> stream)
    {
        var next = stream.MoveNextAsync().AsTask();
        var started = meter.Now;
        if (!next.IsCompleted)
        {
            board.SetMoreAtHand(false);
        }

        var isThere = await next.ConfigureAwait(false);
        meter.Since(Stage.Source, started);
        board.SetMoreAtHand(isThere);
        return isThere;
    }

    private async Task Take(TransactionPart part, TimeSpan came)
    {
        if (!IsInOrder(part))
        {
            return;
        }

        _open = part.IsLast ? null : part.Position;
        if (part.IsFirst)
        {
            _isSkipping = board.WasDone(part.Position);
            if (_isSkipping && part.Position > board.Last)
            {
                board.Begin(part);
            }
        }

        if (!_isSkipping)
        {
            await dispatcher.Take(part, came).ConfigureAwait(false);
        }
    }

    /// <summary>A stream that leaves out a part, or goes back, cannot be believed any more.</summary>
    private bool IsInOrder(TransactionPart part)
    {
        if (part.IsFirst != (_open is null) || _open is { } open && part.Position != open)
        {
            ending.Say(Fault("DP-416", $"transaction {part.Position}", _open is null
                ? "a part of it comes without those before it" : $"it comes within transaction {_open}", "Read the stream again", true));
            return false;
        }

        if (part.IsFirst && part.Position <= board.Last && !board.WasDone(part.Position))
        {
            ending.Say(Fault("DP-415", $"transaction {part.Position}", $"it comes after {board.Last}: the stream goes back",
                "Read the stream again; if it stays so, report it with the source's engine", true));
            return false;
        }

        return true;
    }

    private static Stopped Fault(string code, string field, string message, string workaround, bool isPassing) =>
        new([new ApplyFault(code, field, message, workaround, isPassing)]);
}
