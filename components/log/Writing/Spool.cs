using Holdfast.Engine.Transactions;
using Holdfast.Log.Files;
using Holdfast.Log.Format;
using Holdfast.Log.Keeping;

namespace Holdfast.Log.Writing;

/// <summary>
/// A transaction that comes in parts, until its last part is there. A little of it is in memory, the rest in a side file, already as the
/// blocks that it will be. So a reader never sees half of one, and memory does not grow with it.
/// </summary>
internal sealed class Spool(string folder, Disk disk, Compression codec, int memoryBytes) : IDisposable
{
    private readonly BlockBuilder _builder = new(codec);
    private readonly List<(BlockHeader Header, uint Table)> _stored = [];
    private SafeFileHandle? _file;

    /// <summary>Position of the transaction that is in it; null: none is.</summary>
    internal Position? Position { get; private set; }

    /// <summary>Its last part is there: it waits for its place in the segment.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>Length of the side file.</summary>
    internal long FileBytes { get; private set; }

    /// <summary>Bytes that the transaction will take in the segment.</summary>
    internal long Bytes => FileBytes + _builder.Length;

    /// <summary>The memory is used up: it must go to the side file before more comes.</summary>
    internal bool IsOver => Position is not null && !IsComplete && _builder.Length >= memoryBytes;

    /// <summary>Tables whose schema stands in it.</summary>
    internal HashSet<uint> Schemas { get; } = [];

    /// <summary>Begins another transaction; one that is not complete is given up.</summary>
    internal void Begin(Position position)
    {
        Discard();
        Position = position;
    }

    internal void AddSchema(uint table, ReadOnlySpan<byte> json, Position last, long maxTime)
    {
        _builder.AddSchema(table, json, last, maxTime, BlockKind.Continued);
        Schemas.Add(table);
    }

    internal void Add(TransactionPart part, long maxTime)
    {
        if (_builder.IsFull)
        {
            _builder.Seal(BlockKind.Continued);
        }

        _builder.Add(part, maxTime);
        if (part.IsLast)
        {
            _builder.Seal(BlockKind.Data);
            IsComplete = true;
        }
    }

    /// <summary>Moves what is in memory to the side file.</summary>
    /// <exception cref="IOException">It is still in memory.</exception>
    internal void Store()
    {
        _builder.Seal(BlockKind.Continued);
        _file ??= OpenSegment.OpenFile(SideFile.PathOf(folder), FileMode.Create);
        disk.Write(_file, _builder.Written.Span, FileBytes);
        FileBytes += _builder.Length;
        _stored.AddRange(_builder.Blocks);
        _builder.Clear();
    }

    /// <summary>Gives the whole transaction its place behind the last block of the segment.</summary>
    /// <exception cref="IOException">The segment is as it was, and the transaction is still here.</exception>
    internal void MoveTo(OpenSegment segment)
    {
        var end = segment.Index.End;
        var piece = new byte[BlockBuilder.BlockBytes];
        for (long at = 0; at < FileBytes;)
        {
            var read = RandomAccess.Read(_file!, piece.AsSpan(0, (int)Math.Min(piece.Length, FileBytes - at)), at);
            if (read == 0)
            {
                segment.CutBack();
                throw new IOException("the side file of a large transaction is shorter than what was written to it");
            }

            segment.WriteAhead(piece.AsSpan(0, read), end + at);
            at += read;
        }

        segment.WriteAhead(_builder.Written.Span, end + FileBytes);
        segment.Accept(_stored);
        segment.Accept(_builder.Blocks);
        Discard();
    }

    /// <summary>Nothing of the transaction stays.</summary>
    internal void Discard()
    {
        (Position, IsComplete, FileBytes) = (null, false, 0);
        Schemas.Clear();
        _stored.Clear();
        _builder.Clear();
        if (_file is not null)
        {
            _file.Dispose();
            _file = null;
            SideFile.Delete(folder);
        }
    }

    public void Dispose() => Discard();
}
