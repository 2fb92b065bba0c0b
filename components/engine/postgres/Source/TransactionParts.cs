using System.Buffers;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>Makes events of what a transaction changes: a part whenever enough has come, and the last one at its end.</summary>
internal sealed class TransactionParts(int partBytes)
{
    private readonly HashSet<uint> _shown = [];
    private readonly List<SourceEvent> _events = [];
    private ArrayBufferWriter<byte> _changes = new();

    /// <summary>The events since they were cleared.</summary>
    internal IReadOnlyList<SourceEvent> Events => _events;

    internal void Clear() => _events.Clear();

    /// <summary>A statement that changes tables has its place between the rows.</summary>
    internal void Tell(OpenTransaction open, Ddl ddl)
    {
        if (open.Count > 0)
        {
            Show(open, isLast: false);
        }

        ShowStatement(open);
        open.Statement = ddl;
        open.Statements++;
    }

    private void ShowStatement(OpenTransaction open)
    {
        if (open.Statement is not null)
        {
            Show(open, isLast: false);
        }
    }

    /// <summary>A row that was changed.</summary>
    internal void Add(OpenTransaction open, TableSchema table, Change change)
    {
        ShowStatement(open);
        if (_shown.Add(table.Id))
        {
            _events.Add(new SchemaEvent(table));
        }

        ChangeCodec.Write(_changes, change);
        open.Count++;
        if (_changes.WrittenCount >= partBytes)
        {
            Show(open, isLast: false);
        }
    }

    /// <summary>The transaction is over: without rows it is a sign of life.</summary>
    internal void Commit(OpenTransaction open)
    {
        if (open is { Count: 0, Barrier: null, HasPart: false, Statement: null })
        {
            _events.Add(new AliveEvent(open.Position, open.CommitTime));
        }
        else
        {
            Show(open, isLast: true);
        }
    }

    private void Show(OpenTransaction open, bool isLast)
    {
        _events.Add(new TransactionEvent(new TransactionPart
        {
            Position = open.Position,
            CommitTime = open.CommitTime,
            Origin = open.Origin,
            SourceId = open.SourceId,
            IsFirst = !open.HasPart,
            IsLast = isLast,
            Barrier = isLast ? open.Barrier : null,
            Ddl = open.Statement,
            // The event's receiver keeps its bytes: a piece of just their length, not one that grew by doubling.
            Changes = Taken(),
            Count = open.Count,
        }));
        open.HasPart = true;
        open.Count = 0;
        open.Statement = null;
        // A row of many MiB, once, is no reason to hold as much for ever.
        _changes = _changes.Capacity > 4L * partBytes ? new ArrayBufferWriter<byte>() : _changes;
        _changes.ResetWrittenCount();
    }

    private byte[] Taken()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(_changes.WrittenCount);
        _changes.WrittenSpan.CopyTo(bytes);
        return bytes;
    }
}
