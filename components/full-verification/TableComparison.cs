using Holdfast.Engine.Seams;
using Holdfast.Engine.Values;
using Holdfast.FullVerification.Rules;

namespace Holdfast.FullVerification;

/// <summary>One table on both sides: read once whole, and then again what looked different.</summary>
internal abstract class TableComparison(TablePair pair, Suspects suspects)
{
    internal TablePair Pair => pair;

    internal Suspects Suspects => suspects;

    /// <summary>Rows of the source.</summary>
    internal long Rows { get; private protected set; }

    /// <summary>Reads all rows, and notes those that look different.</summary>
    internal abstract Task Read(IChunks source, IChunks sink, CancellationToken cancel);

    /// <summary>Reads what looks different on one side.</summary>
    internal abstract Task Look(IChunks side, bool isSink, Action<Suspect, Sight> see, CancellationToken cancel);
}

/// <summary>A table with a key, in pieces of its key's order: memory holds one piece.</summary>
internal sealed class KeyedComparison(TablePair pair, Suspects suspects, int chunkRows) : TableComparison(pair, suspects)
{
    internal override async Task Read(IChunks source, IChunks sink, CancellationToken cancel)
    {
        for (Row? after = null; ;)
        {
            var upTo = await source.Next(Pair.Source, after, chunkRows, cancel).ConfigureAwait(false);
            var there = new Dictionary<UInt128, (UInt128 Content, Row Key)>();
            await foreach (var row in source.Rows(Pair.Source, after, upTo, cancel).ConfigureAwait(false))
            {
                Rows++;
                var (key, content) = Of(row, isSink: false);
                there[Pair.HashOfKey(key)] = (content, key);
            }

            await foreach (var row in sink.Rows(Pair.Sink, after, upTo, cancel).ConfigureAwait(false))
            {
                var (key, content) = Of(row, isSink: true);
                var hash = Pair.HashOfKey(key);
                if (!there.Remove(hash, out var expected) || expected.Content != content)
                {
                    Suspects.Add(hash, key);
                }
            }

            foreach (var (hash, (_, key)) in there)
            {
                Suspects.Add(hash, key);
            }

            if (upTo is null)
            {
                return;
            }

            after = upTo;
        }
    }

    internal override async Task Look(IChunks side, bool isSink, Action<Suspect, Sight> see, CancellationToken cancel)
    {
        foreach (var suspect in Suspects.Open.Values)
        {
            see(suspect, Sight.None);
        }

        List<Row> keys = [.. Suspects.Open.Values.Select(s => s.Name)];
        await foreach (var row in side.Rows(isSink ? Pair.Sink : Pair.Source, keys, cancel).ConfigureAwait(false))
        {
            var (key, content) = Of(row, isSink);
            if (Suspects.Open.TryGetValue(Pair.HashOfKey(key), out var suspect))
            {
                see(suspect, new Sight(1, content));
            }
        }
    }

    private (Row Key, UInt128 Content) Of(Row row, bool isSink) =>
        (Pair.KeyOf(row, isSink), TablePair.Hash(Pair.Shared(row, isSink).Bytes.Span));
}

/// <summary>A table whose rows only all their values tell apart: equal rows are counted, each side in one committed state.</summary>
internal sealed class CountedComparison(TablePair pair, Suspects suspects) : TableComparison(pair, suspects)
{
    internal override async Task Read(IChunks source, IChunks sink, CancellationToken cancel)
    {
        var more = new Dictionary<UInt128, int>();
        await foreach (var row in source.All(Pair.Source, cancel).ConfigureAwait(false))
        {
            Rows++;
            Count(more, Pair.Shared(row, isSink: false), 1);
        }

        await foreach (var row in sink.All(Pair.Sink, cancel).ConfigureAwait(false))
        {
            Count(more, Pair.Shared(row, isSink: true), -1);
        }

        foreach (var hash in more.Keys)
        {
            Suspects.Add(hash, default);
        }
    }

    internal override async Task Look(IChunks side, bool isSink, Action<Suspect, Sight> see, CancellationToken cancel)
    {
        var counts = Suspects.Open.Keys.ToDictionary(hash => hash, _ => 0);
        await foreach (var row in side.All(isSink ? Pair.Sink : Pair.Source, cancel).ConfigureAwait(false))
        {
            var shared = Pair.Shared(row, isSink);
            var hash = TablePair.Hash(shared.Bytes.Span);
            if (Suspects.Open.TryGetValue(hash, out var suspect))
            {
                counts[hash]++;
                suspect.Name = shared;
            }
        }

        foreach (var (hash, count) in counts)
        {
            see(Suspects.Open[hash], new Sight(count, 0));
        }
    }

    private static void Count(Dictionary<UInt128, int> counts, Row row, int by)
    {
        var hash = TablePair.Hash(row.Bytes.Span);
        var count = counts.GetValueOrDefault(hash) + by;
        if (count == 0)
        {
            counts.Remove(hash);
        }
        else
        {
            counts[hash] = count;
        }
    }
}
