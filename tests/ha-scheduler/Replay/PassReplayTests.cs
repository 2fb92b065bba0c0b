using Holdfast.HaScheduler.Replay;

namespace Holdfast.HaScheduler.Tests.Replay;

/// <summary>Runs of the scheduler, recorded as they went on, decided again and back-tested. Profile fast: Down after 8 s.</summary>
public sealed class PassReplayTests : PassScene
{
    [Fact]
    public async Task A_run_with_a_kill_a_move_and_a_return_is_decided_again_bit_for_bit()
    {
        await Dies();
        var result = Replay();
        var instance = Assert.Single(result.Instances);
        Assert.True(result.IsReproduced, string.Join('\n', instance.Mismatches.SelectMany(m => m.Recorded.Concat(m.Now))));
        Assert.InRange(instance.Passes, 30, 60);
        Assert.Null(instance.Backtest);
    }

    [Fact]
    public async Task A_restart_of_the_scheduler_begins_another_segment_and_breaks_nothing()
    {
        var (host, other) = await OneTaskRuns();
        ComponentReport[] runs = [.. _life.Says(host)];
        Restart();
        _life.Reports(host, 1, runs);
        _life.Reports(other, 1);
        await _life.Pass(3);
        _life.FallsSilent(host);
        await _life.Pass(15);
        var result = Replay();
        Assert.Equal((2, true), (result.Files.Count, result.IsReproduced));
    }

    [Fact]
    public async Task A_longer_interval_is_told_to_declare_later()
    {
        await Dies();
        var backtest = Backtest("""{"checkHostDownIntervalSec":20}""");
        Assert.Equal("checkHostDownIntervalSec 8 20", string.Join(", ", backtest.Keys.Select(k => $"{k.Key} {k.Recorded} {k.Other}")));
        var failure = Assert.Single(backtest.Failures);
        Assert.Equal((9, 21, 12, false), (failure.RecordedSeconds, failure.OtherSeconds, failure.LaterSeconds, failure.HadNeverDied));
        Assert.Equal((1, 1), (failure.RecordedMoves, failure.OtherMoves));
        Assert.Equal((1, 0, 0, 1), (backtest.Other.Declared, backtest.Other.NeverDied, backtest.Other.Missed, backtest.Other.Moves));
    }

    [Fact]
    public async Task A_shorter_interval_is_told_to_declare_sooner()
    {
        await Dies();
        var failure = Assert.Single(Backtest("""{"checkHostDownIntervalSec":6}""").Failures);
        Assert.Equal((9, 7, -2), (failure.RecordedSeconds, failure.OtherSeconds, failure.LaterSeconds));
    }

    [Fact]
    public async Task An_interval_that_is_too_long_misses_what_the_recorded_one_found()
    {
        await Dies();
        var backtest = Backtest("""{"checkHostDownIntervalSec":60}""");
        Assert.Equal((0, 1, 0), (backtest.Other.Declared, backtest.Other.Missed, backtest.Other.Moves));
        Assert.Equal((9, null, null),
            (backtest.Failures[0].RecordedSeconds, backtest.Failures[0].OtherSeconds, backtest.Failures[0].LaterSeconds));
    }

    [Fact]
    public async Task A_move_that_only_a_shorter_interval_would_have_made_is_found_to_be_false()
    {
        await OnlyPauses(seconds: 7);
        var backtest = Backtest("""{"checkHostDownIntervalSec":6}""");
        var failure = Assert.Single(backtest.Failures);
        Assert.Equal((null, 7, true), (failure.RecordedSeconds, failure.OtherSeconds, failure.HadNeverDied));
        Assert.Equal((0, 0, 0), (backtest.Recorded.Declared, backtest.Recorded.Moves, backtest.Recorded.Missed));
        Assert.Equal((1, 1, 1, 1),
            (backtest.Other.Declared, backtest.Other.NeverDied, backtest.Other.Moves, backtest.Other.MovesOffLiving));
    }

    [Fact]
    public async Task A_false_move_that_a_longer_interval_would_have_spared_is_found()
    {
        await OnlyPauses(seconds: 12);
        var backtest = Backtest("""{"checkHostDownIntervalSec":20}""");
        Assert.Equal((1, 1, 1), (backtest.Recorded.NeverDied, backtest.Recorded.MovesOffLiving, backtest.Failures.Count));
        Assert.Equal((0, 0, 0), (backtest.Other.Declared, backtest.Other.Missed, backtest.Other.Moves));
    }

    [Fact]
    public async Task A_shadow_takes_a_host_back_and_loses_it_again()
    {
        var (host, other) = await OneTaskRuns();
        await Pauses(host, other, seconds: 7);
        await Pauses(host, other, seconds: 7);
        var backtest = Backtest("""{"checkHostDownIntervalSec":6}""");
        Assert.Equal((2, 2), (backtest.Failures.Count, backtest.Other.NeverDied));
    }

    [Fact]
    public async Task With_the_same_configuration_both_sides_do_what_was_recorded()
    {
        await Dies();
        var backtest = Backtest("{}");
        Assert.Empty(backtest.Keys);
        Assert.Equivalent(backtest.Recorded, backtest.Other);
        Assert.Equal((1, 1, 0), (backtest.Recorded.Declared, backtest.Recorded.Moves, backtest.Recorded.NeverDied));
        Assert.Equal(0, Assert.Single(backtest.Failures).LaterSeconds);
    }

