using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Exam;

/// <summary>Exam of every sink: it keeps the source that a task's positions are of.</summary>
public abstract class SinkSourceExam
{
    private static readonly SourceName Shop = new("sqlite", "shop");
    private static readonly SourceName Other = new("sqlite", "other");

    /// <summary>An empty database.</summary>
    protected abstract IExamined New();

    [Fact]
    public async Task A_task_that_has_written_keeps_its_source_and_another_one_is_refused()
    {
        await using var database = New();
        await using var sink = await database.Sink();
        await sink.Fence("task", 1, Cancel);
        Assert.Null(await sink.Adopt("task", 1, Shop, Cancel));
        await Write(sink, 1);
        Assert.Equal(Shop, (await sink.Progress("task", Cancel))!.Source);
        Assert.Equal(Shop, await sink.Adopt("task", 1, Other, Cancel));
        Assert.Equal(Shop, await sink.Adopt("task", 1, Shop with { Kind = "postgres" }, Cancel));
        Assert.Null(await sink.Adopt("task", 1, Shop, Cancel));
        Assert.Equal(Shop, (await sink.Progress("task", Cancel))!.Source);

        // Another task has positions of its own.
        await sink.Fence("second", 1, Cancel);
        Assert.Null(await sink.Adopt("second", 1, Other, Cancel));
    }

    [Fact]
    public async Task A_task_that_has_written_nothing_may_be_given_another_source()
    {
        await using var database = New();
        await using var sink = await database.Sink();
        await sink.Fence("task", 1, Cancel);
        Assert.Null(await sink.Adopt("task", 1, Shop, Cancel));
        Assert.Null(await sink.Adopt("task", 1, Other, Cancel));
        await Write(sink, 1);
        Assert.Equal(Other, (await sink.Progress("task", Cancel))!.Source);
    }

    [Fact]
    public async Task Positions_of_a_version_that_noted_no_source_are_given_one_once()
    {
        await using var database = New();
        await using var sink = await database.Sink();
        await sink.Fence("task", 1, Cancel);
        await Write(sink, 1);
        Assert.Null((await sink.Progress("task", Cancel))!.Source);
        Assert.Null(await sink.Adopt("task", 1, Shop, Cancel));
        Assert.Equal(Shop, await sink.Adopt("task", 1, Other, Cancel));
    }

    [Fact]
    public async Task A_writer_of_the_past_changes_nothing()
    {
        await using var database = New();
        await using var sink = await database.Sink();
        await sink.Fence("task", 2, Cancel);
        Assert.Null(await sink.Adopt("task", 1, Other, Cancel));
        await Write(sink, 2);
        Assert.Null((await sink.Progress("task", Cancel))!.Source);
    }

    private static async Task Write(ISink sink, long epoch)
    {
        await using var lane = await sink.Lane("task", 0, epoch, "n/task", Cancel);
        Assert.IsType<Applied>(await lane.Apply(Group(1), Cancel));
    }
}
