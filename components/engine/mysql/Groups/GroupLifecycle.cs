using System.Buffers;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.MySql.Groups;

/// <summary>Groups from their first event to their end: one is open at most, and some wait for the second phase of their commit.</summary>
internal sealed class GroupLifecycle(StreamFilter filter, int partBytes)
{
    private readonly Dictionary<string, Group> _parked = new(StringComparer.Ordinal);

    /// <summary>Buffer of the group before, to be used again; a group that waits for its second phase keeps its own.</summary>
    private ArrayBufferWriter<byte>? _spare;

    /// <summary>The group that has begun and not ended.</summary>
    internal Group? Open { get; private set; }

    /// <summary>Position of the last group that has ended.</summary>
    internal Position Last { get; private set; }

    /// <summary>The reader has everything up to here.</summary>
    internal Position After { get; set; }

    /// <summary>The reader has it from another server.</summary>
    internal Func<string?, bool> IsKnown { get; set; } = static _ => false;

    /// <summary>Told of each group that has ended.</summary>
    internal Action<Group>? Ended { get; set; }

    /// <summary>A group begins.</summary>
    /// <exception cref="DamagedException">The one before has no end.</exception>
    internal void Begin(GtidEvent gtid, BinlogEvent from, Position at)
    {
        if (Open is { IsSeen: false } broken)
        {
            // The server writes groups whole: the one before has no end.
            throw new DamagedException($"the group at {broken.Position} has no end");
        }

        Open = new Group
        {
            Position = at,
            CommitTime = gtid.Committed(from),
            SourceId = gtid.Id,
            IsStandalone = gtid.IsStandalone,
            IsBegun = from.Kind == EventKind.MariaGtid && !gtid.IsStandalone,
            Xid = gtid.Xid,
            IsSeen = at <= After || IsKnown(gtid.Id),
            Changes = _spare ?? new ArrayBufferWriter<byte>(),
        };
        _spare = null;
    }

    /// <summary>A group is committed: it is shown, if somebody wants it.</summary>
    internal void Commit(Group group, List<SourceEvent> to)
    {
        var isWanted = !group.IsSeen && filter.WantsOrigin(group.Origin);
        if (isWanted && (group.Count > 0 || group.HasShown || group.Barrier is not null))
        {
            group.IsGiven = true;
            to.Add(new TransactionEvent(group.Part(isLast: true)));
        }

        End(group);
    }

    /// <summary>The first phase of an XA transaction: its rows wait, under its name.</summary>
    internal void Prepare(Group group, string xid, bool isOnePhase, List<SourceEvent> to)
    {
        if (isOnePhase)
        {
            Commit(group, to);
            return;
        }

        if (!group.IsSeen)
        {
            _parked[xid] = group;
        }

        End(group, isParked: true);
    }

    /// <summary>The second phase of an XA transaction.</summary>
    /// <exception cref="SourceFaultException">Its rows were never seen here.</exception>
    internal void Resolve(Group group, StatementText statement, List<SourceEvent> to)
    {
        if (_parked.Remove(statement.Xid, out var parked))
        {
            if (statement.Kind == StatementKind.XaCommit)
            {
                (group.Changes, group.Count, group.Origin, group.Barrier) = (parked.Changes, parked.Count, parked.Origin, parked.Barrier);
                Commit(group, to);
                return;
            }
        }
        else if (statement.Kind == StatementKind.XaCommit && !group.IsSeen)
        {
            throw new SourceFaultException(SourceFaults.XaUnseen(statement.Xid, group.Position));
        }

        End(group);
    }

    /// <summary>A group is over, shown or not.</summary>
    internal void End(Group group, bool isParked = false)
    {
        if (!isParked && group.Changes.Capacity <= 4L * partBytes)
        {
            _spare = group.Changes;
            _spare.ResetWrittenCount();
        }

        Last = Position.Later(Last, group.Position);
        Open = null;
        Ended?.Invoke(group);
    }
}
