namespace Holdfast.StoreWire.Server;

/// <summary>
/// Limits the connections. Streams are counted, and beside them those that have not said yet what they want, of which one address has only
/// a part. So a client that opens thousands, or says nothing, takes no stream and no place for a greeting from others.
/// </summary>
internal sealed class ConnectionLimits(int streamsMax, int greetingMax, int greetingMaxOfOne)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _greeting = [];
    private int _streams;
    private int _all;

    /// <summary>A connection came; false: it has to go at once.</summary>
    internal bool TryGreet(IPAddress from)
    {
        lock (_lock)
        {
            var its = _greeting.GetValueOrDefault(from);
            if (_all >= greetingMax || its >= greetingMaxOfOne)
            {
                return false;
            }

            _greeting[from] = its + 1;
            _all++;
            return true;
        }
    }

    /// <summary>It has said what it wants, or it is gone.</summary>
    internal void Greeted(IPAddress from)
    {
        lock (_lock)
        {
            _all--;
            var left = _greeting[from] - 1;
            if (left == 0)
            {
                _greeting.Remove(from);
            }
            else
            {
                _greeting[from] = left;
            }
        }
    }

    /// <summary>A stream is to begin; false: there are as many as there may be.</summary>
    internal bool TryTake()
    {
        lock (_lock)
        {
            if (_streams >= streamsMax)
            {
                return false;
            }

            _streams++;
            return true;
        }
    }

    /// <summary>A stream has ended.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            _streams--;
        }
    }
}
