using Holdfast.Log.Reading;

namespace Holdfast.Log.Tests;

/// <summary>The place where a reader begins, and what an idle source moves.</summary>
public sealed class PlaceTests(ITestOutputHelper output)
{
    [Fact]
    public void From_a_time_nothing_is_missed_although_commit_times_go_back_and_forth()
    {
        var seed = (int)TimeProvider.System.GetTimestamp();
        output.WriteLine($"seed {seed}");
        using var scene = new LogScene(seed, o => o with { SegmentBytes = 4_000, Start = new LogStart(Position.Zero, 0) });
        using var log = scene.OpenTold();
        var made = new List<TransactionPart>();
        for (var i = 1; i < 200; i++)
        {
            var time = i * 10 + scene.Data.Random.Next(60);
            var part = scene.Data.Transaction(new Position(1, (ulong)i), scene.Tables) with { CommitTime = time };
            made.Add(part);
            Assert.Null(log.Append(new TransactionEvent(part)));
            if (i % 3 == 0)
            {
                log.Flush();
            }
        }

        log.Flush();
        for (var time = 0L; time < 2_100; time += 7)
        {
            using var reader = log.OpenReader(DateTimeOffset.UnixEpoch.AddMicroseconds(time)).Value!;
            var start = reader.Position;
            var read = LogScene.Drain(reader, start);
            LogScene.AssertSame(made.Where(m => m.Position > start), read);
            Assert.DoesNotContain(made, m => m.CommitTime >= time && m.Position <= start);

            // Little before it: not more than the block in which the time is.
            Assert.True(read.Count == 0 || read.Take(3).Any(r => r.CommitTime >= time) || read.Count <= 3, $"seed {seed}, {time}");
        }
    }

    [Fact]
    public void A_time_before_the_log_s_beginning_is_refused_with_the_range()
    {
        using var scene = new LogScene(2, o => o with { Start = new LogStart(new Position(1, 5), 1_000) });
        using var log = scene.OpenTold();
        Assert.True(log.OpenReader(DateTimeOffset.UnixEpoch.AddMicroseconds(1_000)).IsDone);
        Assert.Equal("DP-220", log.OpenReader(DateTimeOffset.UnixEpoch.AddMicroseconds(999)).Fault?.Code);
        Assert.Equal((new Position(1, 5), 999L), (log.Range.After, log.Range.AfterTime));
        Assert.Equal(new Position(1, 5), log.Resume());
    }

    [Fact]
    public void A_sign_of_life_moves_the_end_at_once_and_the_disk_every_few_seconds()
    {
        using var scene = new LogScene(3);
        using (var log = scene.OpenTold())
        {
            scene.Append(log, 1);
            log.Flush();
            using var reader = log.OpenReader(Position.Zero).Value!;
            Assert.Null(reader.Alive);
            LogScene.Drain(reader, Position.Zero);
            var time = scene.Made[0].CommitTime;
            Assert.Equal((scene.Made[0].Position, time), reader.Alive);

            Assert.Null(log.Append(new AliveEvent(new Position(1, 50), time + 5)));
            Assert.Equal((new Position(1, 50), time + 5), (log.Range.Last, log.Range.LastTime));
            Assert.Equal((new Position(1, 50), time + 5), reader.Alive);
            Assert.Equal(scene.Made[0].Position, log.Durable);
            Assert.True(log.OpenReader(new Position(1, 50)).IsDone);

            scene.Time.Advance(scene.Options.AliveInterval);
            Assert.Null(log.Append(new AliveEvent(new Position(1, 60), time + 9)));
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(new Position(1, 60), log.Durable);
            Assert.Equal(0, reader.TryNext()?.Count);
            Assert.Equal(new Position(1, 60), reader.Position);
            Assert.Null(log.Append(new AliveEvent(new Position(1, 70), time + 9)));
        }

        using var next = scene.OpenTold();
        Assert.Equal(new Position(1, 60), next.Resume());
        scene.Made.Clear();
        Assert.Null(next.Append(new TransactionEvent(scene.Data.Transaction(new Position(1, 60), scene.Tables))));
        Assert.Equal(1, next.Dropped);
    }

