using Holdfast.Engine.Transactions;

namespace Holdfast.Store;

/// <summary>Barriers that were read and wait for the disk. One thread reads, any asks.</summary>
internal sealed class Barriers
{
    private readonly Lock _gate = new();
    private readonly Queue<(Position Position, ulong Number)> _waiting = [];
    private ulong? _kept;

    /// <summary>A transaction that the log has taken.</summary>
    internal void Read(TransactionPart part)
    {
        if (part.Barrier is { } number)
        {
            lock (_gate)
            {
                _waiting.Enqueue((part.Position, number));
            }
        }
    }

    /// <summary>The highest one that is on the disk, when everything up to a position is; null: none.</summary>
    internal ulong? UpTo(Position durable)
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out var next) && next.Position <= durable)
            {
                _kept = Math.Max(_kept ?? 0, _waiting.Dequeue().Number);
            }

            return _kept;
        }
    }
}
