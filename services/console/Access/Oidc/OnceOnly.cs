namespace Holdfast.ConsoleUi.Access.Oidc;

/// <summary>
/// Refuses an answer that was used before, while it could still hold: somebody may have copied it with its cookies. It knows those
/// of this process alone; a provider takes its code once besides.
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
