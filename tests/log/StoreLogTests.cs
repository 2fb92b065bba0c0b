namespace Holdfast.Log.Tests;

public sealed class StoreLogTests
{
    [Fact]
    public void What_was_appended_is_read_in_its_order_over_segments_and_restarts()
    {
        using var scene = new LogScene(1, o => o with { SegmentBytes = 5_000 });
        for (var life = 0; life < 3; life++)
        {
            using var log = scene.OpenTold();
            scene.Append(log, 60);
            foreach (var part in scene.MakeParts(5))
            {
                Assert.Null(log.Append(new TransactionEvent(part)));
            }

            Assert.Null(log.Flush());
            LogScene.AssertSame(scene.Made, LogScene.ReadAll(log));
            Assert.Equal(scene.Made[^1].Position, log.Durable);
        }

        Assert.True(scene.Segments().Length > 5);
        using var last = scene.Open();
        Assert.Equal(0, last.BytesCut);
        LogScene.AssertSame(scene.Made, LogScene.ReadAll(last));
    }

    [Fact]
    public void A_reader_may_start_after_any_position_and_has_the_schemas_that_it_needs()
    {
        using var scene = new LogScene(2, o => o with { SegmentBytes = 4_000 });
        using var log = scene.OpenTold();
        for (var i = 0; i < 30; i++)
        {
            scene.Append(log, 2);
            foreach (var part in i % 5 == 0 ? scene.MakeParts(3) : [])
            {
                Assert.Null(log.Append(new TransactionEvent(part)));
            }

            log.Flush();
        }

        foreach (var start in scene.Made.Select(m => m.Position).Prepend(Position.Zero).Distinct())
        {
            LogScene.AssertSame(scene.Made.Where(m => m.Position > start), LogScene.ReadAll(log, start));
        }
    }

    [Fact]
    public void A_block_is_written_after_the_group_s_delay_and_seen_after_the_disk_has_it()
    {
        using var scene = new LogScene(3);
        using var log = scene.OpenTold();
        using var reader = log.OpenReader(Position.Zero).Value!;
        scene.Append(log, 1);
        var before = new FileInfo(scene.Segments()[0]).Length;
        scene.Time.Advance(scene.Options.GroupDelay - TimeSpan.FromTicks(1));
        Assert.Equal(before, new FileInfo(scene.Segments()[0]).Length);
        scene.Time.Advance(TimeSpan.FromTicks(1));
        Assert.True(new FileInfo(scene.Segments()[0]).Length > before);

        scene.Time.Advance(scene.Options.SyncDelay - TimeSpan.FromTicks(1));
        Assert.Equal(Position.Zero, log.Durable);
        Assert.Equal(Position.Zero, log.Range.Last);
        Assert.Null(reader.TryNext());
        scene.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(scene.Made[0].Position, log.Durable);
        LogScene.AssertSame(scene.Made, LogScene.Drain(reader, Position.Zero));
    }

