namespace Holdfast.StoreWire.Server;

/// <summary>A connection's place: first one that says hello, then a stream.</summary>
internal sealed class Greeting(ConnectionLimits limits, IPAddress from) : IDisposable
{
    private bool _isStream;
    private bool _isOver;

    /// <summary>It has said what it wants, and may have it; false: there are as many streams as there may be.</summary>
    internal bool TryBegin()
    {
        if (!limits.TryTake())
        {
            return false;
        }

        limits.Greeted(from);
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
            limits.Leave();
        }
        else
        {
            limits.Greeted(from);
        }
    }
}
