using Holdfast.Engine.Sqlite.Source;

namespace Holdfast.Engines.Tests.Sqlite;

public sealed class PaceTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_source_at_rest_is_sealed_at_once() => Assert.Equal(TimeSpan.Zero, new SealPace(new ManualTime()).Left);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 4)]
    [InlineData(10, 40)]
    [InlineData(11, 40)]
    [InlineData(2000, 40)]
    public void After_a_seal_writers_have_the_file_four_times_as_long_but_no_more_than_40_ms(int held, int rest)
    {
        var time = new ManualTime();
        var pace = new SealPace(time);
        Assert.Equal(7, pace.Held(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(held));
            return 7;
        }));
        pace.Released();
        Assert.Equal(TimeSpan.FromMilliseconds(rest), pace.Left);
        time.Advance(TimeSpan.FromMilliseconds(rest));
        Assert.Equal(TimeSpan.Zero, pace.Left);
    }

    [Theory]
    [InlineData("shop.db")]
    [InlineData("shop.db-wal")]
    [InlineData("shop.db-journal")]
    public async Task A_write_to_a_file_of_the_database_wakes_its_reader(string written)
    {
        using var folder = new TempDirectory();
        using var watch = new FileWatch(folder.File("shop.db"));
        Assert.True(watch.IsTold);
        await File.WriteAllTextAsync(folder.File(written), "x", Cancel);
        Assert.True(await watch.Wait(Long, TimeProvider.System, Cancel));
    }

    [Fact]
    public async Task What_was_written_before_anybody_waited_wakes_the_next_one_who_does()
    {
        using var folder = new TempDirectory();
        using var watch = new FileWatch(folder.File("shop.db"));
        for (var i = 0; i < 3; i++)
        {
            await File.WriteAllTextAsync(folder.File("shop.db-wal"), "x", Cancel);
            Assert.True(await watch.Wait(Long, TimeProvider.System, Cancel));
        }
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_of_by_nobody_and_waits_end_by_time()
    {
        using var folder = new TempDirectory();
        using var watch = new FileWatch(Path.Combine(folder.File("none"), "shop.db"));
        Assert.False(watch.IsTold);
        Assert.False(await watch.Wait(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancel));
    }

    [Fact]
    public void A_watch_that_nobody_ever_asked_ends()
    {
        using var folder = new TempDirectory();
        using var watch = new FileWatch(folder.File("shop.db"));
        Assert.True(watch.IsTold);
    }
}
