namespace Holdfast.Integration.Tests;

/// <summary>The end of a run, and the next run on the same data.</summary>
[Trait("Category", "process")]
public sealed class RunLifeTests : IDisposable
{
    private static readonly TimeSpan SettledMax = TimeSpan.FromSeconds(60);

    /// <summary>Profile fast: lease and kill grace; the rest is for supervisors that end in order.</summary>
    private static readonly TimeSpan Fenced = TimeSpan.FromSeconds(4 + 1 + 3);

    private readonly TempDirectory _directory = new();

    private string Data => _directory.Location;

    [Fact]
    public async Task Ctrl_C_leaves_no_process()
    {
        await using var run = HoldfastProcess.Run(Data);
        using var api = await run.Ready();
        await FleetRun.Settled(api, Data, SettledMax);
        await run.Interrupt();
        Assert.Equal(0, await run.End(TimeSpan.FromSeconds(25)));
        Assert.Equal("", Proc.Describe(Proc.Naming(Data)));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    public async Task A_closed_terminal_ends_a_run_as_SIGTERM_does_and_signals_of_habit_do_not(string last)
    {
        await using var run = HoldfastProcess.Run(Data, "--no-fleet");
        using var api = await run.Ready();
        foreach (var name in new[] { "USR1", "USR2", "ALRM", "PIPE" })
        {
            await run.Send(name);
        }

        await Eventually.Holds(
            () => run.Output.Contains("SIGALRM means nothing here", StringComparison.Ordinal) ? null : run.Output, SettledMax);
        Assert.Empty(await api.List("/api/v1/hosts"));
        await run.Send(last);
        Assert.Equal(0, await run.End(TimeSpan.FromSeconds(25)));
        Assert.Equal("", Proc.Describe(Proc.Naming(Data)));
        Assert.Equal(last == "HUP", run.Output.Contains("SIGHUP: the terminal is gone", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_killed_run_leaves_no_process_and_the_next_one_goes_on_where_it_was()
    {
        IReadOnlyList<Listed> before;
        IReadOnlyList<string> alerts;
        await using (var first = HoldfastProcess.Run(Data, "--no-tasks"))
        {
            using var api = await first.Ready();
            await SampleFleet.CreateTasks(api, Data);
            await FleetRun.Settled(api, Data, SettledMax);
            var lost = (await api.IncrSyncs()).First(c => c.Desired == "Running");
            FleetHost.Named(lost.Host)!.Read(Data)!.Process.Send(Signal.Kill);
            await Eventually.Holds(async () => (await api.IncrSyncs()).Single(c => c.Task == lost.Task) is var now
                && now.Host != lost.Host && FleetRun.Runs(Data, now) ? null : $"{now}", TimeSpan.FromSeconds(20));
            alerts = await Eventually.Found(
                async () => await Alerts(api) is { Count: > 1 } two ? two : null, TimeSpan.FromSeconds(10), "two alerts");
            before = await api.IncrSyncs();
            first.Mark.Send(Signal.Kill);
            await Eventually.Holds(() => Proc.Naming(Data) is { Count: > 0 } left ? Proc.Describe(left) : null, Fenced);
        }

        await using var second = HoldfastProcess.Run(Data, "--no-tasks");
        using var again = await second.Ready();
        await FleetRun.Settled(again, Data, SettledMax);
        var after = await again.IncrSyncs();
        Assert.Equal(before.Select(c => (c.Task, c.Desired)).Order(), after.Select(c => (c.Task, c.Desired)).Order());
        Assert.All(after, c => Assert.True(c.Epoch >= before.Single(b => b.Task == c.Task).Epoch, $"{c}"));
        Assert.Subset((await Alerts(again)).ToHashSet(), alerts.ToHashSet());
        EpochOverlap.None(Data, since: 0);
    }

    private static async Task<IReadOnlyList<string>> Alerts(Api api) =>
        [.. (await api.List("/api/v1/alerts")).Select(a => (string)a["id"]!)];

    public void Dispose() => _directory.Dispose();
}