    [Fact]
    public void A_sign_of_life_never_passes_what_is_not_to_be_seen_yet()
    {
        using var scene = new LogScene(4);
        using var log = scene.OpenTold();
        scene.Append(log, 1);
        Assert.Null(log.Append(new AliveEvent(new Position(1, 9), 1)));
        Assert.Equal(Position.Zero, log.Range.Last);
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new Position(1, 9), log.Range.Last);

        // Parts of a transaction are here, and it is not complete.
        var part = scene.Data.Transaction(new Position(1, 20), scene.Tables) with { IsLast = false };
        Assert.Null(log.Append(new TransactionEvent(part)));
        Assert.Null(log.Append(new AliveEvent(new Position(1, 20), 2)));
        Assert.Equal(new Position(1, 9), log.Range.Last);
        Assert.Null(log.Append(new TransactionEvent(part with { IsFirst = false, IsLast = true })));
        log.Flush();
        Assert.Equal(2, LogScene.ReadAll(log, new Position(1, 9)).Count);
    }

    [Fact]
    public void A_reader_who_began_at_a_sign_of_life_goes_on_into_the_next_segment()
    {
        using var scene = new LogScene(5, o => o with { SegmentBytes = 1_500 });
        using var log = scene.OpenTold();
        scene.Append(log, 3);
        log.Flush();
        Assert.Null(log.Append(new AliveEvent(new Position(1, 100), 1)));
        using var reader = log.OpenReader(new Position(1, 100)).Value!;
        var later = Enumerable.Range(101, 30).Select(i => scene.Data.Transaction(new Position(1, (ulong)i), scene.Tables)).ToList();
        Assert.All(later, t => Assert.Null(log.Append(new TransactionEvent(t))));
        log.Flush();
        Assert.True(scene.Segments().Length > 2);
        LogScene.AssertSame(later, LogScene.Drain(reader, new Position(1, 100)));
    }

    [Fact]
    public void Packed_blocks_are_shorter_and_read_as_the_others()
    {
        var sizes = new List<long>();
        foreach (var codec in new[] { Compression.None, Compression.Lz4 })
        {
            using var scene = new LogScene(6, o => o with { Codec = codec, SegmentBytes = 20_000, SpoolMemoryBytes = 500 });
            using var log = scene.OpenTold();
            scene.Append(log, 100);
            Assert.All(scene.MakeParts(20, 20), p => Assert.Null(log.Append(new TransactionEvent(p))));
            scene.Append(log, 1);
            log.Flush();
            LogScene.AssertSame(scene.Made, LogScene.ReadAll(log));
            sizes.Add(log.Range.Bytes);
        }

        Assert.True(sizes[1] < sizes[0] * 0.8, $"{sizes[0]} {sizes[1]}");
    }

    [Fact]
    public void A_block_says_where_it_stands_in_its_file_and_can_be_checked_by_whoever_gets_its_bytes()
    {
        using var scene = new LogScene(7);
        using var log = scene.OpenTold();
        scene.Append(log, 5);
        log.Flush();
        using var stored = log.OpenReader(Position.Zero, loads: false).Value!;
        using var loaded = log.OpenReader(Position.Zero).Value!;
        var read = 0;
        while (stored.TryNext() is { } block)
        {
            Assert.True(block.Stored.IsEmpty);
            var bytes = new byte[block.Length];
            Assert.Equal(block.Length, RandomAccess.Read(block.File!, bytes, block.Offset));
            Assert.Equal(loaded.TryNext()!.Stored.ToArray(), bytes);
            read += LogBlock.Read(bytes).Transactions(Position.Zero).Count();
            bytes[^1] ^= 1;
            Assert.Throws<DamagedException>(() => LogBlock.Read(bytes));
        }

        Assert.Equal(5, read);
    }
}
