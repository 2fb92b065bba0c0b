namespace Holdfast.Log.Tests;

/// <summary>A closed segment's loss is told, never passed over.</summary>
[Trait("Category", "slow")]
public sealed class DamageTests(ITestOutputHelper output)
{
    [Fact]
    public void A_flipped_byte_in_a_closed_segment_is_refused_with_the_positions_that_are_missing()
    {
        var seed = (int)TimeProvider.System.GetTimestamp();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var scene = Written();
        var path = scene.Segments()[1];
        var bytes = File.ReadAllBytes(path);
        var refused = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            var flipped = bytes.ToArray();
            flipped[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, flipped);
            using var log = scene.Open();
            Assert.Equal(scene.Made[^1].Position, log.Resume());
            refused += CheckNoGap(scene, log, $"seed {seed}, byte {at}") ? 1 : 0;
        }

        // The footer is only a shorter way: without it nothing is missing.
        Assert.InRange(refused, bytes.Length / 2, bytes.Length - 1);
    }

    [Fact]
    public void A_checksum_that_a_reader_does_not_look_at_is_noticed()
    {
        using var scene = Written();
        var path = scene.Segments()[1];
        Assert.NotEqual(0, Checksums.Failing(File.ReadAllBytes(path), new Random(1), damaged =>
        {
            File.WriteAllBytes(path, damaged);
            using var log = scene.Open();
            CheckNoGap(scene, log, "");
        }));
    }

    [Fact]
    public void A_closed_segment_that_is_shorter_or_gone_or_another_one_is_refused_and_the_rest_is_served()
    {
        using var scene = Written();
        var path = scene.Segments()[1];
        var bytes = File.ReadAllBytes(path);
        var first = File.ReadAllBytes(scene.Segments()[0]);
        foreach (var now in new[] { null, [], bytes[..64], bytes[..(bytes.Length / 2)], first, new byte[bytes.Length] })
        {
            File.Delete(path);
            if (now is not null)
            {
                File.WriteAllBytes(path, now);
            }

            using var log = scene.OpenTold();
            Assert.True(CheckNoGap(scene, log, $"{now?.Length}"));
            scene.Append(log, 1);
            log.Flush();
        }

        File.WriteAllBytes(path, bytes);
        using var whole = scene.Open();
        LogScene.AssertSame(scene.Made, LogScene.ReadAll(whole));
    }

    [Fact]
    public void An_index_that_is_missing_or_wrong_is_made_again_from_the_segment()
    {
        using var scene = Written();
        var index = Path.ChangeExtension(scene.Segments()[1], ".idx");
        var right = File.ReadAllBytes(index);
        var segment = File.ReadAllBytes(scene.Segments()[1]);
        var other = File.ReadAllBytes(Path.ChangeExtension(scene.Segments()[0], ".idx"));
        foreach (var now in new[] { null, [], right[..^20], other, new byte[right.Length] })
        {
            foreach (var hasFooter in new[] { true, false })
            {
                File.Delete(index);
                if (now is not null)
                {
                    File.WriteAllBytes(index, now);
                }

                File.WriteAllBytes(scene.Segments()[1], hasFooter ? segment : segment[..^(right.Length - 10)]);
                using var log = scene.Open();
                foreach (var start in scene.Made.Select(m => m.Position))
                {
                    LogScene.AssertSame(scene.Made.Where(m => m.Position > start), LogScene.ReadAll(log, start));
                }

                Assert.Equal(right, File.ReadAllBytes(index));
            }
        }
    }

    [Fact]
    public void Any_damage_to_any_file_is_a_refusal_or_a_prefix_and_never_an_exception()
    {
        var seed = (int)TimeProvider.System.GetTimestamp();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var scene = Written();
        var files = Directory.GetFiles(scene.Options.Folder).Order(StringComparer.Ordinal).ToDictionary(f => f, File.ReadAllBytes);
        for (var round = 0; round < 1_500; round++)
        {
            foreach (var file in Directory.GetFiles(scene.Options.Folder))
            {
                File.Delete(file);
            }

            foreach (var (path, bytes) in files)
            {
                File.WriteAllBytes(path, bytes);
            }

            var (victim, was) = files.ElementAt(random.Next(files.Count));
            File.WriteAllBytes(victim, Damage(was, random));
            var where = $"seed {seed}, round {round}, {Path.GetFileName(victim)}";
            var opened = StoreLog.Open(scene.Options);
            if (!opened.IsDone)
            {
                Assert.True(opened.Fault.Code is "DP-202" or "DP-203" or "DP-204", $"{where}: {opened.Fault}");
                continue;
            }

            using var log = opened.Value;
            CheckNoGap(scene, log, where, isPrefix: victim == scene.Segments()[^1]);
        }
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var damaged = bytes.ToArray();
        switch (random.Next(4))
        {
            case 0:
                return damaged[..random.Next(damaged.Length + 1)];
            case 1:
                random.NextBytes(damaged.AsSpan(random.Next(damaged.Length + 1)));
                return damaged;
            case 2:
                damaged.AsSpan(random.Next(damaged.Length + 1)).Clear();
                return damaged;
            default:
                for (var i = random.Next(4); i >= 0 && damaged.Length > 0; i--)
                {
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                }

                return damaged;
        }
    }

    /// <summary>
    /// A reader from the beginning gets a prefix. Where it ends early a fault names what is missing, and whoever starts behind that has all
    /// the rest.
    /// </summary>
    /// <returns>There was a fault.</returns>
    private static bool CheckNoGap(LogScene scene, StoreLog log, string where, bool isPrefix = false)
    {
        var (read, fault) = Read(log, log.Range.After);
        Assert.True(scene.Made.Take(read.Count).Select(LogScene.Shown).SequenceEqual(read.Select(LogScene.Shown)), where);
        if (fault is null)
        {
            Assert.True(read.Count == scene.Made.Count || isPrefix, where);
            return false;
        }

        Assert.Equal("DP-223", fault.Code);
        var missing = fault.Missing!.Value;
        Assert.True(read.Count == 0 || missing.After >= read[^1].Position, where);
        var (rest, none) = Read(log, missing.Last);
        Assert.Null(none);
        var behind = scene.Made.Where(m => m.Position > missing.Last);
        Assert.True(behind.Select(LogScene.Shown).SequenceEqual(rest.Select(LogScene.Shown)), where);
        return true;
    }

    private static (List<TransactionPart> Read, LogFault? Fault) Read(StoreLog log, Position after)
    {
        var read = new List<TransactionPart>();
        var opened = log.OpenReader(after);
        if (!opened.IsDone)
        {
            return (read, opened.Fault);
        }

        using var reader = opened.Value;
        try
        {
            while (reader.TryNext() is { } block)
            {
                read.AddRange(block.Transactions(after).Select(t => t with { Changes = t.Changes.ToArray() }));
            }
        }
        catch (LogFaultException fault)
        {
            // A transaction of which the end is missing was not seen whole by anybody who waits for its last part.
            return (read.Take(read.FindLastIndex(p => p.IsLast) + 1).ToList(), fault.Fault);
        }

        LogScene.AssertWhole(read);
        return (read, null);
    }

    /// <summary>Two closed segments and an open one.</summary>
    private static LogScene Written()
    {
        var scene = new LogScene(201, o => o with { SegmentBytes = 2_500 });
        scene.UseMemory();
        using var log = scene.OpenTold();
        while (scene.Segments().Length < 3 || new FileInfo(scene.Segments()[2]).Length < 1_000)
        {
            scene.Append(log, 1);
            foreach (var part in scene.Made.Count % 7 == 0 ? scene.MakeParts(3, 2) : [])
            {
                Assert.Null(log.Append(new SchemaEvent(scene.Tables[0])));
                Assert.Null(log.Append(new TransactionEvent(part)));
            }

            log.Flush();
        }

        return scene;
    }
}
