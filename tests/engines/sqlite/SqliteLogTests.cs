using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Source;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>The captured log: how long it is kept, and that an idle one says so.</summary>
public sealed class SqliteLogTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly SqliteSourceOptions Eager = new() { Keep = TimeSpan.Zero, ConfirmEvery = TimeSpan.Zero };

    [Fact]
    public async Task The_log_is_kept_until_the_slowest_reader_has_confirmed_it()
    {
        await using var database = await ExaminedSqlite.Captured();
        var start = (await database.Source("x").Range(Cancel)).Newest;
        await using var one = Source(database, "one");
        await using var two = Source(database, "two");
        await one.Confirm(start, Cancel);
        await two.Confirm(start, Cancel);
        for (var i = 0; i < 4; i++)
        {
            await database.Run($"INSERT INTO t VALUES({i})");
        }

        var newest = (await one.Range(Cancel)).Newest;
        await one.Confirm(newest, Cancel);
        Assert.Equal(start, (await one.Range(Cancel)).Oldest);
        Assert.Equal(4, Logged(database));
        await two.Confirm(newest, Cancel);
        Assert.Equal(newest, (await one.Range(Cancel)).Oldest);
        Assert.Equal(1, Logged(database));

        // A number never comes twice, and who is behind is told so.
        await database.Run("INSERT INTO t VALUES(9)");
        Assert.True((await one.Range(Cancel)).Newest > newest);
        await using var late = new SourceStream(database.Source("three"), start);
        Assert.Equal("DP-124", (await late.Fault()).Code);
        await using var stream = new SourceStream(database.Source("one"), newest);
        Assert.Equal(["Insert t 9"], await stream.Changes());
    }

    [Fact]
    public async Task What_is_confirmed_while_reading_begins_is_not_forgotten()
    {
        await using var database = await ExaminedSqlite.Captured();
        var start = (await database.Source("x").Range(Cancel)).Newest;
        await database.Run("INSERT INTO t VALUES(1)");
        var newest = (await database.Source("x").Range(Cancel)).Newest;
        await using (var source = new SqliteSource(database.Path, "one", TimeProvider.System, new SqliteSourceOptions
        {
            ConfirmEvery = TimeSpan.FromHours(1),
        }))
        {
            await source.Confirm(start, Cancel);
            await using var reading = source.Read(start, StreamFilter.None, Cancel).GetAsyncEnumerator(Cancel);
            ValueTask<bool> first;
            using (var writer = database.Open())
            {
                writer.Run("BEGIN IMMEDIATE");
                first = reading.MoveNextAsync();
                await source.Confirm(newest, Cancel);
            }

            Assert.True(await first);
        }

        using var after = database.Open();
        Assert.Equal((long)newest.Minor, after.Number("SELECT seq FROM hf_reader WHERE id = 'one'"));
    }

    [Fact]
    public async Task A_reader_that_is_forgotten_keeps_nothing_and_what_is_new_is_kept_for_a_while()
    {
        await using var database = await ExaminedSqlite.Captured();
        var time = new ManualTime(DateTimeOffset.UnixEpoch.AddYears(60));
        var start = (await database.Source("x").Range(Cancel)).Newest;
        await using var gone = new SqliteSource(database.Path, "gone", time, Eager);
        await gone.Confirm(start, Cancel);
        await using var one = new SqliteSource(database.Path, "one", time, Eager with { Keep = TimeSpan.FromHours(1) });
        await database.Run("INSERT INTO t VALUES(1)");
        var first = (await one.Range(Cancel)).Newest;
        time.Advance(TimeSpan.FromMinutes(61));
        await database.Run("INSERT INTO t VALUES(2)");
        var second = (await one.Range(Cancel)).Newest;
        await one.Confirm(second, Cancel);
        Assert.Equal(start, (await one.Range(Cancel)).Oldest);
        await SqliteCapture.Forget(database.Path, "gone", Cancel);
        await one.Confirm(second, Cancel);
        Assert.Equal(first, (await one.Range(Cancel)).Oldest);
        time.Advance(TimeSpan.FromMinutes(61));
        await one.Confirm(second, Cancel);
        Assert.Equal(second, (await one.Range(Cancel)).Oldest);
    }

    /// <summary>A Store that was removed does not sign off: without a limit the source would keep all of its log for it.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task A_reader_that_is_silent_for_days_is_not_waited_for(int later, bool isGone)
    {
        await using var database = await ExaminedSqlite.Captured();
        var time = new ManualTime(DateTimeOffset.UnixEpoch.AddYears(60));
        var start = (await database.Source("x").Range(Cancel)).Newest;
        await using var removed = new SqliteSource(database.Path, "removed", time, Eager);
        await using var one = new SqliteSource(database.Path, "one", time, Eager);
        await removed.Confirm(start, Cancel);
        await database.Run("INSERT INTO t VALUES(1)");
        var newest = (await one.Range(Cancel)).Newest;
        time.Advance(Eager.KeepReaders + TimeSpan.FromSeconds(later));
        await one.Confirm(newest, Cancel);
        Assert.Equal(isGone ? newest : start, (await one.Range(Cancel)).Oldest);
    }

    [Fact]
    public async Task While_a_writer_holds_the_file_nobody_is_told_that_all_was_shown()
    {
        await using var database = await ExaminedSqlite.Captured();
        var start = (await database.Source("x").Range(Cancel)).Newest;
        using var look = new SourceLook(database.Path, start, StreamFilter.None, TimeProvider.System,
            new SqliteSourceOptions { BusyWait = TimeSpan.FromMilliseconds(1) });
        Assert.Empty(look.Next());
        Assert.Equal(start, look.Alive(1)!.Position);
        await database.Run("INSERT INTO t VALUES(1)");
        using (var writer = database.Open())
        {
            writer.Run("BEGIN IMMEDIATE");
            Assert.Empty(look.Next());
            Assert.Null(look.Alive(2));
        }

        // A look that took long is followed by a rest, in which the writers have the file.
        IReadOnlyList<SourceEvent> shown = [];
        Assert.True(SpinWait.SpinUntil(() => (shown = look.Next()).Count > 0, Soon));
        Assert.Equal(2, shown.Count);
        AliveEvent? alive = null;
        Assert.True(SpinWait.SpinUntil(() => look.Next().Count == 0 && (alive = look.Alive(3)) is not null, Soon));
        Assert.True(alive!.Position > start);
    }

    [Fact]
    public async Task An_idle_source_says_that_it_lives_twice_a_second()
    {
        await using var database = await ExaminedSqlite.Captured();
        var time = new ManualTime();
        await using var source = new SqliteSource(database.Path, "one", time);
        var start = (await source.Range(Cancel)).Newest;
        await using var stream = new SourceStream(source, start);
        var next = stream.Next();
        var begin = time.GetUtcNow();
        while (!next.IsCompleted)
        {
            await Task.WhenAny(next, time.UntilWaiting(1)).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancel);
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        var alive = Assert.IsType<AliveEvent>(await next);
        Assert.Equal(start, alive.Position);
        Assert.InRange(time.GetUtcNow() - begin, TimeSpan.FromMilliseconds(490), TimeSpan.FromSeconds(5));
    }

    private static SqliteSource Source(ExaminedSqlite database, string reader) => new(database.Path, reader, TimeProvider.System, Eager);

    private static long Logged(ExaminedSqlite database)
    {
        using var connection = database.Open();
        return connection.Number("SELECT count(*) FROM hf_log")!.Value;
    }
}
