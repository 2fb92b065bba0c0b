using Holdfast.Log.Files;

namespace Holdfast.Log.Tests;

[Trait("Category", "slow")]
public sealed class DiskFullTests(ITestOutputHelper output)
{
    [Fact]
    public void A_disk_without_room_is_known_by_its_error()
    {
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        var error = Assert.Throws<IOException>(() => RandomAccess.Write(full, new byte[10], 0));
        Assert.True(Posix.IsFull(error));
        Assert.False(Posix.IsFull(new IOException("other", 5)));
    }

    [Fact]
    public void A_full_disk_stops_appending_by_a_value_and_loses_nothing()
    {
        var disk = new FullDisk();
        using var scene = new LogScene(301, o => o with { SegmentBytes = 3_000 });
        using var log = scene.OpenTold(disk);
        scene.Append(log, 5);
        Assert.Null(log.Flush());
        disk.Room = 10;
        scene.Append(log, 1);
        var fault = log.Flush();
        Assert.Equal(("DP-210", true), (fault?.Code, fault?.IsPassing));
        Assert.Equal("DP-210", log.Fault?.Code);

        // Events that come now are not taken, with a fault; those that were there can be read.
        var next = scene.Data.Transaction(new Position(1, 7), scene.Tables);
        disk.Room = 10;
        Assert.Equal("DP-210", log.Append(new TransactionEvent(next))?.Code);
        Assert.Equal(scene.Made[4].Position, log.Durable);
        LogScene.AssertSame(scene.Made.Take(5), LogScene.ReadAll(log));

        disk.Room = long.MaxValue;
        Assert.Null(log.Append(new TransactionEvent(next)));
        Assert.Null(log.Flush());
        Assert.Null(log.Fault);
        LogScene.AssertSame(scene.Made.Append(next), LogScene.ReadAll(log));
    }

    [Fact]
    public void A_log_whose_source_is_idle_is_written_by_itself_once_there_is_room()
    {
        var disk = new FullDisk();
        using var scene = new LogScene(302);
        using var log = scene.OpenTold(disk);
        disk.Room = 0;
        scene.Append(log, 1);
        scene.Time.Advance(scene.Options.GroupDelay);
        Assert.Equal("DP-210", log.Fault?.Code);
        disk.Room = long.MaxValue;
        scene.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(log.Fault);
        Assert.Equal(scene.Made[0].Position, log.Durable);
    }

    [Fact]
    public void Room_that_comes_and_goes_at_any_byte_leaves_each_transaction_once_and_whole()
    {
        var seed = (int)TimeProvider.System.GetTimestamp();
        output.WriteLine($"seed {seed}");
        for (var round = 0; round < 60; round++)
        {
            var disk = new FullDisk();
            using var scene = new LogScene(unchecked(seed + round), o => o with { SegmentBytes = 2_000, SpoolMemoryBytes = 300 });
            scene.UseMemory();
            var random = scene.Data.Random;
            using (var log = scene.OpenTold(disk))
            {
                for (var i = 0; i < 40; i++)
                {
                    foreach (var part in random.Next(5) == 0 ? scene.MakeParts(random.Next(2, 7)) : [scene.Make()])
                    {
                        AppendUntilTaken(log, part, disk, random);
                    }

                    if (random.Next(3) == 0)
                    {
                        log.Flush();
                        LogScene.AssertSame(scene.Made.Where(m => m.Position <= log.Range.Last), LogScene.ReadAll(log));
                    }
                }

                disk.Room = long.MaxValue;
                Assert.Null(log.Flush());
                LogScene.AssertSame(scene.Made, LogScene.ReadAll(log));
            }

            using var next = scene.Open();
            Assert.Equal(0, next.BytesCut);
            LogScene.AssertSame(scene.Made, LogScene.ReadAll(next));
        }
    }

    [Fact]
    public void A_quota_stops_appending_and_a_large_transaction_needs_room_for_its_copy()
    {
        using var scene = new LogScene(304, o => o with { QuotaBytes = 40_000, SpoolMemoryBytes = 300, KeepFor = TimeSpan.FromDays(1) });
        using var log = scene.OpenTold();
        log.Consumers.Set("needs all", Position.Zero);
        scene.Append(log, 1);
        log.Flush();
        var before = log.Durable;

        var position = new Position(1, 2);
        var changes = Enumerable.Range(0, 10).Select(_ => scene.Data.Change(scene.Tables[0])).ToList();
        var first = scene.Data.Part(position, changes) with { IsLast = false };
        LogFault? fault;
        var count = 0;
        do
        {
            fault = log.Append(new TransactionEvent(first with { IsFirst = count == 0 }));
            count++;
            Assert.True(count < 1_000);
        }
        while (fault is null);

        Assert.Equal(("DP-211", true), (fault.Code, fault.IsPassing));
        Assert.True(log.Range.Bytes <= 40_000);
        Assert.Equal(before, log.Resume());
        scene.Append(log, 2);
        Assert.Null(log.Flush());
        LogScene.AssertSame(scene.Made, LogScene.ReadAll(log));
    }

    [Fact]
    public void A_disk_that_did_not_keep_its_promise_ends_the_writing_and_not_the_reading()
    {
        var disk = new FullDisk();
        using var scene = new LogScene(305);
        using (var log = scene.OpenTold(disk))
        {
            scene.Append(log, 2);
            Assert.Null(log.Flush());
            scene.Append(log, 2);
            disk.BreaksPromises = true;
            Assert.Equal("DP-213", log.Flush()?.Code);
            disk.BreaksPromises = false;
            Assert.Equal("DP-213", log.Append(new TransactionEvent(scene.Data.Transaction(new Position(9, 9), scene.Tables)))?.Code);
            Assert.Equal("DP-213", log.Flush()?.Code);
            Assert.Equal(scene.Made[1].Position, log.Durable);
            LogScene.AssertSame(scene.Made.Take(2), LogScene.ReadAll(log));
        }

        using var next = scene.Open();
        LogScene.AssertSame(scene.Made, LogScene.ReadAll(next));
    }

    private static void AppendUntilTaken(StoreLog log, TransactionPart part, FullDisk disk, Random random)
    {
        for (var i = 0; i < 20; i++)
        {
            disk.Room = random.Next(3) == 0 ? random.Next(700) : long.MaxValue;
            var fault = log.Append(new TransactionEvent(part));
            if (fault is null)
            {
                return;
            }

            Assert.Equal("DP-210", fault.Code);
        }

        disk.Room = long.MaxValue;
        Assert.Null(log.Append(new TransactionEvent(part)));
    }
}