    [Fact]
    public async Task Switched_off_it_would_have_told_and_moved_nothing()
    {
        await Dies();
        var backtest = Backtest("""{"enableHost":false}""");
        Assert.Equal((1, 0), (backtest.Other.Declared, backtest.Other.Moves));
        Assert.Equal(1, Assert.Single(backtest.Other.Holds, h => h.Code == Reason.SwitchedOff.Code).Objects);
        Assert.DoesNotContain(backtest.Recorded.Holds, h => h.Code == Reason.SwitchedOff.Code);
    }

    [Theory]
    [InlineData("""{"checkHostDownIntervalSec":5}""", "HA-102", "must be at least leaseSec 4")]
    [InlineData("""{"checkHostDown":5}""", "HA-101", "is not a key of ha.config")]
    [InlineData("[1]", "HA-152", "no object")]
    [InlineData("{", "HA-152", "must be what PUT")]
    public async Task Another_configuration_that_cannot_be_used_is_refused(string config, string code, string says)
    {
        await OneTaskRuns();
        _life.Dispose();
        var fault = PassReplay.Run(new ReplayRequest(_directory.Location, config)).Fault!;
        Assert.Equal(code, fault.Code);
        Assert.Contains(says, fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_time_that_was_asked_for_is_replayed()
    {
        await Dies();
        _life.Dispose();
        var from = _time.GetUtcNow().AddSeconds(-10);
        var instance = PassReplay.Run(new ReplayRequest(_directory.Location, null, from, from.AddSeconds(4))).Value!.Instances[0];
        Assert.Equal((5, 5, from, from.AddSeconds(4)), (instance.Passes, instance.Reproduced, instance.From, instance.To));
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_the_others_are_replayed()
    {
        await OneTaskRuns();
        Restart();
        await _life.Pass(5);
        _life.Dispose();
        var files = Segments.In(Segments.DirectoryIn(_directory.Location));
        var bytes = File.ReadAllBytes(files[0].File);
        bytes[bytes.Length / 2] ^= 0xff;
        File.WriteAllBytes(files[0].File, bytes);
        var result = PassReplay.Run(new ReplayRequest(_directory.Location)).Value!;
        Assert.True(result.IsDamaged);
        Assert.Contains("damaged in the frame that begins at byte", result.Files[0].Note, StringComparison.Ordinal);
        Assert.Equal((5, "closed"), (result.Files[1].Passes, result.Files[1].End));
        Assert.Equal("HA-151", PassReplay.Run(new ReplayRequest(Truncated(files[0].File, 1))).Fault!.Code);
    }

    [Fact]
    public async Task A_decision_that_is_not_made_again_is_shown()
    {
        await Dies();
        _life.Dispose();
        var file = Segments.In(Segments.DirectoryIn(_directory.Location))[0].File;
        var passes = RecordedFile.Read(File.ReadAllBytes(file)).Passes;
        var down = passes.First(p => p.Decided.Acts.Any(a => a.Contains("declared Down", StringComparison.Ordinal)));
        var reproduction = new Reproduction();
        reproduction.Take(down with { Config = down.Config with { CheckHostDownIntervalSec = 9 } });
        var mismatch = Assert.Single(reproduction.Mismatches);
        Assert.Contains(mismatch.Recorded, l => l.Contains("declared Down after 00:00:09", StringComparison.Ordinal));
        Assert.Contains(mismatch.Now, l => l.EndsWith("held, HA-201", StringComparison.Ordinal));
    }

    /// <summary>The host of the one task is lost, its work moves, it starts anew.</summary>
    private async Task Dies()
    {
        var (host, other) = await OneTaskRuns();
        _life.FallsSilent(host);
        await _life.Pass(DownAfter);
        _life.Obeys(other);
        await _life.Pass(16);
        _life.StartsAnew(host, incarnation: 2);
        await _life.Pass(3);
        await _life.Pass(5);
    }

    /// <summary>The host of the one task is silent for so long, and goes on as if nothing had been.</summary>
    private async Task OnlyPauses(int seconds)
    {
        var (host, other) = await OneTaskRuns();
        await Pauses(host, other, seconds);
    }

    private async Task Pauses(string host, string other, int seconds)
    {
        _life.FallsSilent(host);
        await _life.Pass(seconds);
        _life.Obeys(other);
        _life.GoesOn(host);
        await _life.Pass(20);
    }

    private ReplayResult Replay()
    {
        _life.Dispose();
        return PassReplay.Run(new ReplayRequest(_directory.Location)).Value!;
    }

    private BacktestResult Backtest(string config)
    {
        _life.Dispose();
        var result = PassReplay.Run(new ReplayRequest(_directory.Location, config));
        Assert.Null(result.Fault);
        return Assert.Single(result.Value!.Instances).Backtest!;
    }

    private string Truncated(string file, int length)
    {
        var other = _directory.File("short.passes.gz");
        File.WriteAllBytes(other, File.ReadAllBytes(file)[..length]);
        return other;
    }
}