    [Fact]
    public async Task A_reader_at_the_end_waits_until_more_is_there()
    {
        using var scene = new LogScene(4);
        using var log = scene.OpenTold();
        using var reader = log.OpenReader(Position.Zero).Value!;
        var next = reader.Next(CancellationToken.None).AsTask();
        Assert.False(next.IsCompleted);
        scene.Append(log, 1);
        log.Flush();
        var block = await next.WaitAsync(LogScene.Limit);
        while (block.Kind == BlockKind.Schema)
        {
            block = await reader.Next(CancellationToken.None).AsTask().WaitAsync(LogScene.Limit);
        }

        Assert.Equal(scene.Made[0].Position, block.Last);

        using var gone = new CancellationTokenSource();
        var waiting = reader.Next(gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(LogScene.Limit));
        var ended = reader.Next(CancellationToken.None).AsTask();
        log.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ended.WaitAsync(LogScene.Limit));
    }

    [Fact]
    public void What_comes_again_is_dropped_and_what_is_not_complete_begins_again()
    {
        using var scene = new LogScene(5);
        using var log = scene.OpenTold();
        scene.Append(log, 3);
        var parts = scene.MakeParts(4);
        Assert.Null(log.Append(new TransactionEvent(parts[0])));
        Assert.Null(log.Append(new TransactionEvent(parts[1])));

        // The source is read again from where it was confirmed.
        foreach (var again in scene.Made.Take(3))
        {
            Assert.Null(log.Append(new TransactionEvent(again)));
        }

        Assert.Equal(3, log.Dropped);
        Assert.Equal(scene.Made[2].Position, log.Resume());
        foreach (var part in parts.Concat(parts))
        {
            Assert.Null(log.Append(new TransactionEvent(part)));
        }

        Assert.Equal(7, log.Dropped);
        scene.Append(log, 2);
        log.Flush();
        LogScene.AssertSame(scene.Made, LogScene.ReadAll(log));
    }

    [Fact]
    public void A_part_without_those_before_it_and_a_transaction_within_another_one_are_refused()
    {
        using var scene = new LogScene(6);
        using var log = scene.OpenTold();
        scene.Append(log, 1);
        var parts = scene.MakeParts(3);
        Assert.Equal("DP-216", log.Append(new TransactionEvent(parts[1]))?.Code);
        Assert.Null(log.Append(new TransactionEvent(parts[0])));
        var later = scene.Data.Transaction(new Position(2, 0), scene.Tables);
        Assert.Equal("DP-216", log.Append(new TransactionEvent(later))?.Code);
        Assert.Null(log.Append(new TransactionEvent(parts[1])));
        Assert.Null(log.Append(new TransactionEvent(parts[2])));
        Assert.Null(log.Append(new TransactionEvent(later)));
        log.Flush();
        LogScene.AssertSame(scene.Made.Append(later), LogScene.ReadAll(log));
    }

    [Fact]
    public void Rows_without_a_schema_a_schema_that_changes_and_damaged_changes_are_refused()
    {
        using var scene = new LogScene(7);
        using var log = scene.Open();
        var unknown = scene.Data.Part(new Position(1, 1), [scene.Data.Change(scene.Tables[0])]);
        Assert.Equal("DP-214", log.Append(new TransactionEvent(unknown))?.Code);
        Assert.Null(log.Append(new SchemaEvent(scene.Tables[0])));
        Assert.Null(log.Append(new SchemaEvent(scene.Tables[0])));
        Assert.Equal("DP-215", log.Append(new SchemaEvent(scene.Tables[0] with { Name = "other" }))?.Code);
        Assert.Equal("DP-217", log.Append(new TransactionEvent(unknown with { Changes = unknown.Changes[..^1] }))?.Code);
        Assert.Equal("DP-217", log.Append(new TransactionEvent(unknown with { Count = 2 }))?.Code);
        Assert.Null(log.Append(new TransactionEvent(unknown)));
        log.Flush();
        LogScene.AssertSame([unknown], LogScene.ReadAll(log));
    }

    [Fact]
    public void Positions_beyond_the_range_are_refused_with_the_range()
    {
        using var scene = new LogScene(8, o => o with { Start = new LogStart(new Position(1, 0), 5_000) });
        using var log = scene.OpenTold();
        scene.Append(log, 2);
        log.Flush();
        Assert.Equal(new Position(1, 0), log.Range.After);
        Assert.True(log.OpenReader(new Position(1, 2)).IsDone);
        var beyond = log.OpenReader(new Position(1, 3)).Fault!;
        Assert.Equal(("DP-221", true, log.Range), (beyond.Code, beyond.IsPassing, beyond.Range));
        var before = log.OpenReader(new Position(0, ulong.MaxValue)).Fault!;
        Assert.Equal(("DP-220", false, log.Range), (before.Code, before.IsPassing, before.Range));
        Assert.True(log.OpenReader(DateTimeOffset.UnixEpoch.AddMicroseconds(5_000)).IsDone);
        Assert.Equal("DP-220", log.OpenReader(DateTimeOffset.UnixEpoch.AddMicroseconds(4_999)).Fault?.Code);
    }
}
