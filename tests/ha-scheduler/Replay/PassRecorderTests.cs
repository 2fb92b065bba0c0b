using Holdfast.HaScheduler.Replay;
using Holdfast.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.HaScheduler.Tests.Replay;

/// <summary>The recorder keeps to its bound, and never harms the pass.</summary>
public sealed class PassRecorderTests : IDisposable
{
    private const long MebiByte = 1 << 20;

    private readonly TempDirectory _data = new();
    private readonly ManualTime _time = new(Scene.Now);
    private readonly Random _random = new(42);

    public void Dispose() => _data.Dispose();

    [Fact]
    public void All_segments_together_stay_within_the_bound_and_the_oldest_go_first()
    {
        DateTimeOffset? oldest = null;
        using (var recorder = Recorder(replayMb: 1))
        {
            for (var pass = 0; pass < 120; pass++)
            {
                Record(recorder, hosts: 1000);
                recorder.WriteQueued();
                Assert.InRange(Files().Sum(f => f.Bytes), 0, MebiByte + MebiByte / 4);
                Assert.True(oldest is null || Files()[0].From >= oldest);
                oldest = Files()[0].From;
            }
        }

        Assert.InRange(Files().Count, 3, 8);
        Assert.True(Files()[0].From > Scene.Now.AddSeconds(30), "nothing was deleted");
        var result = PassReplay.Run(new ReplayRequest(_data.Location)).Value!;
        Assert.All(result.Files, f => Assert.Equal(("closed", null), (f.End, f.Note)));
        Assert.True(result.IsReproduced);
        Assert.InRange(result.Instances[0].Passes, 20, 90);
    }

    [Fact]
    public void An_hour_is_a_segment()
    {
        using (var recorder = Recorder())
        {
            Record(recorder);
            _time.Advance(TimeSpan.FromMinutes(59));
            Record(recorder);
            recorder.WriteQueued();
            Assert.Single(Files());
            _time.Advance(TimeSpan.FromMinutes(1));
            Record(recorder);
        }

        Assert.Equal(2, Files().Count);
    }

    [Fact]
    public void What_the_recorder_cannot_take_is_dropped_and_counted_and_the_pass_does_not_wait()
    {
        using (var recorder = Recorder())
        {
            for (var pass = 0; pass < 12; pass++)
            {
                Record(recorder);
            }

            recorder.WriteQueued();
            Record(recorder);
        }

        var instance = Assert.Single(PassReplay.Run(new ReplayRequest(_data.Location)).Value!.Instances);
        Assert.Equal((9, 9, 4L), (instance.Passes, instance.Reproduced, instance.Dropped));
    }

    [Fact]
    public async Task Its_own_thread_writes_all_that_was_handed_over_before_it_stops()
    {
        using var recorder = Recorder();
        await recorder.StartAsync(CancellationToken.None);
        Record(recorder);
        Record(recorder);
        await recorder.StopAsync(CancellationToken.None);
        Record(recorder);
        Assert.Equal(2, PassReplay.Run(new ReplayRequest(_data.Location)).Value!.Instances[0].Passes);
    }

    [Fact]
    public void A_directory_that_cannot_be_written_loses_passes_and_nothing_else()
    {
        File.WriteAllText(_data.File("replay"), "in the way");
        using (var recorder = Recorder())
        {
            Record(recorder);
            recorder.WriteQueued();
            File.Delete(_data.File("replay"));
            Record(recorder);
            recorder.WriteQueued();
            _time.Advance(TimeSpan.FromSeconds(30));
            Record(recorder);
            Record(recorder);
        }

        var instance = Assert.Single(PassReplay.Run(new ReplayRequest(_data.Location)).Value!.Instances);
        Assert.Equal((2, 2L), (instance.Passes, instance.Dropped));
    }

    [Fact]
    public void Nothing_is_recorded_when_it_is_off()
    {
        using (var recorder = Recorder(replayMb: 0))
        {
            Record(recorder);
        }

        Assert.Equal("HA-150", PassReplay.Run(new ReplayRequest(_data.Location)).Fault!.Code);
        Assert.Empty(Directory.GetFileSystemEntries(_data.Location));
    }

    [Fact]
    public void Replicas_record_beside_each_other_and_are_replayed_apart()
    {
        using (PassRecorder a = Recorder(instance: "east-1"), b = Recorder(instance: "east-2"))
        {
            Record(a);
            Record(b);
            Record(b);
        }

        var result = PassReplay.Run(new ReplayRequest(_data.Location)).Value!;
        Assert.Equal([("east-1", 1), ("east-2", 2)], result.Instances.Select(i => (i.Instance, i.Passes)));
    }

    [Fact]
    public void Only_its_owner_may_read_a_recording()
    {
        using (var recorder = Recorder())
        {
            Record(recorder);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Files()).File));
    }

    private IReadOnlyList<Segment> Files() => Segments.In(Segments.DirectoryIn(_data.Location));

    private PassRecorder Recorder(int replayMb = 16, string instance = "one") => new(
        new Settings { DataDirectory = _data.Location, ReplayMb = replayMb, Instance = instance }, _time,
            NullLogger<PassRecorder>.Instance);

    /// <summary>A second later all hosts have another load.</summary>
    private void Record(PassRecorder recorder, int hosts = 3)
    {
        _time.Advance(Scene.Seconds(1));
        var snapshot = Scene.Of([.. Enumerable.Range(0, hosts).Select(n => Scene.Host($"h{n}").With(h => h with
        {
            Report = h.Report with { Usage = new Usage(_random.NextDouble(), _random.NextDouble(), _random.NextDouble()) },
        }))]) with { Now = _time.GetUtcNow() };
        recorder.Record(snapshot, Scene.Config, Decider.Decide(snapshot, Scene.Config));
    }
}
