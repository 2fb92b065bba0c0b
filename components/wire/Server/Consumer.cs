using System.Threading.Channels;
using Holdfast.StoreWire.Frames;

namespace Holdfast.StoreWire.Server;

/// <summary>One consumer's connection: says hello, opens a stream, takes blocks as far as its credit goes, reports.</summary>
internal sealed class Consumer(ServerOptions options, IServedLog log, Stream stream, FrameWriter writer, Greeting greeting)
{
    /// <summary>The only version there is.</summary>
    internal const int Version = 1;

    /// <summary>Reports that come quicker are passed over, all but the newest: each may cost a write to the disk.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    private readonly Channel<(Position Position, long Seconds)> _reports =
        Channel.CreateBounded<(Position, long)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    internal async Task Serve(CancellationToken end)
    {
        // A consumer sends no blocks.
        using var reader = new FrameReader(stream, blockBytesMax: 0);
        if (await Open(reader, end) is not var (task, credit, blocks))
        {
            return;
        }

        using (blocks)
        using (var done = CancellationTokenSource.CreateLinkedTokenSource(end))
        {
            var sending = Send(blocks, credit, done.Token);
            var hearing = Hear(reader, credit, done.Token);
            var noting = Note(task, done.Token);
            try
            {
                await await Task.WhenAny(sending, hearing, noting);
            }
            finally
            {
                await done.CancelAsync();
                // Ends whatever still waits for the other side.
                await stream.DisposeAsync();
                await Quiet(sending);
                await Quiet(hearing);
                await Quiet(noting);
            }
        }
    }

    /// <returns>Null: it only wanted to know who this is.</returns>
    private async Task<(string Task, CreditGate Credit, IServedReader Blocks)?> Open(FrameReader reader, CancellationToken end)
    {
        using var limit = new CancellationTokenSource(options.HandshakeMax, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, end);
        var cancel = both.Token;
        var hello = WireJson.Read(Expect(await Next(reader, FrameType.Hello, cancel), FrameType.Hello), WireJson.Default.Hello);
        if (hello.Version < Version)
        {
            throw await Refused("DP-301",
                $"The consumer speaks version {hello.Version} of the protocol, the Store from {Version} on.", cancel);
        }

        // A client without a ticket is not even told who this is.
        if (Ticket(hello.Ticket, null) is var (bad, reason))
        {
            throw await Refused(bad, reason, cancel, isStranger: true);
        }

        await writer.Write(FrameType.Welcome, new Welcome
        {
            Version = Version, Store = log.Store, Kind = log.Kind, SystemId = log.SystemId, Range = log.Range,
            Terms = log.Terms, Through = log.Through,
        }, WireJson.Default.Welcome, cancel);
        var next = await Next(reader, FrameType.Open, cancel);
        if (next.Type == FrameType.Close)
        {
            return null;
        }

        var open = WireJson.Read(Expect(next, FrameType.Open), WireJson.Default.Open);
        if ((Ticket(hello.Ticket, open.Task) ?? OpenRule.Fault(open, log.SystemId)) is var (code, why))
        {
            throw await Refused(code, why, cancel);
        }

        if (!greeting.TryBegin())
        {
            throw await Refused("DP-305", $"{options.ConnectionsMax} consumers are connected, which is the most.", cancel);
        }

        var (blocks, refusal) = log.Open(open);
        if (blocks is null)
        {
            await writer.Write(FrameType.Refused, refusal!, WireJson.Default.RefusedFrame, cancel);
            throw new RefusedException(refusal!);
        }

        try
        {
            await writer.Write(FrameType.Opened, new Opened(blocks.After.ToString()), WireJson.Default.Opened, cancel);
        }
        catch
        {
            blocks.Dispose();
            throw;
        }

        return (open.Task, new CreditGate(open.Credit, options.CreditMax), blocks);
    }

    /// <param name="ticket">As it came.</param>
    /// <param name="task">The task that it must name; null: that is not known yet, any that is valid here will do.</param>
    private (string Code, string Why)? Ticket(string ticket, string? task) => options.TicketKey is { } key
        && StoreTicket.Fault(key, ticket, log.Store, log.Subtopic, task, options.Time.GetUtcNow()) is { } bad
            ? ("DP-302", $"The ticket{(task is null ? "" : $" of task {task}")} is refused: {bad}.")
            : null;

    private async Task<RefusedException> Refused(string code, string why, CancellationToken cancel, bool isStranger = false)
    {
        var refusal = new RefusedFrame { Code = code, Message = why, Range = isStranger ? null : log.Range };
        await writer.Write(FrameType.Refused, refusal, WireJson.Default.RefusedFrame, cancel);
        return new RefusedException(refusal);
    }

    private async Task Send(IServedReader blocks, CreditGate credit, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await credit.Wait(cancel);
                var item = await blocks.Next(cancel);
                using var limit = new CancellationTokenSource(options.WriteMax, options.Time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
                if (item.Block.IsEmpty)
                {
                    await writer.Alive(item.Position, item.Time, both.Token);
                }
                else
                {
                    credit.Take(item.Block.Length);
                    await writer.Write(FrameType.Block, item.Block, both.Token);
                }
            }
        }
        catch (RefusedException refused)
        {
            await writer.Write(FrameType.Refused, refused.Refusal, WireJson.Default.RefusedFrame, cancel);
            throw;
        }
    }

    private async Task Hear(FrameReader reader, CreditGate credit, CancellationToken cancel)
    {
        while (await reader.Next(cancel) is { } frame)
        {
            switch (frame.Type)
            {
                case FrameType.Credit:
                    credit.Add(FrameWriter.ReadCredit(frame.Payload.Span));
                    break;
                case FrameType.Report:
                    _reports.Writer.TryWrite(OpenRule.Read(WireJson.Read(frame, WireJson.Default.Report)));
                    break;
                case FrameType.Close:
                    return;
                default:
                    throw new ProtocolException($"a consumer sent a frame {frame.Type} in the middle of its stream");
            }
        }
    }

    /// <summary>Notes what the consumer has applied, the newest word only where they come quicker than that.</summary>
    private async Task Note(string task, CancellationToken cancel)
    {
        try
        {
            while (await _reports.Reader.WaitToReadAsync(cancel))
            {
                NoteNewest(task);
                await Task.Delay(ReportInterval, options.Time, cancel);
            }
        }
        finally
        {
            NoteNewest(task);
        }
    }

    private void NoteNewest(string task)
    {
        if (_reports.Reader.TryRead(out var report))
        {
            log.Applied(task, report.Position, report.Seconds);
        }
    }

    private static async Task<Frame> Next(FrameReader reader, FrameType awaited, CancellationToken cancel) =>
        await reader.Next(cancel) ?? throw new ProtocolException($"the connection ended before a frame {awaited}");

    private static Frame Expect(Frame frame, FrameType type) => frame.Type == type ? frame
        : throw new ProtocolException($"a frame {frame.Type} came where {type} was to come");

    /// <summary>The first end of the two has been told; the other one ends because of it.</summary>
    private static async Task Quiet(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _ = error;
        }
    }
}
