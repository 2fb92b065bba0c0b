using static Holdfast.Engines.Tests.Kafka.KafkaScene;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Kafka;

/// <summary>
/// The sink's exam as far as a log can sit it: progress, fence, parts, lost answers. What the exam asks of rows (refused by a key, met by
/// an update, several lanes) is for databases.
/// </summary>
[Trait("Category", "process")]
public sealed class KafkaSinkTests
{
    [Fact]
    public async Task Data_and_progress_are_one_transaction()
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink();
        Assert.Null(await sink.Progress("task", Cancel));
        Assert.Null(await sink.Fence("task", 1, Cancel));
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        var applied = Assert.IsType<Applied>(await lane.Apply(Of(5, Insert(Of(1, "a"), Of(2, "b"))), Cancel));
        Assert.Equal(2, applied.Rows);
        var progress = (await sink.Progress("task", Cancel))!;
        Assert.Equal((At(5), 5_000_000L, 1L), (progress.Low, progress.SourceTime, progress.Epoch));
        Assert.Empty(progress.Done);
        Assert.Equal(["c1", "c2"], scene.Items());

        // The second row is refused: neither the first one nor the position stays.
        var large = new string('x', scene.Settings.MessageBytesMax);
        var refused = Assert.IsType<Refused>(await lane.Apply(Of(6, Insert(Of(3, "c"), Of(4, large))), Cancel));
        Assert.Equal(("DP-611", 0, 1), (refused.Code, refused.Statement, refused.Row));
        Assert.Equal(["c1", "c2"], scene.Items());
        Assert.Equal(At(5), (await sink.Progress("task", Cancel))!.Low);
    }

    [Fact]
    public async Task A_message_that_only_the_broker_finds_too_large_is_refused_by_its_row()
    {
        await using var scene = new KafkaScene();
        scene.Broker.BatchBytesMax = 20_000;
        await using var sink = await scene.Sink();
        await sink.Fence("task", 1, Cancel);
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        var refused = Assert.IsType<Refused>(await lane.Apply(Of(1, Insert(Of(1, new string('x', 30_000)))), Cancel));
        Assert.Equal(("DP-611", 0), (refused.Code, refused.Row));
        var small = await lane.Apply(Of(1, Insert(Of(1, "small"))), Cancel);
        Assert.True(small is Applied, $"{small}");
        Assert.Equal(["c1"], scene.Items());
    }

    [Fact]
    public async Task Rows_that_were_left_out_are_named_in_the_transaction_that_lacks_them()
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink();
        await sink.Fence("task", 1, Cancel);
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        var row = new SkippedRow("00112233aabbccdd", At(5), "main.t", "id=1", "DP-611", "it is there");
        await lane.Apply(Of(5, Insert(Of(2, "b"))) with { Skipped = [row] }, Cancel);
        Assert.Equal([row], await sink.Skipped("task", Cancel));
        Assert.Empty(await sink.Skipped("other", Cancel));
        await using var later = await scene.Sink();
        Assert.Equal([row], await later.Skipped("task", Cancel));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not JSON")]
    public async Task Progress_among_records_that_are_not_understood_is_not_believed(string? key)
    {
        await using var scene = new KafkaScene();
        await using (var first = await scene.Sink())
        {
            await first.Fence("task", 1, Cancel);
        }

        using (var other = new Confluent.Kafka.ProducerBuilder<string?, string>(
            new Confluent.Kafka.ProducerConfig { BootstrapServers = scene.Settings.Servers }).SetLogHandler((_, _) => { }).Build())
        {
            await other.ProduceAsync("holdfast.progress.task", new() { Key = key, Value = "{}" }, Cancel);
        }

        await using var sink = await scene.Sink();
        var fault = await Assert.ThrowsAsync<SourceFaultException>(() => sink.Progress("task", Cancel));
        Assert.Equal("DP-607", fault.Fault.Code);
    }

    [Fact]
    public async Task A_lane_goes_on_with_what_an_earlier_process_had_done()
    {
        await using var scene = new KafkaScene();
        await using (var first = await scene.Sink())
        {
            await first.Fence("task", 1, Cancel);
            await using var lane = await first.Lane("task", 0, 1, "n/task", Cancel);
            await lane.Apply(new SinkGroup([], [At(7)], At(2), 2), Cancel);
        }

        await using var second = await scene.Sink();
        Assert.Null(await second.Fence("task", 2, Cancel));
        Assert.Equal(At(2), (await second.Progress("task", Cancel))!.Low);
        await using var next = await second.Lane("task", 0, 2, "n/task", Cancel);
        var large = new Position(ulong.MaxValue - 1, ulong.MaxValue);
        await next.Apply(new SinkGroup([], [At(9), large], At(3), 3), Cancel);
        var progress = (await second.Progress("task", Cancel))!;
        Assert.Equal([At(7), At(9), large], progress.Done.Order());
        Assert.Equal(2, progress.Epoch);
    }

    [Fact]
    public async Task An_older_epoch_is_refused_by_fence_and_lane()
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink();
        Assert.Null(await sink.Fence("task", 3, Cancel));
        Assert.Null(await sink.Fence("task", 3, Cancel));
        Assert.Equal(3, await sink.Fence("task", 2, Cancel));
        Assert.Null(await sink.Fence("task", 3, Cancel));
        await using var old = await sink.Lane("task", 0, 3, "n/task", Cancel);
        Assert.IsType<Applied>(await old.Apply(Of(1, Insert(Of(1, "a"))), Cancel));

        // Another process, which has heard of a newer epoch.
        await using var other = await scene.Sink();
        Assert.Null(await other.Fence("task", 4, Cancel));
        Assert.Equal(4, Assert.IsType<Fenced>(await old.Apply(Of(2, Insert(Of(2, "b"))), Cancel)).Epoch);
        Assert.Equal(["c1"], scene.Items());
        Assert.Equal(At(1), (await other.Progress("task", Cancel))!.Low);
        Assert.Null(await other.Fence("another", 1, Cancel));
    }

    [Fact]
    public async Task A_lane_whose_epoch_nobody_made_the_newest_is_refused()
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink();
        Assert.Null(await sink.Fence("task", 1, Cancel));
        await using var ahead = await sink.Lane("task", 0, 2, "n/task", Cancel);
        Assert.Equal("DP-616", Assert.IsType<Refused>(await ahead.Apply(Of(1), Cancel)).Code);
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        Assert.IsType<Applied>(await lane.Apply(Of(1), Cancel));
    }

    [Fact]
    public async Task A_takeover_takes_back_what_the_old_epoch_has_open()
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink();
        await sink.Fence("task", 1, Cancel);
        await using var old = await sink.Lane("task", 0, 1, "n/task", Cancel);
        Assert.IsType<Applied>(await old.Apply(Of(1, Insert(Of(1, "a"))) with { IsPart = true, Done = [] }, Cancel));
        await using var other = await scene.Sink();
        Assert.Null(await other.Fence("task", 2, Cancel));
        Assert.Equal(2, Assert.IsType<Fenced>(await old.Apply(Of(1, Insert(Of(2, "b"))), Cancel)).Epoch);
        Assert.Empty(scene.Items());
        Assert.Null(await other.Progress("task", Cancel));
    }

    [Fact]
    public async Task Nothing_of_a_transaction_in_parts_is_there_before_the_last_one()
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink();
        await sink.Fence("task", 1, Cancel);
        var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        await lane.Apply(Of(1, Insert(Of(1, "a"))) with { IsPart = true, Done = [] }, Cancel);
        await lane.Apply(Of(1, Insert(Of(2, "b"))) with { IsPart = true, Done = [] }, Cancel);
        Assert.Empty(scene.Items());
        Assert.Null(await sink.Progress("task", Cancel));

        // The lane ends: what was open is taken back.
        await lane.DisposeAsync();
        await using var next = await sink.Lane("task", 0, 1, "n/task", Cancel);
        await next.Apply(Of(1, Insert(Of(1, "a"))) with { IsPart = true, Done = [] }, Cancel);
        var last = Assert.IsType<Applied>(await next.Apply(Of(1, Insert(Of(2, "b"))), Cancel));
        Assert.Equal(2, last.Rows);
        Assert.Equal(["c1", "c2"], scene.Items());
    }

    [Theory]
    [InlineData((int)Holdfast.Samples.Kafka.Vice.LosesAnswerOfEnd)]
    [InlineData((int)Holdfast.Samples.Kafka.Vice.LosesEnd)]
    public async Task A_commit_whose_answer_is_lost_is_resolved_by_the_progress(int vice)
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink(settings: scene.Settings with { AnswerMax = TimeSpan.FromSeconds(2) });
        await sink.Fence("task", 1, Cancel);
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        Assert.IsType<Applied>(await lane.Apply(Of(1, Insert(Of(1, "a"))), Cancel));
        scene.Broker.Vice = (Holdfast.Samples.Kafka.Vice)vice;
        var result = await lane.Apply(Of(2, Insert(Of(2, "b"))), Cancel);
        scene.Broker.Vice = Holdfast.Samples.Kafka.Vice.None;
        for (var again = 0; result is TryAgain && again < 5; again++)
        {
            result = await lane.Apply(Of(2, Insert(Of(2, "b"))), Cancel);
        }

        Assert.IsType<Applied>(result);
        Assert.Equal(["c1", "c2"], scene.Items());
        Assert.Equal(At(2), (await sink.Progress("task", Cancel))!.Low);
        Assert.IsType<Applied>(await lane.Apply(Of(3, Insert(Of(3, "c"))), Cancel));
        Assert.Equal(["c1", "c2", "c3"], scene.Items());
    }

    [Fact]
    public async Task A_call_that_dies_at_any_step_leaves_all_or_nothing()
    {
        await using var scene = new KafkaScene();
        var lose = "";
        await using var sink = await scene.Sink(step =>
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
        Assert.IsType<Applied>(await lane.Apply(Of(1, Insert(Of(1, "a"))), Cancel));
        Assert.Equal(At(1), (await sink.Progress("task", Cancel))!.Low);
        foreach (var step in new[] { "begin", "marked", "written", "commit" })
        {
            lose = step;
            await Assert.ThrowsAsync<IOException>(() => lane.Apply(Of(2, Insert(Of(2, "b"))), Cancel));
            Assert.Equal(["c1"], scene.Items());
        }

        Assert.IsType<Applied>(await lane.Apply(Of(2, Insert(Of(2, "b"))), Cancel));
        Assert.Equal(["c1", "c2"], scene.Items());
    }

    [Fact]
    public async Task A_task_knows_its_source()
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink();
        await sink.Fence("task", 1, Cancel);
        var (one, two) = (new SourceName("sqlite", "one"), new SourceName("sqlite", "two"));
        Assert.Null(await sink.Adopt("task", 1, one, Cancel));
        Assert.Null(await sink.Adopt("task", 1, two, Cancel));
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        Assert.IsType<Applied>(await lane.Apply(Of(1, Insert(Of(1, "a"))), Cancel));
        Assert.Equal(two, await sink.Adopt("task", 1, one, Cancel));
        Assert.Null(await sink.Adopt("task", 1, two, Cancel));
        Assert.Equal(two, (await sink.Progress("task", Cancel))!.Source);
    }
}
