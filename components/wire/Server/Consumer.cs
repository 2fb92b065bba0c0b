using Holdfast.Engine;
using Holdfast.StoreWire.Frames;

namespace Holdfast.StoreWire.Server;

/// <summary>One consumer's connection: says hello, opens a stream, takes blocks as far as its credit goes, reports.</summary>
internal sealed class Consumer(ServerOptions options, IServedLog log, Stream stream, FrameWriter writer, bool isFull)
{
    /// <summary>The only version there is.</summary>
    internal const int Version = 1;

    /// <summary>Most patterns and marks in one filter.</summary>
    private const int FilterMax = 1000;

    /// <summary>The year 2100: a Store says what consumers report in its status, which allows no more.</summary>
    private const long SecondsMax = 4_102_444_800;

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
            var hearing = Hear(reader, task, credit, done.Token);
            try
            {
                await await Task.WhenAny(sending, hearing);
            }
            finally
            {
                await done.CancelAsync();
                // Ends whatever still waits for the other side.
                await stream.DisposeAsync();
                await Quiet(sending);
                await Quiet(hearing);
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
        if (isFull)
        {
            throw await Refused("DP-305", $"{options.ConnectionsMax} consumers are connected, which is the most.", cancel);
        }

        if (hello.Version < Version)
        {
            throw await Refused("DP-301",
                $"The consumer speaks version {hello.Version} of the protocol, the Store from {Version} on.", cancel);
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
        if (Fault(hello, open) is var (code, why))
        {
            throw await Refused(code, why, cancel);
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

    private (string Code, string Why)? Fault(Hello hello, Open open)
    {
        if (open.Task.Length is 0 or > 256)
        {
            return ("DP-306", $"task: has {open.Task.Length} characters, 1 to 256 are allowed.");
        }

        if (open.Task.Any(char.IsControl))
        {
            return ("DP-306", "task: has control characters, none are allowed.");
        }

        if (options.TicketKey is { } key
            && StoreTicket.Fault(key, hello.Ticket, log.Subtopic, open.Task, options.Time.GetUtcNow()) is { } bad)
        {
            return ("DP-302", $"The ticket of task {open.Task} is refused: {bad}.");
        }

        return log.SystemId.Length == 0 ? ("DP-304", "The Store has not read its source yet.")
            : open.SystemId is { } known && known != log.SystemId
                ? ("DP-303", $"Task {open.Task} has positions of source {known}, this Store reads {log.SystemId}.")
            : open.Credit <= 0 ? ("DP-306", $"credit: {open.Credit} is not above 0.")
            : open.After is { } after && !Position.TryParse(after, out _) ? ("DP-306", "after: is no position.")
            : open.FromTime is < 0 or > SecondsMax ? ("DP-306", $"fromTime: {open.FromTime} is not from 0 to {SecondsMax}.")
            : open.After is not null && open.FromTime is not null ? ("DP-306", "fromTime: is not allowed together with after.")
            : open.Tables.Count > FilterMax || open.OriginsLeftOut.Count > FilterMax
                ? ("DP-306", $"tables, originsLeftOut: have {Math.Max(open.Tables.Count, open.OriginsLeftOut.Count)} entries, "
                    + $"the most is {FilterMax}.")
            : null;
    }

    private async Task<RefusedException> Refused(string code, string why, CancellationToken cancel)
    {
        var refusal = new RefusedFrame { Code = code, Message = why, Range = log.Range };
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

    private async Task Hear(FrameReader reader, string task, CreditGate credit, CancellationToken cancel)
    {
        while (await reader.Next(cancel) is { } frame)
        {
            switch (frame.Type)
            {
                case FrameType.Credit:
                    credit.Add(FrameWriter.ReadCredit(frame.Payload.Span));
                    break;
                case FrameType.Report:
                    Heard(task, WireJson.Read(frame, WireJson.Default.Report));
                    break;
                case FrameType.Close:
                    return;
                default:
                    throw new ProtocolException($"a consumer sent a frame {frame.Type} in the middle of its stream");
            }
        }
    }

    private void Heard(string task, Report report)
    {
        if (report.Seconds is < 0 or > SecondsMax)
        {
            throw new ProtocolException($"a report's seconds are {report.Seconds}, not from 0 to {SecondsMax}");
        }

        log.Applied(task, Position.TryParse(report.Checkpoint, out var position)
            ? position
            : throw new ProtocolException("a report's checkpoint is no position"), report.Seconds);
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
