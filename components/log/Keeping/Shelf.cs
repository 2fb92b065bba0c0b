using Holdfast.Log.Contract;
using Holdfast.Log.Files;
using Holdfast.Log.Format;

namespace Holdfast.Log.Keeping;

/// <summary>The closed segments, the known consumers, and the MANIFEST that names them. Whoever calls it has the log's lock.</summary>
internal sealed class Shelf
{
    private readonly LogOptions _options;
    private readonly Disk _disk;
    private readonly Manifest _identity;
    private readonly List<Segment> _closed;
    private readonly SortedDictionary<string, Position> _consumers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _heard = new(StringComparer.Ordinal);
    private readonly List<LogLoss> _losses = [];
    private readonly List<KeyValuePair<string, Position>> _forgotten = [];
    private Segment _open;

    internal Shelf(LogOptions options, Disk disk, Manifest manifest)
    {
        (_options, _disk) = (options, disk);
        _identity = manifest with { Segments = [], Consumers = [] };
        _closed = [.. manifest.Segments.SkipLast(1)];
        _open = manifest.Segments[^1];
        foreach (var consumer in manifest.Consumers)
        {
            _consumers[consumer.Task] = consumer.Checkpoint;
            _heard[consumer.Task] = options.Time.GetUtcNow();
        }
    }

    /// <summary>Oldest first.</summary>
    internal IReadOnlyList<Segment> Closed => _closed;

    /// <summary>Bytes of the closed segments.</summary>
    internal long Bytes => _closed.Sum(s => s.Bytes);

    internal IReadOnlyDictionary<string, Position> Consumers => _consumers;

    /// <summary>The term in which the log is now.</summary>
    internal ulong Term => _identity.Terms.Count == 0 ? 0 : _identity.Terms[^1].Term;

    internal IReadOnlyList<Term> Terms => [.. _identity.Terms.Select(t => new Term(t.Term, t.After))];

    /// <summary>Closes a segment and begins the next one.</summary>
    /// <exception cref="IOException">All is as it was.</exception>
    internal OpenSegment Roll(OpenSegment from)
    {
        OpenSegment? next = null;
        try
        {
            var now = _options.Time.GetUtcNow();
            var closed = from.Close(now);
            next = OpenSegment.Create(_options.Folder, _disk, from.Number + 1, Header(closed.Last, closed.MaxTime, now));
            WriteManifest([.. _closed, closed], next.Described(next.Index.End, closed.Last, closed.MaxTime));
            _closed.Add(closed);
        }
        catch (IOException)
        {
            if (next is not null)
            {
                next.Dispose();
                File.Delete(Path.Combine(_options.Folder, Segment.NameOf(next.Number)));
            }

            from.CutBack();
            throw;
        }

        // Only saves reading the segment's end when somebody looks for a place in it.
        IndexFile.TryWrite(_options.Folder, _closed[^1], from.Index);
        from.Dispose();
        return next;
    }

    /// <summary>
    /// Lets segments go by the rules, after consumers that are silent for too long; those that consumers needed are among the losses
    /// then.
    /// </summary>
    /// <param name="bytes">Bytes that the whole log takes, or is about to take.</param>
    internal void Retain(long bytes)
    {
        ForgetSilent();
        var limits = new RetentionRule.Limits(_options.KeepFor, _options.KeepBytes, _options.HardBytes);
        var removals = RetentionRule.Decide(_closed, bytes, _consumers, limits, _options.Time.GetUtcNow());
        foreach (var (segment, victims) in removals)
        {
            // The file goes before its line in the MANIFEST: on a full disk there is no room for a new one. Whoever opens the log later
            // takes leading segments without a file for gone.
            File.Delete(Path.Combine(_options.Folder, segment.Name));
            IndexFile.Delete(_options.Folder, segment);
            _closed.Remove(segment);
            _losses.AddRange(victims.Select(v => new LogLoss(v.Key, v.Value, segment.After, segment.Last,
                Faults.Taken(v.Key, v.Value, segment.After, segment.Last))));
        }

        if (removals.Count > 0)
        {
            TryWriteManifest();
        }
    }

    /// <summary>Losses that nobody was told of yet; they are told once.</summary>
    internal IReadOnlyList<LogLoss> TakeLosses() => Taken(_losses);

    /// <summary>Consumers that are known no longer, of which nobody was told yet.</summary>
    internal IReadOnlyList<KeyValuePair<string, Position>> TakeForgotten() => Taken(_forgotten);

    /// <summary>
    /// A new consumer is written down at once, a later checkpoint with whatever is written next: an older one only keeps more.
    /// </summary>
    internal void SetConsumer(string task, Position checkpoint)
    {
        var isNew = !_consumers.TryGetValue(task, out var before) || checkpoint < before;
        _consumers[task] = checkpoint;
        _heard[task] = _options.Time.GetUtcNow();
        if (isNew)
        {
            TryWriteManifest();
        }
    }

    private void ForgetSilent()
    {
        var now = _options.Time.GetUtcNow();
        var silent = _consumers.Where(c => now - _heard[c.Key] > _options.ForgetAfter).ToList();
        foreach (var (task, _) in silent)
        {
            _consumers.Remove(task);
            _heard.Remove(task);
        }

        if (silent.Count > 0)
        {
            _forgotten.AddRange(silent);
            TryWriteManifest();
        }
    }

    private static List<T> Taken<T>(List<T> kept)
    {
        if (kept.Count == 0)
        {
            return [];
        }

        List<T> taken = [.. kept];
        kept.Clear();
        return taken;
    }

    /// <summary>Writes what is known now; without room for it the one before stays, which names more than there is and no less.</summary>
    internal void TryWriteManifest()
    {
        try
        {
            WriteManifest(_closed, _open);
        }
        catch (IOException)
        {
            // The next change writes it again.
        }
    }

    internal SegmentHeader Header(Position after, long afterTime, DateTimeOffset now) => new(
        SegmentHeader.HashOf(_identity.SourceKind, _identity.SystemId), Term, after, afterTime, Microseconds(now));

    internal static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private void WriteManifest(IReadOnlyList<Segment> closed, Segment open)
    {
        ManifestFile.Write(_options.Folder, _identity with
        {
            Segments = [.. closed, open],
            Consumers = [.. _consumers.Select(c => new ManifestConsumer(c.Key, c.Value))],
        });
        _open = open;
    }
}
