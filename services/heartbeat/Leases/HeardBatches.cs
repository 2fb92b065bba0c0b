using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Leases;

/// <summary>A batch that the broker has taken; with its window's end, and the lease terms that it said.</summary>
internal sealed record PublishedBatch(long Sequence, TimeSpan Sealed, LeaseTerms Terms);

/// <summary>
/// Which of this collector's batches the schedulers have heard. A broker confirms a batch that it routes to nobody, and one that a
/// partition keeps from the scheduler: only a scheduler's own word counts. A batch is heard once every region's leader has heard it,
/// since each of them judges the hosts of its regions alone. Clockless; one thread at a time.
/// </summary>
internal sealed class HeardBatches
{
    /// <summary>
    /// A leader speaks twice a second. Of a region of which none has spoken for so long, nobody judges a host. Its leader has no store
    /// any more, so it leads no more, or it has no broker, so it hears nobody. Then it counts what any replica hears: the store's absence
    /// stops nothing.
    /// </summary>
    internal static readonly TimeSpan RegionMax = TimeSpan.FromSeconds(2.5);

    /// <summary>Batches of some minutes; a scheduler that comes back answers for the newest.</summary>
    private const int SaidMax = 1_000;

    /// <summary>Stands for everybody who hears, while there is no region.</summary>
    private const string Anywhere = "";

    private readonly Queue<PublishedBatch> _said = new();
    private readonly Dictionary<string, (long Sequence, TimeSpan At)> _heard = new(StringComparer.Ordinal);

    internal void Published(PublishedBatch batch)
    {
        if (_said.Count >= SaidMax)
        {
            _said.Dequeue();
        }

        _said.Enqueue(batch);
    }

    /// <summary>A scheduler has heard batches up to this one.</summary>
    /// <param name="regions">It judges the hosts of these.</param>
    /// <param name="sequence">0: it has heard none.</param>
    /// <returns>Batches that are heard now, in their order, the newest last.</returns>
    internal IReadOnlyList<PublishedBatch> Hear(IReadOnlyList<string> regions, long sequence, TimeSpan now)
    {
        foreach (var region in regions.Append(Anywhere))
        {
            _heard[region] = (Math.Max(sequence, _heard.GetValueOrDefault(region).Sequence), now);
        }

        foreach (var gone in _heard.Where(h => now - h.Value.At > RegionMax).Select(h => h.Key).ToList())
        {
            _heard.Remove(gone);
        }

        var least = _heard.Values.Min(h => h.Sequence);
        var heard = new List<PublishedBatch>();
        while (_said.TryPeek(out var next) && next.Sequence <= least)
        {
            heard.Add(_said.Dequeue());
        }

        return heard;
    }
}
