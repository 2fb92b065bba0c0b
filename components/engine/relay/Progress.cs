namespace Holdfast.Engine.Relay;

/// <summary>Finds the second that belongs to a position that is safe on the disk, for the report to the Store upstream.</summary>
internal sealed class Progress
{
    /// <summary>More blocks than a Store ever has between its memory and its disk; beyond that the older ones are left out.</summary>
    private const int PlacesMax = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<(Position Position, long Time)> _read = new();
    private (Position Position, long Time)? _safe;

    /// <summary>Everything up to here has come; microseconds since 1970-01-01T00:00:00Z.</summary>
    internal void Read(Position position, long time)
    {
        lock (_lock)
        {
            _read.Enqueue((position, time));
            if (_read.Count > PlacesMax)
            {
                _read.Dequeue();
            }
        }
    }

    /// <summary>The latest place that is not beyond a position; null: there is none since this process began.</summary>
    internal (Position Position, long Time)? Safe(Position durable)
    {
        lock (_lock)
        {
            while (_read.TryPeek(out var next) && next.Position <= durable)
            {
                _safe = _read.Dequeue();
            }

            return _safe;
        }
    }
}
