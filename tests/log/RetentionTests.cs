using Holdfast.Log.Keeping;

namespace Holdfast.Log.Tests;

public sealed class RetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly RetentionRule.Limits None = new(TimeSpan.FromHours(24), null, null);

    [Theory]
    [InlineData(24.0, 0)]
    [InlineData(24.1, 1)]
    public void A_segment_goes_when_it_is_older_than_the_limit(double hours, int gone) =>
        Assert.Equal(gone, RetentionRule.Decide([Closed(1, hours)], 100, Consumers(), None, Now).Count);

    [Theory]
    [InlineData(300, 0)]
    [InlineData(299, 1)]
    [InlineData(200, 1)]
    [InlineData(199, 2)]
    public void The_oldest_go_until_the_rest_fits(long keep, int gone) =>
        Assert.Equal(gone, RetentionRule.Decide([Closed(1, 1), Closed(2, 1)], 300, Consumers(), None with { KeepBytes = keep }, Now).Count);

    [Theory]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(19, 1)]
    [InlineData(20, 2)]
    public void What_a_consumer_needs_stays_although_it_is_old(ulong checkpoint, int gone) => Assert.Equal(gone, RetentionRule.Decide(
        [Closed(1, 30), Closed(2, 30)], 300, Consumers(("behind", checkpoint), ("ahead", 100)), None with { KeepBytes = 1 }, Now).Count);

    [Theory]
    [InlineData(300, 0)]
    [InlineData(299, 1)]
    public void Beyond_the_hard_limit_the_oldest_goes_and_says_whom_it_was_taken_from(long hard, int gone)
    {
        var removals = RetentionRule.Decide([Closed(1, 1), Closed(2, 1)], 300, Consumers(("b", 9), ("a", 0), ("c", 10)),
            None with { HardBytes = hard }, Now);
        Assert.Equal(gone, removals.Count);
        Assert.All(removals, r => Assert.Equal(["a", "b"], r.Victims.Select(v => v.Key)));
    }

    [Fact]
    public void A_younger_segment_never_goes_before_an_older_one() =>
        Assert.Empty(RetentionRule.Decide([Closed(1, 1), Closed(2, 50)], 300, Consumers(), None, Now));

    [Fact]
    public void Segments_go_by_age_and_a_reader_who_comes_too_late_is_told_the_range()
    {
        using var scene = Written(out var log);
        using var owned = log;
        using var inside = log.OpenReader(Position.Zero).Value!;
        Assert.NotNull(inside.TryNext());
        scene.Time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(2));
        Assert.Single(scene.Segments());
        Assert.Equal("DP-220", log.OpenReader(Position.Zero).Fault?.Code);
        Assert.Equal(scene.Made[^1].Position, log.Range.Last);
        LogScene.AssertSame(scene.Made.Where(m => m.Position > log.Range.After), LogScene.ReadAll(log));

        // A reader inside a segment reads it to its end, and is told then.
        var fault = Assert.Throws<LogFaultException>(() =>
        {
            while (inside.TryNext() is not null)
            {
            }
        }).Fault;
        Assert.Equal(("DP-220", log.Range), (fault.Code, fault.Range));
        Assert.True(inside.Position > Position.Zero);
        Assert.Empty(Directory.GetFiles(scene.Options.Folder, "*.idx"));
    }

    [Fact]
    public void A_known_consumer_keeps_its_segments_over_a_restart_until_nothing_was_heard_of_it_for_a_week()
    {
        var forgotten = new List<(string Task, Position Checkpoint)>();
        using var scene = Written(out var log, o => o with { Forgot = (task, checkpoint) => forgotten.Add((task, checkpoint)) });
        log.Consumers.Set("slow", scene.Made[0].Position);
        log.Consumers.Set("quick", scene.Made[^1].Position);
        log.Dispose();
        scene.Time.Advance(TimeSpan.FromDays(30)); // the Store did not run: nobody could be heard
        using var again = scene.OpenTold();
        Assert.Equal(["quick", "slow"], again.Consumers.All.Keys.Order());
        var before = scene.Segments().Length;
        scene.Time.Advance(TimeSpan.FromDays(6));
        again.Consumers.Set("quick", scene.Made[^1].Position);
        scene.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(before, scene.Segments().Length);
        LogScene.AssertSame(scene.Made.Skip(1), LogScene.ReadAll(again, scene.Made[0].Position));
        scene.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(2));
        Assert.Single(scene.Segments());
        Assert.Equal([("slow", scene.Made[0].Position)], forgotten);
        Assert.Equal(["quick"], again.Consumers.All.Keys);
    }

    [Fact]
    public void At_the_hard_limit_a_needed_segment_goes_and_the_caller_is_told_what_from_whom()
    {
        var losses = new List<LogLoss>();
        using var scene = new LogScene(401, o => o with { QuotaBytes = 20_000, Lost = losses.Add });
        using var log = scene.OpenTold();
        log.Consumers.Set("slow", Position.Zero);
        while (losses.Count == 0)
        {
            scene.Append(log, 1);
            log.Flush();
            Assert.True(scene.Made.Count < 1_000);
        }

        var loss = losses[0];
        Assert.Equal(("slow", Position.Zero, Position.Zero, "DP-224"), (loss.Task, loss.Checkpoint, loss.After, loss.Fault.Code));
        Assert.Equal(log.Range.After, losses[^1].Last);
        Assert.InRange(log.Range.Bytes, 10_000, 20_000);
        var refused = log.OpenReader(log.Consumers.All["slow"]).Fault!;
        Assert.Equal(("DP-220", log.Range), (refused.Code, refused.Range));
        LogScene.AssertSame(scene.Made.Where(m => m.Position > loss.Last), LogScene.ReadAll(log));
    }

    [Fact]
    public void Retention_works_on_a_disk_that_is_full()
    {
        var disk = new FullDisk();
        using var scene = new LogScene(402, o => o with { SegmentBytes = 2_000 });
        using var log = scene.OpenTold(disk);
        scene.Append(log, 30);
        log.Flush();
        disk.Room = 0;
        scene.Time.Advance(TimeSpan.FromHours(25));
        Assert.Single(scene.Segments());
        log.Dispose();
        using var again = scene.Open();
        LogScene.AssertSame(scene.Made.Where(m => m.Position > again.Range.After), LogScene.ReadAll(again));
    }

    private static LogScene Written(out StoreLog log, Func<LogOptions, LogOptions>? change = null)
    {
        var scene = new LogScene(400, o => (change?.Invoke(o) ?? o) with { SegmentBytes = 2_000 });
        log = scene.OpenTold();
        scene.Append(log, 40);
        log.Flush();
        Assert.True(scene.Segments().Length > 3);
        return scene;
    }

    private static Segment Closed(long number, double hoursAgo) => new()
    {
        Number = number,
        After = new Position(0, (ulong)(number - 1) * 10),
        AfterTime = 0,
        Last = new Position(0, (ulong)number * 10),
        MaxTime = 0,
        End = 90,
        Bytes = 100,
        Closed = Now.AddHours(-hoursAgo),
    };

    private static Dictionary<string, Position> Consumers(params (string Task, ulong Checkpoint)[] consumers) =>
        consumers.ToDictionary(c => c.Task, c => new Position(0, c.Checkpoint));
}
