using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Supervisor.Tests;

/// <summary>
/// An Incr-Sync that had exited with 0, or a Full-Import that had completed, started again when its supervisor was restarted, under
/// an epoch that the scheduler held for ended.
/// </summary>
[Trait("Category", "process")]
public sealed class EndingsTests : HostScene
{
    private const string Works = "echo x >> runs; echo '{\"state\":\"Running\",\"checkpoint\":1795853922}' > s; mv s status.json; ";

    private string Kept => Path.Combine(_host.Work, "endings.json");

    private int Runs(string component) => File.ReadAllLines(Path.Combine(_host.Folder(component), "runs")).Length;

    /// <summary>Ends the supervisor and starts another one; returns when that has said what it runs.</summary>
    private async Task Restarts(int signal, Action? meanwhile = null)
    {
        Host.Signal(_host.Pid, signal);
        await _host.Until(() => _host.Supervisor.HasExited, "it has ended");
        meanwhile?.Invoke();
        var count = _server.Reports.Count;
        _host.Start();
        await _host.Until(() => _server.Reports.Skip(count).Any(r => r.Report.Components is { Count: > 0 }), "it says what it runs");
    }

    [Theory]
    [InlineData(Native.SigKill)]
    [InlineData(Native.SigTerm)]
    public async Task What_ended_in_good_order_stays_ended_over_the_supervisors_restart_and_its_words_with_it(int signal)
    {
        _server.Want(
            Desire.Shell("done", "echo x >> runs; echo '{\"state\":\"Completed\",\"checkpoint\":7}' > s; mv s status.json")
                with { Kind = ComponentKind.FullImport },
            Desire.Shell("left", Works + "exit 0"),
            Desire.Shell("lives", "echo x >> runs; exec sleep 1000"));
        _host.Start();
        await _host.UntilReported("lives", ComponentState.Running);
        await _host.UntilReported("done", ComponentState.Completed);
        await _host.UntilReported("left", ComponentState.Stopped);
        // A report waits for the disk for a moment, and not for ever.
        string[] said = ["\"checkpoint\":7", "\"checkpoint\":1795853922"];
        await _host.Until(() => File.Exists(Kept) && File.ReadAllText(Kept) is var kept
            && said.All(s => kept.Contains(s, StringComparison.Ordinal)), "what was said is on the disk");
        for (var life = 1; life <= 2; life++)
        {
            await Restarts(signal);
            await _host.UntilReported("lives", ComponentState.Running);
            Assert.Equal((ComponentState.Completed, 0, 7L),
                (_server.Last("done")!.State, _server.Last("done")!.ExitCode, _server.Last("done")!.Checkpoint));
            Assert.Equal((ComponentState.Stopped, 0, 1795853922L),
                (_server.Last("left")!.State, _server.Last("left")!.ExitCode, _server.Last("left")!.Checkpoint));
            Assert.Equal((1, 1, life + 1), (Runs("done"), Runs("left"), Runs("lives")));
        }
    }

    [Fact]
    public async Task Another_epoch_or_a_stop_and_a_start_begin_it_anew_also_when_they_came_over_a_restart()
    {
        _server.Want(Desire.Shell("a", Works + "exit 0"), Desire.Shell("b", Works + "exit 0"), Desire.Shell("c", Works + "exit 0"));
        _host.Start();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await _host.UntilReported(name, ComponentState.Stopped);
        }

