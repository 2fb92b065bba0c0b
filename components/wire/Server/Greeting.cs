namespace Holdfast.StoreWire.Server;

/// <summary>A connection's place: first one that says hello, then a stream.</summary>
internal sealed class Greeting(Seats seats, IPAddress from) : IDisposable
{
    private bool _isStream;
    private bool _isOver;

    /// <summary>It has said what it wants, and may have it; false: there are as many streams as there may be.</summary>
    internal bool TryBegin()
    {
        if (!seats.TryTake())
        {
            return false;
        }

        seats.Greeted(from);
        return _isStream = true;
    }

    /// <summary>The connection is over.</summary>
    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        if (_isStream)
        {
            seats.Leave();
        }
        else
        {
            seats.Greeted(from);
        }
    }
}
