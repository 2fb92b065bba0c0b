namespace Holdfast.ConsoleUi.Access.Oidc;

/// <summary>
/// What was used once and is not taken again, while it could be: an answer that somebody has copied with its cookies. Of this process
/// alone; a provider takes its code once besides.
/// </summary>
internal sealed class OnceOnly(TimeProvider time)
{
    /// <summary>The oldest goes for a new one.</summary>
    internal const int RememberedMax = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly Queue<(string What, long At)> _order = [];

    /// <returns>False: it was used before.</returns>
    internal bool Take(string what, TimeSpan holds)
    {
        lock (_lock)
        {
            while (_order.TryPeek(out var oldest) && (_order.Count >= RememberedMax || time.GetElapsedTime(oldest.At) > holds))
            {
                _used.Remove(_order.Dequeue().What);
            }

            if (!_used.Add(what))
            {
                return false;
            }

            _order.Enqueue((what, time.GetTimestamp()));
            return true;
        }
    }
}
