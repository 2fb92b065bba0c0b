using FsCheck;
using FsCheck.Fluent;
using Holdfast.HaScheduler.Replay;

namespace Holdfast.HaScheduler.Tests.Replay;

/// <summary>A recording is read as it was written, and an unreadable one names the place.</summary>
[Trait("Category", "slow")]
public sealed class PassFormatTests
{
    [Fact]
    public void Passes_are_read_as_they_were_written_and_decided_alike() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => ReadsBack(Story(seed)))
            .Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(150));

    [Fact]
    public void What_is_left_out_decides_nothing() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var scene = new RandomScene(seed);
        var read = Assert.Single(RecordedFile.Read(RecordedFile.Write([(scene.Snapshot, scene.Config)])).Passes);
        return Decided.Of(scene.Decisions).IsSame(Decided.Of(Decider.Decide(read.Snapshot, read.Config)));
    }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void The_order_of_components_decides_nothing() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var scene = new RandomScene(seed);
        var other = scene.Snapshot with { Registrations = [.. scene.Snapshot.Registrations.Reverse()] };
        return Decided.Of(scene.Decisions).IsSame(Decided.Of(Decider.Decide(other, scene.Config)));
    }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_quiet_pass_costs_next_to_nothing()
    {
        var scene = Scene.Of([.. Enumerable.Range(0, 1000).Select(n => Scene.Host($"h{n}"))],
            [.. Enumerable.Range(0, 3000).Select(n => Scene.Component($"t{n}", $"h{n % 1000}"))]);
        var one = RecordedFile.Write([(scene, Scene.Config)]).Length;
        var passes = Enumerable.Range(0, 11).Select(n => (Later(scene, n), Scene.Config));
        Assert.InRange((RecordedFile.Write(passes).Length - one) / 10, 1, 200);
    }

    [Fact]
    public void A_file_that_ends_in_the_middle_of_a_pass_is_read_up_to_there()
    {
        var passes = Story(7);
        var whole = RecordedFile.Write(passes, end: false);
        var ends = Enumerable.Range(1, whole.Length - 1).Where(length => length % 29 == 0)
            .Select(length => RecordedFile.Read(whole[..length])).ToList();
        Assert.All(ends, e => Assert.True(e.End is SegmentEnd.CutOff or SegmentEnd.Open, $"{e.End}: {e.Why}"));
        Assert.Contains(ends, e => e.Passes.Count > 0
            && e.Why is { } why && why.Contains("ends in the middle of a pass, at byte", StringComparison.Ordinal)
            && why.Contains($"the last whole pass is number {e.Passes.Count} of {e.Passes[^1].Snapshot.Now:O}",
                StringComparison.Ordinal));
        Assert.All(ends, e => Assert.All(e.Passes.Zip(passes), p => AssertSame(p.Second, p.First)));
    }

    [Fact]
    public void A_file_that_was_not_closed_is_read_whole()
    {
        var (passes, end, why) = RecordedFile.Read(RecordedFile.Write(Story(7), end: false));
        Assert.Equal((Story(7).Count, SegmentEnd.Open, null), (passes.Count, end, why));
    }

    [Fact]
    public void A_changed_byte_is_found_and_nothing_wrong_is_given_out()
    {
        var story = Story(11);
        var whole = RecordedFile.Write(story);
        var damaged = 0;
        for (var place = 10; place < whole.Length; place += 37)
        {
            byte[] changed = [.. whole];
            changed[place] ^= 0x10;
            var (passes, end, why) = RecordedFile.Read(changed);
            Assert.All(passes.Zip(story), p => AssertSame(p.Second, p.First));
            if (end == SegmentEnd.Damaged)
            {
                damaged++;
                Assert.Contains("damaged in the frame that begins at byte", why, StringComparison.Ordinal);
            }
            else
            {
                Assert.True(end != SegmentEnd.Closed || passes.Count == story.Count, $"byte {place}: {end}, {passes.Count} passes");
            }
        }

        Assert.True(damaged > whole.Length / 37 * 0.9, $"{damaged} of {whole.Length / 37} changes were called damage");
    }

    [Fact]
    public void A_length_below_zero_is_damage()
    {
        using var reader = new BinaryReader(new MemoryStream([0xFF, 0xFF, 0xFF, 0xFF, 0x0F]));
        Assert.Throws<InvalidDataException>(() => PassFormat.Text(reader));
    }

    [Fact]
    public void A_file_that_was_begun_and_no_more_has_no_passes() => Assert.Equal(SegmentEnd.Open, RecordedFile.Read([]).End);

    [Fact]
    public void What_is_no_recording_is_called_so()
    {
        var (passes, end, why) = RecordedFile.Read("no recording at all, and certainly no gzip"u8.ToArray());
        Assert.Empty(passes);
        Assert.Equal(SegmentEnd.Damaged, end);
        Assert.Contains("no pass could be read before it", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_format_is_refused_by_its_number()
    {
        var file = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new BinaryWriter(gzip))
        {
            writer.Write(PassFormat.Mark);
            writer.Write7BitEncodedInt(PassFormat.Version + 1);
        }

        Assert.Contains($"version {PassFormat.Version + 1}", RecordedFile.Read(file.ToArray()).Why, StringComparison.Ordinal);
    }

    /// <summary>A property that is renamed makes every recording on a disk unreadable, unless the version is another one.</summary>
    [Fact]
    public void A_recording_s_names_are_those_of_its_version() => Assert.StartsWith(
        "{\"now\":\"0001-01-01T00:00:00+00:00\",\"pipe\":{\"whole\":true,\"lease\":\"00:00:15\",\"killGrace\":\"00:00:05\",",
        System.Text.Encoding.UTF8.GetString(Recorded.Bytes(Recorded.Rest(Scene.Of([])))), StringComparison.Ordinal);

    [Fact]
    public void Every_property_of_a_host_in_a_snapshot_is_recorded() => Assert.Equal(
        ["HeardSinceVerdict", "Reported", "Silence", "Unheard", "Verdict"],
        typeof(HostSnapshot).GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void No_command_is_recorded()
    {
        var component = Scene.Component("t1", "h1") with { Command = ["incr-sync", "--password", "s3cret"] };
        var task = Some.Task("t1") with { IncrSync = new TaskComponent(component.Command), Store = new TaskComponent(component.Command) };
        var scene = Scene.Of([Scene.Host("h1")], component) with { Tasks = Some.Tasks(task) };
        var file = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(new MemoryStream(RecordedFile.Write([(scene, Scene.Config)])),
            System.IO.Compression.CompressionMode.Decompress))
        {
            gzip.CopyTo(file);
        }

        Assert.DoesNotContain("s3cret", System.Text.Encoding.UTF8.GetString(file.ToArray()), StringComparison.Ordinal);
    }

    /// <summary>A few random fleets one after the other, each followed by passes in which little has changed.</summary>
    private static List<(Snapshot Snapshot, HaConfig Config)> Story(int seed)
    {
        var random = new Random(seed);
        var story = new List<(Snapshot, HaConfig)>();
        for (var n = 0; n < 3; n++)
        {
            var scene = new RandomScene(random.Next());
            var (snapshot, config) = (With(scene.Snapshot, random), scene.Config);
            for (var pass = random.Next(4); pass >= 0; pass--)
            {
                story.Add((snapshot, config));
                snapshot = Later(Changed(snapshot, random), 1);
            }
        }

        return story;
    }

    private static Snapshot With(Snapshot scene, Random random) => scene with
    {
        Tasks = Some.Tasks(scene.Registrations.Where(_ => random.Next(2) == 0)
            .Select(r => Some.Task(r.Task, (ProtectionLevel)random.Next(4), tags: ["ssd", "große"]))),
        StoresByHost = scene.Hosts.Where(_ => random.Next(2) == 0).ToDictionary(h => h.Verdict.Host, _ => random.Next(5)),
        Maintenances = new Dictionary<string, Maintenance> { ["idc:north/a"] = Some.Work },
        Approved = new HashSet<string> { "ticket-1", $"ticket-{random.Next()}" },
        MovesLeft = new Dictionary<string, int> { ["north"] = random.Next(9) },
    };

    private static Snapshot Changed(Snapshot before, Random random) => before with
    {
        Hosts =
        [
            .. before.Hosts.Where(_ => random.Next(20) > 0).Select(h => random.Next(4) > 0 ? h : h with
            {
                Silence = TimeSpan.FromTicks(random.NextInt64(1_000_000_000)),
                HeardSinceVerdict = random.Next(2) == 0,
                Verdict = random.Next(2) == 0 ? h.Verdict : h.Verdict with { Since = Scene.Now.AddTicks(random.Next()) },
                Reported = h.Reported is null || random.Next(8) == 0 ? null : h.Reported with
                {
                    Report = h.Reported.Report with { Sequence = random.Next(), Usage = new Usage(random.NextDouble(), 0.125, -0.0) },
                    Tags = random.Next(2) == 0 ? h.Reported.Tags : ["new"],
                },
            }),
        ],
        Registrations = [.. before.Registrations.Where(_ => random.Next(20) > 0)
            .Select(r => random.Next(9) > 0 ? r : r with { Epoch = r.Epoch + 1 })],
    };

    private static Snapshot Later(Snapshot before, int seconds) => before with
    {
        Now = before.Now.AddTicks(seconds * 10_000_001L),
        Hosts = [.. before.Hosts.Select(h => h with
        {
            Silence = h.Silence + Scene.Seconds(seconds),
            Unheard = h.Unheard + Scene.Seconds(seconds),
        })],
    };

    private static bool ReadsBack(List<(Snapshot Snapshot, HaConfig Config)> story)
    {
        var (passes, end, why) = RecordedFile.Read(RecordedFile.Write(story));
        Assert.Equal($"{story.Count} Closed ", $"{passes.Count} {end} {why}");
        Assert.All(passes.Zip(story), p => AssertSame(p.Second, p.First));
        return true;
    }

    private static void AssertSame((Snapshot Snapshot, HaConfig Config) written, RecordedPass read)
    {
        Assert.Equal(RecordedFile.Text(written.Snapshot), RecordedFile.Text(read.Snapshot));
        Assert.True(Recorded.Bytes(written.Config).SequenceEqual(Recorded.Bytes(read.Config)));
        var reproduction = new Reproduction();
        reproduction.Take(read);
        Assert.Empty(reproduction.Mismatches);
    }
}
