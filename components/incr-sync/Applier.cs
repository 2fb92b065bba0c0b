namespace Holdfast.IncrSync;

/// <summary>
/// Writes a stream of source transactions to a sink, each once, whole, and after all that it touches. It is started and run in turns.
/// <see cref="Start"/> fences older writers off and says from where the stream is to be read. <see cref="Run"/> takes the stream until an
/// end, which is a value. The bytes of events must stay as they are; they are not copied.
/// </summary>
/// <param name="options">Options of the task.</param>
/// <param name="sink">The sink that it writes to.</param>
/// <param name="catalog">Of the sink.</param>
/// <param name="time">For waits and figures.</param>
public sealed class Applier(ApplyOptions options, ISink sink, ICatalog catalog, TimeProvider time)
{
    private readonly Meter _meter = new(time);
    private readonly Memory _memory = new();
    private SinkProgress? _start;
    private Board? _board;

    /// <summary>Fences older writers off, and reads what the task has written.</summary>
    /// <param name="from">The place at which a task begins that has written nothing yet.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<ApplyStart> Start(Position from, CancellationToken cancel)
    {
        if (await sink.Fence(options.Task, options.Epoch, cancel).ConfigureAwait(false) is { } newer)
        {
            return new ApplyStart(from, null, new FencedOff(newer));
        }

        _start = await sink.Progress(options.Task, cancel).ConfigureAwait(false) ?? new SinkProgress(from, new HashSet<Position>(), 0,
            options.Epoch);
        return new ApplyStart(_start.Low, _start.SourceTime > 0 ? _start.SourceTime : null, null, _start.Source);
    }

    /// <summary>Notes at the sink whose stream is about to be read, unless it has positions of another source.</summary>
    /// <returns>Null: the stream may be read; else the source that the positions are of.</returns>
    public Task<SourceName?> Adopt(SourceName source, CancellationToken cancel) =>
        sink.Adopt(options.Task, options.Epoch, source, cancel);

    /// <summary>Takes a stream that begins at or before the position that <see cref="Start"/> said.</summary>
    /// <param name="events">A table's description comes before its first row.</param>
    /// <param name="cancel">Stops it; groups that are being written have a short time to end.</param>
    public async Task<ApplyEnd> Run(IAsyncEnumerable<SourceEvent> events, CancellationToken cancel)
    {
        var start = _start ?? throw new InvalidOperationException("it was not started");
        _start = null;
        var count = Math.Clamp(options.Lanes, 1, Math.Max(sink.Capabilities.LanesMax, 1));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var abandon = new CancellationTokenSource();
        var ending = new Ending(stop);
        var board = new Board(start, count, options, _meter);
        Volatile.Write(ref _board, board);
        var lanes = new List<Lane>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var lane = await sink.Lane(options.Task, i, options.Epoch, options.Mark, stop.Token).ConfigureAwait(false);
                lanes.Add(new Lane(i, lane, board, ending, options, _meter, time, sink.Capabilities.KeepsChanges)
                {
                    Abandon = abandon.Token,
                });
            }

            var running = lanes.Select(l => Task.Run(() => Ended(l.Run, ending), CancellationToken.None)).ToList();
            var tables = new SinkTables(catalog, lanes[0].Within, options.Mapping, sink.Capabilities.KeepsChanges);
            var ddl = new DdlWriter(board, lanes[0], tables, ending, options, sink.Capabilities, _meter);
            var alone = new AloneWriter(
                new OpenTransaction(board, lanes[0], _meter), tables, ddl, new AloneRefusals(_memory, ending, options), ending);
            var wait = new LaneWait(board, ending, _meter, time);
            var described = new StreamTables(tables, wait, ending);
            var reader = new Reader(board, described, new Dispatcher(board, count, described, alone, wait, _meter), ending, _meter);
            await Ended(() => reader.Run(events), ending).ConfigureAwait(false);
            ending.Say(cancel.IsCancellationRequested ? new Cancelled() : new SourceEnded(board.Low));
            await Rest(Task.WhenAll(running), abandon).ConfigureAwait(false);
        }
        finally
        {
            foreach (var lane in lanes)
            {
                await lane.DisposeAsync().ConfigureAwait(false);
            }
        }

        return ending.End;
    }

    /// <summary>The figures of the task now.</summary>
    public ApplyFigures Figures() =>
        Volatile.Read(ref _board)?.Figures(_meter.Figures(), time.GetUtcNow()) ?? _meter.Figures();

    /// <summary>An end that was not said yet is said by the error.</summary>
    private static async Task Ended(Func<Task> work, Ending ending)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.Stop.IsCancellationRequested)
        {
            // The one that stopped it has said why, or the caller wanted it.
        }
        catch (DamagedException damaged)
        {
            ending.Say(new Stopped([new ApplyFault("DP-414", "the stream", damaged.Message,
                "Read the stream again, from another Store of the subtopic if it stays so")]));
        }
        catch (SourceFaultException stopped)
        {
            var fault = stopped.Fault;
            ending.Say(new Stopped([new ApplyFault(fault.Code, "the stream", fault.Message, fault.Workaround, fault.IsPassing)]));
        }
        catch (Exception error)
        {
            ending.Fail(error);
        }
    }

    /// <summary>Groups that are being written end by themselves, or are given up after a while.</summary>
    private async Task Rest(Task lanes, CancellationTokenSource abandon)
    {
        using var over = new CancellationTokenSource();
        if (await Task.WhenAny(lanes, Task.Delay(options.StopGrace, time, over.Token)).ConfigureAwait(false) != lanes)
        {
            await abandon.CancelAsync().ConfigureAwait(false);
        }

        await over.CancelAsync().ConfigureAwait(false);
        await lanes.ConfigureAwait(false);
    }
}
