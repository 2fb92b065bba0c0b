using Holdfast.App.Fleet;
using Holdfast.App.Processes;
using Holdfast.Tests;

namespace Holdfast.Integration.Tests;

/// <summary>A running installation is upgraded, and gone back with: no lost task, no double writer.</summary>
[Trait("Category", "process")]
public sealed class UpgradeTests : IDisposable
{
    private static readonly TimeSpan SettledMax = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(25);
    private readonly TempDirectory _directory = new();

    private string Data => _directory.Location;

    private string Backup => Path.Combine(Data, "before.backup");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tasks_live_on_under_one_writer_each_and_HA_is_on_again(bool back)
    {
        IReadOnlyList<Listed> before;
        await using (var first = HoldfastProcess.Run(Data))
        {
            using var api = await first.Ready();
            await FleetRun.Settled(api, Data, SettledMax);
            before = await api.IncrSyncs();
            Done(await Command("upgrade", "begin", Backup), "next: stop, start the new version");
            // Interrupted or not: the same step again changes nothing that counts.
            Done(await Command("upgrade", "begin", Backup), "HA off (it was on), 3 host(s) Online");
            Assert.False((bool?)(await api.Get("/api/v1/ha/config")).Body["enable"]);
            await first.Interrupt();
            Assert.Equal(0, await first.End(EndMax));
        }

        if (back)
        {
            Done(await Command("upgrade", "rollback"), "rolled back to that backup");
        }

        await using var second = HoldfastProcess.Run(Data);
        using var again = await second.Ready();
        Done(await Command("upgrade", "finish"), "HA on");
        Assert.True((bool?)(await again.Get("/api/v1/ha/config")).Body["enable"]);
        await FleetRun.Settled(again, Data, SettledMax);
        var after = await again.IncrSyncs();
        Assert.Equal(before.Select(c => (c.Task, c.Desired)).Order(), after.Select(c => (c.Task, c.Desired)).Order());
        var lost = after.First(c => c.Desired == "Running");
        FleetHost.Named(lost.Host)!.Read(Data)!.Process.Send(Signal.Kill);
        await Eventually.Holds(async () => (await again.IncrSyncs()).Single(c => c.Task == lost.Task) is var now
            && now.Host != lost.Host && FleetRun.Runs(Data, now) ? null : $"{now}", TimeSpan.FromSeconds(30));
        EpochOverlap.None(Data, since: 0);
        var (exit, output) = await Command("upgrade", "finish");
        Assert.Equal(2, exit);
        Assert.Contains("PF-312", output);
    }

    private Task<(int Exit, string Output)> Command(params string[] arguments) =>
        HoldfastProcess.Command(Data, [.. arguments, "--data", Data]);

    private static void Done((int Exit, string Output) command, string saying)
    {
        Assert.True(command.Exit == 0, command.Output);
        Assert.Contains(saying, command.Output);
    }
}
