using Holdfast.Engine.Transactions;
using Holdfast.Rules.Apply.Flow;
using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.IncrSync;

/// <summary>Takes the stream: describes tables, plans transactions, and writes itself what must go alone.</summary>
internal sealed class Reader(Board board, Lane first, int lanes, SinkTables tables, DdlWriter ddl, AloneWriter alone, Ending ending,
    Meter meter, TimeProvider time)
{
    private readonly KeyReader _keys = new();
    private Position? _open;
    private bool _isSkipping;

    /// <summary>Nothing of this run was planned yet: what is described may be of rows that were written long ago.</summary>
    private bool _isReplay = true;

    /// <summary>Reads to the end, or until the run ends.</summary>
    internal async Task Run(IAsyncEnumerable<SourceEvent> events)
    {
        await using var stream = events.GetAsyncEnumerator(ending.Stop);
        while (await Next(stream).ConfigureAwait(false))
        {
            var started = meter.Now;
            switch (stream.Current)
            {
                case SchemaEvent schema: await Describe(schema).ConfigureAwait(false); break;
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

        await Drained().ConfigureAwait(false);
        await first.Save().ConfigureAwait(false);
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

    private async Task Describe(SchemaEvent schema)
    {
        if (tables.IsSame(schema.Schema))
        {
            return;
        }

        if (tables.IsKnown(schema.Schema))
        {
            await Drained().ConfigureAwait(false);
        }

        var faults = await tables.Take(schema.Schema, ending.Stop).ConfigureAwait(false);
        if (faults.Count > 0 && !_isReplay)
        {
            // All that came before the table is right, and is written.
            await Drained().ConfigureAwait(false);
            ending.Say(new Stopped(faults));
        }
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

        if (_isSkipping)
        {
            return;
        }

        if (part.Ddl is not null)
        {
            await Drained().ConfigureAwait(false);
            await (ddl.IsKept || !part.IsWhole ? Alone(part) : ddl.Write(part)).ConfigureAwait(false);
            return;
        }

        if (tables.IsUnsure && await IsUnfit(part).ConfigureAwait(false))
        {
            return;
        }

        _isReplay = false;
        var admit = board.Admits(part);
        if (admit == Admit.WhenThereIsRoom)
        {
            await Until(() => board.Admits(part) == Admit.Now).ConfigureAwait(false);
            came = meter.Now;
        }

        if (admit == Admit.Alone)
        {
            await Alone(part).ConfigureAwait(false);
            return;
        }

        var changes = ChangeMapper.Map(part, tables.Of);
        if (changes.Count == 0)
        {
            board.Begin(part);
            board.Finish(part.Position);
            return;
        }

        if (ddl.IsEmptying(changes))
        {
            await Alone(part).ConfigureAwait(false);
            return;
        }

        // In one lane everything keeps its order anyway.
        var footprint = lanes == 1 ? Footprint.None : Footprint.Of(changes, _keys);
        board.Plan(part, new Work(SourceTransaction.Of(part), changes, part.Changes.Length, meter.Now), footprint);
        meter.Since(Stage.Plan, came);
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

    /// <summary>
    /// Compares tables of the rows that come with the sink as it is now. It does so where the last comparison was of another form of them,
    /// or was before a statement that has made them fit.
    /// </summary>
    private async Task<bool> IsUnfit(TransactionPart part)
    {
        var named = new HashSet<uint>();
        part.AddTables(named);
        foreach (var table in tables.Unmapped(named))
        {
            await Drained().ConfigureAwait(false);
            if (await tables.Take(table, ending.Stop).ConfigureAwait(false) is { Count: > 0 } faults)
            {
                ending.Say(new Stopped(faults));
                return true;
            }
        }

        return false;
    }

    /// <summary>Between two moments at which no lane works.</summary>
    private async Task Alone(TransactionPart part)
    {
        if (part.IsFirst)
        {
            await Drained().ConfigureAwait(false);
        }

        await alone.Write(part).ConfigureAwait(false);
    }

    private Task Drained() => Until(() => board.IsIdle);

    private async Task Until(Func<bool> holds)
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

    private static Stopped Fault(string code, string field, string message, string workaround, bool isPassing) =>
        new([new ApplyFault(code, field, message, workaround, isPassing)]);
}
