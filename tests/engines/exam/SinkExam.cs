using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Exam;

/// <summary>Exam of every sink: progress, fence and parts. Rows are in <see cref="SinkRowExam"/>.</summary>
public abstract class SinkExam
{
    /// <summary>Longer than a fence takes that waits for nobody.</summary>
    private static readonly TimeSpan Unwaited = TimeSpan.FromMilliseconds(500);

    /// <summary>An empty database.</summary>
    protected abstract IExamined New();

    [Fact]
    public async Task Data_and_progress_are_one_transaction()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        Assert.Null(await sink.Progress("task", Cancel));
        Assert.Null(await sink.Fence("task", 1, Cancel));
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        var applied = Assert.IsType<Applied>(await lane.Apply(Group(5, Insert(table, Of(1, 10), Of(2, 20))), Cancel));
        Assert.Equal(2, applied.Rows);
        var progress = await sink.Progress("task", Cancel);
        Assert.NotNull(progress);
        Assert.Equal((At(5), 5_000_000L, 1L), (progress.Low, progress.SourceTime, progress.Epoch));
        Assert.Empty(progress.Done);

        // The second row is refused: neither the first one nor the position stays.
        Assert.IsType<Refused>(await lane.Apply(Group(6, Insert(table, Of(3, 30), Of(1, 99))), Cancel));
        Assert.Equal(2, (await database.Rows("t")).Count);
        Assert.Equal(At(5), (await sink.Progress("task", Cancel))!.Low);
    }

    [Fact]
    public async Task Rows_that_were_left_out_are_named_in_the_transaction_that_lacks_them()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await sink.Fence("task", 1, Cancel);
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        var row = new SkippedRow("00112233aabbccdd", At(5), "main.t", "id=1", "DP-107", "it is there");
        await lane.Apply(Group(5, Insert(table, Of(2))) with { Skipped = [row] }, Cancel);
        Assert.Equal([row], await sink.Skipped("task", Cancel));
        Assert.Empty(await sink.Skipped("other", Cancel));

        var later = row with { Ticket = "ffff2233aabbccdd", Position = At(6) };
        Assert.IsType<Refused>(await lane.Apply(Group(6, Insert(table, Of(2))) with { Skipped = [later] }, Cancel));
        Assert.Equal([row], await sink.Skipped("task", Cancel));
        await lane.Apply(Group(6) with { Skipped = [later] }, Cancel);
        Assert.Equal([row, later], await sink.Skipped("task", Cancel));
    }

    [Fact]
    public async Task Progress_is_the_furthest_low_position_of_all_lanes_and_what_they_did_beyond_it()
    {
        await using var database = New();
        await using var sink = await database.Sink();
        await sink.Fence("task", 1, Cancel);
        await using var first = await sink.Lane("task", 0, 1, "n/task", Cancel);
        await using var second = await sink.Lane("task", 1, 1, "n/task", Cancel);
        await first.Apply(new SinkGroup([], [At(7), At(9)], At(2), 2), Cancel);
        await second.Apply(new SinkGroup([], [At(3), At(8)], At(3), 3), Cancel);
        var progress = (await sink.Progress("task", Cancel))!;
        Assert.Equal((At(3), 3L), (progress.Low, progress.SourceTime));
        Assert.Equal([At(7), At(8), At(9)], progress.Done.Order());

        // Work that is done and now below the low position is forgotten; a low position never goes back.
        await first.Apply(new SinkGroup([], [At(10)], At(8), 8), Cancel);
        await second.Apply(new SinkGroup([], [], At(4), 4), Cancel);
        progress = (await sink.Progress("task", Cancel))!;
        Assert.Equal((At(8), 8L), (progress.Low, progress.SourceTime));
        Assert.Equal([At(9), At(10)], progress.Done.Order());
        Assert.Null(await sink.Progress("other", Cancel));
    }

    [Fact]
    public async Task A_lane_goes_on_with_what_an_earlier_process_had_done()
    {
        await using var database = New();
        await using var sink = await database.Sink();
        await sink.Fence("task", 1, Cancel);
        await using (var first = await sink.Lane("task", 0, 1, "n/task", Cancel))
        {
            await first.Apply(new SinkGroup([], [At(7)], At(2), 2), Cancel);
        }

        await sink.Fence("task", 2, Cancel);
        await using var second = await sink.Lane("task", 0, 2, "n/task", Cancel);
        await second.Apply(new SinkGroup([], [At(9)], new Position(1, 3), 3), Cancel);
        var progress = (await sink.Progress("task", Cancel))!;
        Assert.Equal([At(7), At(9)], progress.Done.Order());
        Assert.Equal(2, progress.Epoch);
    }

    [Fact]
    public async Task Positions_beyond_the_signed_numbers_of_a_database_are_kept_and_ordered()
    {
        await using var database = New();
        await using var sink = await database.Sink();
        await sink.Fence("task", 1, Cancel);
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        var (small, large) = (new Position(1, 5), new Position(ulong.MaxValue - 1, ulong.MaxValue));
        await lane.Apply(new SinkGroup([], [large], small, 1), Cancel);
        var progress = (await sink.Progress("task", Cancel))!;
        Assert.Equal(small, progress.Low);
        Assert.Equal([large], progress.Done);
        await lane.Apply(new SinkGroup([], [], large, 2), Cancel);
        Assert.Equal(large, (await sink.Progress("task", Cancel))!.Low);
    }

    [Fact]
    public async Task An_older_epoch_is_refused_by_fence_and_lane()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        Assert.Null(await sink.Fence("task", 3, Cancel));
        Assert.Null(await sink.Fence("task", 3, Cancel));
        Assert.Equal(3, await sink.Fence("task", 2, Cancel));
        await using var old = await sink.Lane("task", 0, 3, "n/task", Cancel);
        Assert.IsType<Applied>(await old.Apply(Group(1, Insert(table, Of(1))), Cancel));
        Assert.Null(await sink.Fence("task", 4, Cancel));
        Assert.Equal(4, Assert.IsType<Fenced>(await old.Apply(Group(2, Insert(table, Of(2))), Cancel)).Epoch);
        Assert.Single(await database.Rows("t"));
        Assert.Equal(At(1), (await sink.Progress("task", Cancel))!.Low);

        // Another task has a fence of its own.
        Assert.Null(await sink.Fence("other", 1, Cancel));
    }

    [Fact]
    public async Task A_lane_whose_epoch_nobody_made_the_newest_is_refused()
    {
        await using var database = New();
        await using var sink = await database.Sink();
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        Assert.IsType<Refused>(await lane.Apply(Group(1), Cancel));
        await sink.Fence("task", 1, Cancel);
        await using var ahead = await sink.Lane("task", 0, 2, "n/task", Cancel);
        Assert.IsType<Refused>(await ahead.Apply(Group(1), Cancel));
        Assert.IsType<Applied>(await lane.Apply(Group(1), Cancel));
    }

    [Fact]
    public async Task A_takeover_waits_until_the_open_transaction_of_the_old_epoch_has_ended()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await sink.Fence("task", 1, Cancel);
        await using var old = await sink.Lane("task", 0, 1, "n/task", Cancel);
        Assert.IsType<Applied>(await old.Apply(Group(1, Insert(table, Of(1))) with { IsPart = true }, Cancel));
        var takeover = Task.Run(async () => (await sink.Fence("task", 2, Cancel), await sink.Progress("task", Cancel)), Cancel);

        // A fence that does not wait is there before the old one goes on; the newer writer would begin without what the old one commits.
        await Task.WhenAny(takeover, Task.Delay(Unwaited, TimeProvider.System, Cancel));
        Assert.IsType<Applied>(await old.Apply(Group(1, Insert(table, Of(2))), Cancel));
        var (newer, known) = await takeover;
        Assert.Null(newer);
        Assert.Equal(At(1), known?.Low);
        Assert.IsType<Fenced>(await old.Apply(Group(2, Insert(table, Of(3))), Cancel));
        Assert.Equal(2, (await database.Rows("t")).Count);
    }

    [Fact]
    public async Task Nothing_of_a_transaction_in_parts_is_there_before_the_last_one()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await sink.Fence("task", 1, Cancel);
        var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        await lane.Apply(Group(1, Insert(table, Of(1))) with { IsPart = true }, Cancel);
        await lane.Apply(Group(1, Insert(table, Of(2))) with { IsPart = true }, Cancel);
        Assert.Empty(await database.Rows("t"));
        Assert.Null(await sink.Progress("task", Cancel));

        // The process dies: what was open is taken back.
        await lane.DisposeAsync();
        await using var next = await sink.Lane("task", 0, 1, "n/task", Cancel);
        await next.Apply(Group(1, Insert(table, Of(1))) with { IsPart = true }, Cancel);
        var last = Assert.IsType<Applied>(await next.Apply(Group(1, Insert(table, Of(2))), Cancel));
        Assert.Equal(2, last.Rows);
        Assert.Equal(2, (await database.Rows("t")).Count);

        // A part that is refused takes the ones before with it.
        await next.Apply(Group(2, Insert(table, Of(3))) with { IsPart = true }, Cancel);
        Assert.IsType<Refused>(await next.Apply(Group(2, Insert(table, Of(1))), Cancel));
        Assert.Equal(2, (await database.Rows("t")).Count);
        Assert.Equal(1, Assert.IsType<Applied>(await next.Apply(Group(2, Insert(table, Of(3))), Cancel)).Rows);
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_found_to_be_done()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        var table = await database.Table("t");
        var lose = "";
        await using var sink = await database.Sink(step =>
        {
            if (step == lose)
            {
                lose = "";
                throw new IOException($"lost at {step}");
            }
        });
        await sink.Fence("task", 1, Cancel);
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        lose = "committed";
        Assert.IsType<Applied>(await lane.Apply(Group(1, Insert(table, Of(1))), Cancel));
        Assert.Equal(At(1), (await sink.Progress("task", Cancel))!.Low);

        foreach (var step in new[] { "begin", "marked", "written", "commit" })
        {
            lose = step;
            await Assert.ThrowsAsync<IOException>(() => lane.Apply(Group(2, Insert(table, Of(2))), Cancel));
            Assert.Single(await database.Rows("t"));
        }

        Assert.IsType<Applied>(await lane.Apply(Group(2, Insert(table, Of(2))), Cancel));
        Assert.Equal(2, (await database.Rows("t")).Count);
    }
}
