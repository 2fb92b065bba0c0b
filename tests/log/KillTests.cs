using System.Diagnostics;

namespace Holdfast.Log.Tests;

/// <summary>A process that writes a log is killed, again and again, on one folder.</summary>
[Trait("Category", "process")]
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_was_durable_is_there_after_kill_9_at_any_moment()
    {
        var seed = (int)TimeProvider.System.GetTimestamp();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TempDirectory();
        var options = EndlessWriter.OptionsOf(folder.File("log"));
        var (before, cuts) = (Position.Zero, 0);
        for (var life = 0; life < 15; life++)
        {
            var durable = await LifeThatIsKilled(options.Folder, seed, random);
            using var log = Opened(options);
            cuts += log.BytesCut > 0 ? 1 : 0;
            Assert.True(log.Durable >= Position.Later(durable, before), $"{durable} was durable, {log.Durable} is there");
            Check(log, seed);
            before = log.Durable;
        }

        output.WriteLine($"{before.Minor} transactions, {cuts} lives ended within a write");
        Assert.True(before.Minor > 100);
    }

    private static StoreLog Opened(LogOptions options)
    {
        var opened = StoreLog.Open(options);
        Assert.True(opened.IsDone, opened.Fault?.ToString());
        return opened.Value;
    }

    /// <summary>Everything from the first transaction on, as the seed says it.</summary>
    private static void Check(StoreLog log, int seed)
    {
        var number = 0ul;
        foreach (var transaction in LogScene.ReadAll(log).GroupBy(p => p.Position))
        {
            number++;
            LogScene.AssertSame(EndlessWriter.TransactionOf(seed, number), transaction);
        }

        Assert.Equal(log.Durable.Minor, number);
    }

    /// <returns>The last position that it said.</returns>
    private static async Task<Position> LifeThatIsKilled(string folder, int seed, Random random)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [EndlessWriter.Command, folder, $"{seed}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var durable = Position.Zero;
        var lines = random.Next(1, 12);
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        try
        {
            while (lines-- > 0 && await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                Assert.True(Position.TryParse(line, out durable), line);
            }

            // Anywhere between two lines: within a write, a sync, a closing segment.
            await Task.Delay(TimeSpan.FromMicroseconds(random.Next(30_000)), TimeProvider.System, limit.Token);
        }
        finally
        {
            process.Kill();
        }

        await process.WaitForExitAsync(limit.Token);
        var rest = await process.StandardOutput.ReadToEndAsync(limit.Token);
        var last = rest.Split('\n').SkipLast(1).LastOrDefault();
        Assert.True(durable > Position.Zero, await process.StandardError.ReadToEndAsync(limit.Token));
        return last is not null && Position.TryParse(last, out var later) ? later : durable;
    }
}
