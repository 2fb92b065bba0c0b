using System.Threading.Channels;
using Holdfast.Supervisor.Logs;
using Holdfast.Supervisor.Loop;

namespace Holdfast.Supervisor.Tests;

/// <summary>The end of a component's output: bounded, over rotated files, whatever the bytes are.</summary>
public sealed class LogTailTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Path(string name) => System.IO.Path.Combine(_folder.Location, name);

    private void Write(string name, string text) => File.WriteAllText(Path(name), text);

    private LogOutput Of(string name, int lines) => LogTails.Of(_folder.Location, lines).Single(o => o.Name == name);

    private static LastLines Last(string text, int lines, int bytes, bool startsInside = false) =>
        LogTails.Last(Encoding.UTF8.GetBytes(text), startsInside, lines, bytes);

    [Theory]
    [InlineData("a\nb\nc\n", 2, 100, "b|c")]
    [InlineData("a\nb\nc", 2, 100, "b|c")]
    [InlineData("a\r\nb\r\n", 9, 100, "a|b")]
    [InlineData("a\n\n\n", 2, 100, "|")]
    [InlineData("a\nb\nc\n", 9, 6, "a|b|c")]
    [InlineData("a\nb\nc\n", 9, 5, "b|c")]
    [InlineData("a\nb\nc\n", 9, 4, "b|c")]
    [InlineData("a\nb\nc", 9, 4, "b|c")]
    [InlineData("a\nb\nc", 9, 3, "c")]
    public void Only_whole_lines_within_both_limits(string text, int lines, int bytes, string expected)
    {
        var last = Last(text, lines, bytes);
        Assert.Equal((expected, false), (string.Join('|', last.Lines), last.FirstIsCut));
    }

    [Fact]
    public void Nothing_was_printed_and_an_empty_line_are_two_things()
    {
        Assert.Empty(Last("", 9, 100).Lines);
        Assert.Equal([""], Last("\n", 9, 100).Lines);
    }

    [Theory]
    [InlineData("0123456789\n", 5, "6789")]
    [InlineData("0123456789", 5, "6789")]
    [InlineData("a\n0123456789\n", 5, "6789")]
    [InlineData("aaéé\n", 4, "é")]
    public void Of_a_line_that_is_too_long_the_end_is_shown_from_a_whole_letter_on(string text, int bytes, string expected)
    {
        var last = Last(text, 9, bytes);
        Assert.Equal((expected, true), (Assert.Single(last.Lines), last.FirstIsCut));
    }

    [Fact]
    public void Bytes_that_are_no_text_do_not_hide_the_rest()
    {
        File.WriteAllBytes(Path("stderr.log"), [.. "ok\n"u8, 0xFF, 0xC3, (byte)'x', (byte)'\n', 0, (byte)'\n']);
        Assert.Equal(["ok", "\uFFFD\uFFFDx", "\0"], Of("stderr.log", 9).Lines);
    }

    [Fact]
    public void A_file_of_many_megabytes_with_one_line_costs_what_is_shown()
    {
        using (var file = new FileStream(Path("stdout.log"), FileMode.Create))
        {
            file.SetLength(1L << 33); // sparse: read as a whole it would not fit
        }

        File.AppendAllText(Path("stdout.log"), "last");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var output = Of("stdout.log", 200);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20 * LogTail.BytesMax);
        Assert.True(output.FirstIsCut);
        Assert.Equal(LogTail.BytesMax - 1, Assert.Single(output.Lines).Length);
        Assert.EndsWith("\0last", output.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_rotated_away_comes_before_what_was_written_since()
    {
        Write("stdout.log.2", "a\nb\n");
        Write("stdout.log.1", "c\nd-");
        Write("stdout.log", "e\nf\n");
        Assert.Equal(["f"], Of("stdout.log", 1).Lines);
        Assert.Equal(["b", "c", "d-e", "f"], Of("stdout.log", 4).Lines);
        Assert.Equal(["a", "b", "c", "d-e", "f"], Of("stdout.log", 1000).Lines);
        File.Delete(Path("stdout.log"));
        Assert.Equal(["c", "d-"], Of("stdout.log", 2).Lines);
    }

    [Fact]
    public void A_log_that_was_just_rotated_still_shows_its_last_lines()
    {
        Write("stdout.log", string.Join('\n', Enumerable.Range(0, 100)) + "\n");
        File.Move(Path("stdout.log"), Path("stdout.log.1"));
        Assert.Equal(["98", "99"], Of("stdout.log", 2).Lines);
        Write("stdout.log", "100\n");
        Assert.Equal(["98", "99", "100"], Of("stdout.log", 3).Lines);
    }

    [Theory]
    [InlineData(10, 10, 100, 10, 10)]
    [InlineData(100, 100, 100, 50, 50)]
    [InlineData(100, 20, 100, 80, 20)]
    [InlineData(20, 100, 100, 20, 80)]
    [InlineData(0, 100, 100, 0, 100)]
    public void What_one_output_leaves_of_its_half_is_the_others(int first, int second, int max, int ofFirst, int ofSecond) =>
        Assert.Equal((ofFirst, ofSecond), LogTails.Share(first, second, max));

    [Fact]
    public void Both_outputs_together_stay_within_the_limit_and_few_lines_leave_room_for_long_ones()
    {
        Write("stdout.log", string.Concat(Enumerable.Repeat(new string('o', 99) + "\n", 10_000)));
        Write("stderr.log", new string('e', 60_000) + "\n");
        var both = LogTails.Of(_folder.Location, 1000);
        Assert.True(both.Sum(o => o.Lines.Sum(l => l.Length + 1)) <= LogTail.BytesMax);
        Assert.All(both, o => Assert.NotEmpty(o.Lines));
        var few = LogTails.Of(_folder.Location, 3);
        Assert.Equal((3, 60_000, false), (few[0].Lines.Count, few[1].Lines.Single().Length, few[1].FirstIsCut));
    }

    [Fact]
    public void What_is_not_there_and_what_leads_elsewhere_is_no_log()
    {
        Assert.Empty(LogTails.Of(Path("never"), 9));
        Write("secret", "x\n");
        File.CreateSymbolicLink(Path("stdout.log"), Path("secret"));
        Write("stderr.log", "");
        var empty = Assert.Single(LogTails.Of(_folder.Location, 9));
        Assert.Equal(("stderr.log", 0), (empty.Name, empty.Lines.Count));
    }

    [Fact]
    public void The_supervisors_own_log_keeps_its_last_lines_only()
    {
        var log = new RecentLog(new Serilog.Formatting.Display.MessageTemplateTextFormatter("{Message}"));
        for (var i = 0; i < 2 * LogTail.LinesMax; i++)
        {
            log.Add($"{i}\n");
        }

        Assert.Equal(LogTail.LinesMax, log.Last(LogTail.LinesMax).Lines.Count);
        log.Add("one\ntwo\n");
        Assert.Equal([$"{(2 * LogTail.LinesMax) - 1}", "one", "two"], log.Last(3).Lines);
        log.Add(new string('x', 2 * LogTail.BytesMax));
        var cut = log.Last(9);
        Assert.Equal((true, LogTail.BytesMax - 1), (cut.FirstIsCut, cut.Lines.Single().Length));
    }

    [Fact]
    public async Task A_log_is_read_once_however_often_it_is_asked_for_and_said_once()
    {
        var events = Channel.CreateUnbounded<LoopEvent>();
        var answers = new LogAnswers(
            _folder.Location, new RecentLog(new Serilog.Formatting.Display.MessageTemplateTextFormatter("{Message}")),
            new DiskThreads(TimeProvider.System), events.Writer);
        LogWanted[] wanted = [.. Enumerable.Range(0, LogAnswers.ReadingMax + 1)
            .Select(i => new LogWanted { Id = $"l{i}", Component = "a", Lines = 9 })];
        answers.Want(wanted, default);
        answers.Want(wanted, default);
        for (var i = 0; i < LogAnswers.ReadingMax; i++)
        {
            answers.Hear((LogRead)await events.Reader.ReadAsync(TestContext.Current.CancellationToken), default);
        }

        Assert.False(events.Reader.TryRead(out _));
        Assert.True(answers.Urgent);
        var said = new List<LogTail>();
        while (answers.Next(default) is { } tails)
        {
            said.AddRange(tails);
        }

        Assert.Equal(wanted.Select(w => w.Id).Order(), said.Select(t => t.Id).Order());
        Assert.Single(said, t => t.Error is not null);
        Assert.False(answers.Urgent);

        // Nobody waits for an answer that no heartbeat could take in time.
        answers.Want([new LogWanted { Id = "late", Component = "a", Lines = 9 }], default);
        answers.Hear((LogRead)await events.Reader.ReadAsync(TestContext.Current.CancellationToken), default);
        Assert.Null(answers.Next(default(BootTime) + TimeSpan.FromSeconds(11)));
    }
}
