using System.Buffers;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Log.Format;
using Holdfast.Log.Reading;

namespace Holdfast.StoreWire.Server;

/// <summary>
/// Leaves out what a consumer does not want, so that it costs neither the network nor the consumer. A block of which nothing is left
/// is sent all the same, empty: its position moves. Blocks of which nothing is left out go as they are stored.
/// </summary>
internal sealed class BlockFilter(StreamFilter filter)
{
    /// <summary>Tables whose rows are left out; a table that was never told is wanted: it would be a fault, and not ours to hide.</summary>
    private readonly HashSet<uint> _unwanted = [];

    private bool _inUnwanted;

    /// <summary>The bytes to send; empty: none.</summary>
    internal ReadOnlyMemory<byte> Apply(LogBlock block)
    {
        if (filter.IsNone)
        {
            return block.Stored;
        }

        if (block.Kind == BlockKind.Schema)
        {
            return IsWanted(block.Schema) ? block.Stored : default;
        }

        var parts = block.Transactions(Engine.Position.Zero).ToList();
        var left = parts.Select(Apply).OfType<TransactionPart>().ToList();
        if (left.Count == parts.Count && left.Zip(parts).All(p => ReferenceEquals(p.First, p.Second)))
        {
            return block.Stored;
        }

        var payload = new ArrayBufferWriter<byte>();
        left.ForEach(part => TransactionCodec.Write(payload, part));
        return block.Kind == BlockKind.Continued && left.Count == 0
            ? default
            : LogBlock.Pack(block.Header with { Count = (ushort)left.Count, Codec = Compression.None }, payload.WrittenSpan);
    }

    private bool IsWanted(TableSchema schema)
    {
        var isWanted = filter.Wants(schema.Schema, schema.Name);
        _ = isWanted ? _unwanted.Remove(schema.Id) : _unwanted.Add(schema.Id);
        return isWanted;
    }

    /// <summary>The part as it is, a smaller one, or null.</summary>
    private TransactionPart? Apply(TransactionPart part)
    {
        // The mark is on every part, and stays the same.
        if (part.IsFirst)
        {
            _inUnwanted = !filter.WantsOrigin(part.Origin);
        }

        if (_inUnwanted)
        {
            return null;
        }

        if (part.Ddl is { } ddl && !ddl.IsWanted(filter))
        {
            // One among others of its transaction leaves its place.
            return part.IsWhole ? null : part with { Ddl = null };
        }

        var kept = part.Read().Where(c => !_unwanted.Contains(c.Table)).ToList();
        if (kept.Count == part.Count)
        {
            return part;
        }

        // A part of a large one keeps its place, whatever is left of it.
        if (kept.Count == 0 && part.IsWhole && part.Barrier is null)
        {
            return null;
        }

        var changes = new ArrayBufferWriter<byte>();
        kept.ForEach(change => ChangeCodec.Write(changes, change));
        return part with { Changes = changes.WrittenMemory, Count = kept.Count };
    }
}
