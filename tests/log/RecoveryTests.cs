namespace Holdfast.Log.Tests;

/// <summary>A log is opened after everything that can have happened to its files.</summary>
[Trait("Category", "slow")]
public sealed class RecoveryTests(ITestOutputHelper output)
{
    [Fact]
    public void After_any_prefix_of_the_open_segment_whole_transactions_are_left_and_appending_goes_on()
    {
        using var scene = Written(101, out var segment, out var bytes);
        for (var length = 0; length <= bytes.Length; length++)
        {
            File.WriteAllBytes(segment, bytes[..length]);
            CheckPrefix(scene, goesOn: length % 13 == 0 || length > bytes.Length - 3, $"{length} bytes of {bytes.Length}");
        }
    }

    [Fact]
    public void After_any_flipped_byte_of_the_open_segment_whole_transactions_are_left_and_appending_goes_on()
    {
        var seed = (int)TimeProvider.System.GetTimestamp();
        output.WriteLine($"seed {seed}");
        using var scene = Written(102, out var segment, out var bytes);
        var random = new Random(seed);
        for (var at = 0; at < bytes.Length; at++)
        {
            var flipped = bytes.ToArray();
            flipped[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(segment, flipped);
            CheckPrefix(scene, goesOn: at % 13 == 0, $"seed {seed}, byte {at}");
        }
    }

    [Fact]
    public void A_checksum_that_recovery_does_not_look_at_is_noticed()
    {
        using var scene = Written(102, out var segment, out var bytes);
        Assert.NotEqual(0, Checksums.Failing(bytes, new Random(1), damaged =>
        {
            File.WriteAllBytes(segment, damaged);
            CheckPrefix(scene, goesOn: false, "");
        }));
    }

    [Fact]
    public void Zeros_and_noise_behind_the_last_block_are_cut_and_nothing_else_is()
    {
        using var scene = Written(103, out var segment, out var bytes);
        var noise = new byte[1000];
        scene.Data.Random.NextBytes(noise);
        foreach (var tail in new[] { new byte[1], new byte[4096], noise, bytes[64..200] })
        {
            File.WriteAllBytes(segment, [.. bytes, .. tail]);
            using var log = scene.Open();
            Assert.Equal(tail.Length, log.BytesCut);
            LogScene.AssertSame(scene.Made, LogScene.ReadAll(log));
        }
    }

    [Fact]
    public void An_unfinished_transaction_at_the_end_is_cut_and_read_again()
    {
        using var scene = new LogScene(104, o => o with { SpoolMemoryBytes = 200 });
        scene.UseMemory();
        using (var log = scene.OpenTold())
        {
            scene.Append(log, 3);
            foreach (var part in scene.MakeParts(9))
            {
                Assert.Null(log.Append(new TransactionEvent(part)));
            }

            log.Flush();
        }

        // Its last block is lost, the continued ones are there.
        var segment = scene.Segments()[^1];
        var bytes = File.ReadAllBytes(segment);
        File.WriteAllBytes(segment, bytes[..^1]);
        var whole = scene.Made.Where(m => m.IsWhole).ToList();
        using var again = scene.OpenTold();
        Assert.True(again.BytesCut > 2_000);
        Assert.Equal(whole[^1].Position, again.Resume());
        LogScene.AssertSame(whole, LogScene.ReadAll(again));
        foreach (var part in scene.Made.Except(whole))
        {
            Assert.Null(again.Append(new TransactionEvent(part)));
        }

        again.Flush();
        LogScene.AssertSame(scene.Made, LogScene.ReadAll(again));
    }

    [Fact]
    public void A_life_that_dies_at_any_write_leaves_whole_transactions()
    {
        var hasDied = true;
        for (var dies = 1; hasDied; dies++)
        {
            using var scene = new LogScene(dies, o => o with { SegmentBytes = 1_500, SpoolMemoryBytes = 300 });
            scene.UseMemory();
            var disk = new DyingDisk(dies, scene.Data.Random);
            var durable = Position.Zero;
            hasDied = false;
            try
            {
                var log = scene.OpenTold(disk);
                for (var i = 0; i < 60; i++)
                {
                    foreach (var part in i % 6 == 5 ? scene.MakeParts(5) : [scene.Make()])
                    {
                        log.Append(new TransactionEvent(part));
                    }

                    if (i % 4 == 3)
                    {
                        log.Flush();
                    }

                    durable = log.Durable;
                }
            }
            catch (DyingDisk.Died)
            {
                hasDied = true;
            }

            scene.MoveOn();
            using var next = scene.Open();
            var read = LogScene.ReadAll(next);
            LogScene.AssertSame(scene.Made.Take(read.Count), read);
            Assert.True(durable <= next.Durable, $"write {dies}: {durable} was durable, {next.Durable} is there");
        }
    }

    /// <summary>A closed segment and an open one, with transactions in parts and several schemas.</summary>
    private static LogScene Written(int seed, out string segment, out byte[] bytes)
    {
        var scene = new LogScene(seed, o => o with { SegmentBytes = 4_000 });
        scene.UseMemory();
        using (var log = scene.OpenTold())
        {
            while (scene.Segments().Length < 3 || new FileInfo(scene.Segments()[2]).Length < 2_000)
            {
                scene.Append(log, 1);
                foreach (var part in scene.Made.Count % 7 == 0 ? scene.MakeParts(3, 2) : [])
                {
                    Assert.Null(log.Append(new TransactionEvent(part)));
                }

                log.Flush();
            }
        }

        segment = scene.Segments()[2];
        bytes = File.ReadAllBytes(segment);
        return scene;
    }

    private static void CheckPrefix(LogScene scene, bool goesOn, string where)
    {
        using var log = scene.OpenTold();
        var read = LogScene.ReadAll(log);
        Assert.True(scene.Made.Take(read.Count).Select(LogScene.Shown).SequenceEqual(read.Select(LogScene.Shown)), where);
        Assert.True(log.Resume() == read[^1].Position, where);
        foreach (var part in goesOn ? scene.Made : [])
        {
            Assert.Null(log.Append(new TransactionEvent(part)));
        }

        if (goesOn)
        {
            log.Flush();
            Assert.True(scene.Made.Select(LogScene.Shown).SequenceEqual(LogScene.ReadAll(log).Select(LogScene.Shown)), where);
            Assert.Equal(read.Count, log.Dropped);
        }
    }
}