        await Restarts(Native.SigKill, () => _server.Want(
            Desire.Shell("a", Works + "exit 0", epoch: 2),
            Desire.Shell("b", Works + "exit 0") with { Desired = DesiredState.Stopped },
            Desire.Shell("c", Works + "echo another; exit 0")));
        await _host.UntilReported("a", ComponentState.Stopped, epoch: 2);
        await _host.Until(() => Runs("c") == 2 && _server.Last("c") is { State: ComponentState.Stopped, ExitCode: 0 }, "other work");
        Assert.Equal((2, 1), (Runs("a"), Runs("b")));
        Assert.Null(_server.Last("b")!.ExitCode);
        await Restarts(Native.SigKill, () => _server.Want(
            Desire.Shell("a", Works + "exit 0", epoch: 2), Desire.Shell("b", Works + "exit 0"),
            Desire.Shell("c", Works + "echo another; exit 0")));
        await _host.Until(() => Runs("b") == 2 && _server.Last("b") is { State: ComponentState.Stopped, ExitCode: 0 }, "it is started");
        Assert.Equal((2, 2), (Runs("a"), Runs("c")));
    }

    [Theory]
    [InlineData("exit 4")]
    [InlineData("kill -9 $$")]
    public async Task What_failed_is_tried_again_by_a_new_life_as_before(string end)
    {
        _server.Want(Desire.Shell("a", "echo x >> runs; " + end));
        _host.Start();
        await _host.UntilReported("a", ComponentState.Abnormal);
        await Restarts(Native.SigKill);
        await _host.Until(() => Runs("a") == 2, "it is tried again");
        await _host.UntilReported("a", ComponentState.Abnormal);
    }

    public static TheoryData<string> Broken => new()
    {
        "rm $F; echo '{' > $F", "rm $F; : > $F", "rm $F; echo null > $F", "rm $F; echo '{\"endings\":[null]}' > $F",
        "rm $F; echo '{\"endings\":[{\"name\":\"a\",\"epoch\":-1,\"command\":\"\"}]}' > $F", "rm $F; mkfifo $F", "rm $F; mkdir $F",
        "rm $F; ln -s /dev/zero $F", "truncate -s 1G $F",
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_file_is_said_and_what_had_ended_starts_again(string breaks)
    {
        _server.Want(Desire.Shell("a", Works + "exit 0"));
        _host.Start();
        await _host.UntilReported("a", ComponentState.Stopped);
        await Restarts(Native.SigKill, () =>
        {
            using var shell = System.Diagnostics.Process.Start("/bin/sh", ["-c", breaks.Replace("$F", Kept, StringComparison.Ordinal)]);
            shell.WaitForExit(10_000);
        });
        await _host.UntilSaid("HB-346");
        await _host.Until(() => Runs("a") == 2 && _server.Last("a") is { State: ComponentState.Stopped, ExitCode: 0 }, "it starts again");
        if (!Directory.Exists(Kept))
        {
            await _host.Until(() => new FileInfo(Kept) is { LinkTarget: null, Length: > 0 and < 1000 }, "the file is whole again");
        }
    }

    [Fact]
    public async Task What_ends_on_the_supervisors_own_stop_runs_again_whoever_told_it_to_end()
    {
        _server.Want(Desire.Shell("a", "echo x >> runs; trap 'exit 0' TERM; while :; do sleep 0.05; done"));
        _host.Start();
        await _host.UntilReported("a", ComponentState.Running);
        await Restarts(Native.SigTerm);
        await _host.Until(() => Runs("a") == 2, "it runs again");
        await _host.UntilReported("a", ComponentState.Running);
    }

    [Fact]
    public void A_file_that_cannot_be_replaced_is_removed_so_that_it_holds_back_nothing()
    {
        using var folder = new TempDirectory();
        var endings = new Endings(folder.File("endings.json"), NullLogger<Endings>.Instance);
        var ran = Desire.Shell("a", "x", epoch: 3);
        endings.Save([KeptEnding.Of(ran, new ComponentStatus { State = ComponentState.Completed, Checkpoint = 5 })]);
        var kept = Assert.Single(endings.Recall().Values);
        Assert.Equal((ComponentState.Completed, 5L), (kept.Said!.State, kept.Said.Checkpoint));
        Assert.True(kept.IsOf(ran));
        Assert.False(kept.IsOf(ran with { Epoch = 4 }));
        Assert.False(kept.IsOf(ran with { Command = ["y"] }));
        Directory.CreateDirectory(Path.Combine(folder.Location, "endings.json.new", "in the way"));
        Assert.ThrowsAny<Exception>(() => endings.Save([]));
        Assert.Empty(endings.Recall());
    }
}
