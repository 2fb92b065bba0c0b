namespace Holdfast.Log.Tests;

/// <summary>Real clock, real threads; alone in the process, whose memory is measured.</summary>
[CollectionDefinition(nameof(ManyReadersTests), DisableParallelization = true)]
[Collection(nameof(ManyReadersTests))]
public sealed class ManyReadersTests
{
    [Fact]
    public async Task Readers_at_the_tail_see_every_transaction_once_and_whole_while_segments_are_closed()
    {
        using var scene = new LogScene(601, o => o with { SegmentBytes = 30_000, SpoolMemoryBytes = 2_000, Time = TimeProvider.System });
        using var log = scene.OpenTold();
        var parts = Enumerable.Range(0, 600).SelectMany(i => i % 9 == 0 ? scene.MakeParts(6) : [scene.Make()]).ToList();
        using var limit = new CancellationTokenSource(LogScene.Limit * 3, TimeProvider.System);
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadUntil(log, parts[^1].Position, limit.Token))).ToList();
        foreach (var part in parts)
        {
            Assert.Null(log.Append(new TransactionEvent(part)));
            await Task.Yield();
        }

        foreach (var read in await Task.WhenAll(readers).WaitAsync(LogScene.Limit * 3))
        {
            LogScene.AssertWhole(read);
            LogScene.AssertSame(parts, read);
        }

        Assert.True(scene.Segments().Length > 4);
    }

    [Fact]
    public void A_transaction_of_many_parts_takes_no_memory_for_each()
    {
        using var scene = new LogScene(602, o => o with { Time = TimeProvider.System });
        using var log = scene.OpenTold();
        var changes = Enumerable.Range(0, 400).Select(_ => scene.Data.Change(scene.Tables[0])).ToList();
        var part = scene.Data.Part(new Position(1, 1), changes);
        var count = 100_000_000 / part.Changes.Length;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
        {
            Assert.Null(log.Append(new TransactionEvent(part with { IsFirst = i == 0, IsLast = i == count - 1 })));
        }

        Assert.Null(log.Flush());
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 << 20);
        Assert.True(log.Range.Bytes > 100_000_000);
        using var reader = log.OpenReader(Position.Zero).Value!;
        var read = 0;
        while (reader.TryNext() is { } block)
        {
            Assert.InRange(block.Length, 0, 1 << 20);
            read += block.Kind == BlockKind.Schema ? 0 : block.Count;
        }

        Assert.Equal(count, read);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 << 20);
    }

    private static async Task<List<TransactionPart>> ReadUntil(StoreLog log, Position last, CancellationToken cancel)
    {
        using var reader = log.OpenReader(Position.Zero).Value!;
        var read = new List<TransactionPart>();
        while (reader.Position < last)
        {
            var block = await reader.Next(cancel);
            read.AddRange(block.Transactions(Position.Zero).Select(t => t with { Changes = t.Changes.ToArray() }));
        }

        return read;
    }
}
