using System.Runtime.CompilerServices;
using Holdfast.Engine.Seams;
using Holdfast.Log.Format;
using Holdfast.Log.Reading;
using Holdfast.StoreWire.Frames;

namespace Holdfast.StoreWire.Client;

/// <summary>
/// A Store's stream, as its consumer reads it. Credit goes back when the consumer asks for more, so it never holds more than its credit
/// and one block.
/// </summary>
public sealed class StoreStream : IAsyncDisposable
{
    private readonly ClientOptions _options;
    private readonly Stream _stream;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;

    internal StoreStream(
        ClientOptions options, Stream stream, FrameReader reader, FrameWriter writer, Welcome welcome, Position after)
    {
        (_options, _stream, _reader, _writer, Welcome, After, Last) = (options, stream, reader, writer, welcome, after, after);
    }

    /// <summary>The Store's answer to the greeting: its name, its source and its range.</summary>
    public Welcome Welcome { get; }

    /// <summary>The stream holds everything after this.</summary>
    public Position After { get; }

    /// <summary>Position of the newest transaction, or part of one, that has been read, or of a sign of life after it.</summary>
    public Position Last { get; private set; }

    /// <summary>Schemas, transactions and signs of life, for ever.</summary>
    /// <exception cref="RefusedException">What comes next is gone.</exception>
    /// <exception cref="ProtocolException">The Store sent what it must not.</exception>
    /// <exception cref="DamagedException">A block is damaged.</exception>
    /// <exception cref="IOException">The Store is gone.</exception>
    /// <exception cref="TimeoutException">It says nothing any more.</exception>
    public async IAsyncEnumerable<SourceEvent> Read([EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var frame = await Next(cancel);
            switch (frame.Type)
            {
                case FrameType.Alive:
                    var (position, time) = FrameWriter.ReadAlive(frame.Payload.Span);
                    Forward(position);
                    yield return new AliveEvent(position, time);
                    break;
                case FrameType.Block:
                    // The bytes are the reader's; rows that a lane still has to write lie in them for longer.
                    var block = GC.AllocateUninitializedArray<byte>(frame.Payload.Length);
                    frame.Payload.CopyTo(block);
                    foreach (var each in Events(block))
                    {
                        yield return each;
                    }

                    await _writer.Credit(block.Length, cancel);
                    break;
                case FrameType.Refused:
                    throw new RefusedException(WireJson.Read(frame, WireJson.Default.RefusedFrame));
                default:
                    throw new ProtocolException($"a Store sent a frame {frame.Type} in the middle of a stream");
            }
        }
    }

    /// <summary>Tells the Store what is applied.</summary>
    public Task Report(Position checkpoint, long seconds, CancellationToken cancel) =>
        _writer.Write(FrameType.Report, new Report(checkpoint.ToString(), seconds), WireJson.Default.Report, cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _reader.Dispose();
        _writer.Dispose();
    }

    private async Task<Frame> Next(CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(_options.SilenceMax, _options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await _reader.Next(both.Token) ?? throw new IOException($"Store {Welcome.Store} has ended the stream");
        }
        catch (OperationCanceledException silent) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"Store {Welcome.Store} said nothing for {_options.SilenceMax.TotalSeconds:0} s", silent);
        }
    }

    private IEnumerable<SourceEvent> Events(byte[] bytes)
    {
        var block = LogBlock.Read(bytes);
        if (block.Kind == BlockKind.Schema)
        {
            yield return new SchemaEvent(block.Schema);
            yield break;
        }

        // The first block may begin before the stream does.
        foreach (var part in block.Transactions(After))
        {
            if (part.Position < Last || part.IsFirst == (part.Position == Last))
            {
                throw new ProtocolException(part.Position <= Last && part.IsFirst
                    ? $"transaction {part.Position} came after {Last}"
                    : $"transaction {part.Position} came without its beginning");
            }

            Last = part.Position;
            yield return new TransactionEvent(part);
        }

        if (block.Kind == BlockKind.Data)
        {
            Forward(Position.Later(block.Last, Last));
            yield return new AliveEvent(Last, block.MaxTime);
        }
    }

    private void Forward(Position position)
    {
        if (position < Last)
        {
            throw new ProtocolException($"the stream went back from {Last} to {position}");
        }

        Last = position;
    }
}
