using Holdfast.DataPlane.Points;

namespace Holdfast.DataPlane.Tests.Fleet;

/// <summary>Deals blows to a fleet, one after the other; after each the rows must move again.</summary>
internal sealed class Blows(FleetScene scene, Random random, Action<string> say)
{
    /// <summary>Detection, placement, start, and other work on the machine.</summary>
    private static readonly TimeSpan RecoveryMax = TimeSpan.FromSeconds(180);

    /// <summary>Profile fast: a lease of 4 s, a kill grace of 1 s.</summary>
    private static readonly TimeSpan BeyondLease = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan BeyondDetection = TimeSpan.FromSeconds(11);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Counts of each fault, and of what was seen.</summary>
    internal SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Exits with 3 that were seen: writers of the past that woke.</summary>
    internal int Fenced { get; private set; }

    /// <summary>The longest time until a transaction was written again.</summary>
    internal TimeSpan Longest { get; private set; }

    internal async Task Deal(Blow blow)
    {
        await MovesOn();
        var started = TimeProvider.System.GetTimestamp();
        var what = await Dealt(blow);
        var dealt = TimeProvider.System.GetElapsedTime(started);
        await MovesOn();
        var (took, checkedStates) = (TimeProvider.System.GetElapsedTime(started), Witness.Check(scene.Sink));
        Longest = took > Longest ? took : Longest;
        Counts[what] = Counts.GetValueOrDefault(what) + 1;
        say($"{what}: {dealt.TotalSeconds:0.0} s, then rows moved again after {(took - dealt).TotalSeconds:0.0} s; "
            + $"{checkedStates} transactions of the sink are right");
    }

    /// <summary>Waits until a transaction is written that was not there.</summary>
    private async Task MovesOn()
    {
        var before = Witness.Check(scene.Sink);
        await Eventually.Holds(async () =>
        {
            await scene.Help();
            return Witness.Check(scene.Sink) > before + 1 ? null : $"no row moves: {await scene.Told()}";
        }, RecoveryMax);
    }

    private async Task<string> Dealt(Blow blow)
    {
        switch (blow)
        {
            case Blow.IncrSyncKilled:
                Processes.Send(Of("Incr-Sync"), Processes.Kill);
                return $"{blow}";
            case Blow.StoreKilled:
                Processes.Send(Of("Store"), Processes.Kill);
                return $"{blow}";
            case Blow.IncrSyncPaused:
                return await Paused(Of("Incr-Sync"), BeyondLease, blow);
            case Blow.SupervisorKilled:
                Processes.Send([scene.Supervisor(await Busy())], Processes.Kill);
                await Task.Delay(random.Next(2) == 0 ? TimeSpan.Zero : BeyondDetection, TimeProvider.System, Cancel);
                return $"{blow}";
            case Blow.GuardKilled:
                Processes.Send([Processes.Guard(scene.Supervisor(await Busy()))], Processes.Kill);
                return $"{blow}";
            case Blow.HostPaused:
                return await HostPaused(await Busy());
            case Blow.ServicesKilled:
                Processes.Send([scene.Services], Processes.Kill);
                await Eventually.Holds(() => Processes.Lives(scene.Services) ? "it lives" : null, RecoveryMax);
                scene.StartServices();
                await scene.Serves();
                return $"{blow}";
            case Blow.ServicesPaused:
                return await Paused([scene.Services], BeyondDetection, blow);
            case Blow.SinkHeld:
                return await Held();
            case Blow.SinkWriterKilled:
                Assert.Equal(128 + Processes.Kill, await scene.WriterDies());
                return $"{blow}";
            case Blow.KilledAtPoint:
                return await AtPoint([.. Point.OfStore, .. Point.OfIncrSync], Point.Kill);
            case Blow.StoppedAtPoint:
                return await AtPoint([.. Point.OfIncrSync], Point.Stop);
            default:
                throw new ArgumentOutOfRangeException(nameof(blow), blow, null);
        }
    }

    private static async Task<string> Paused(IReadOnlyList<int> who, TimeSpan time, Blow blow)
    {
        Processes.Send(who, Processes.Stop);
        await Task.Delay(time, TimeProvider.System, Cancel);
        Processes.Send(who, Processes.Continue);
        return $"{blow}";
    }

    private async Task<string> Held()
    {
        using var other = scene.Sink.Open();
        Bank.Run(other, "BEGIN IMMEDIATE");
        await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 8)), TimeProvider.System, Cancel);
        Bank.Run(other, "ROLLBACK");
        return $"{Blow.SinkHeld}";
    }

    /// <summary>
    /// A machine that is paused and goes on: its Incr-Sync wakes before its guard does, beside a newer epoch. One that was stopped
    /// within a transaction holds the sink until then.
    /// </summary>
    private async Task<string> HostPaused(string host)
    {
        var (old, rest) = (scene.Components(host), Processes.Family(scene.Supervisor(host)));
        await StopOutsideOfTheSource([.. old.Where(c => c.Kind == "Store").Select(c => c.Id)]);
        Processes.Send([.. old.Select(c => c.Id), .. rest], Processes.Stop);
        var writer = old.Single(c => c.Kind == "Incr-Sync");
        await Eventually.Holds(async () =>
        {
            var newer = scene.Components().FirstOrDefault(c => c.Kind == "Incr-Sync" && c.Epoch > writer.Epoch);
            return newer is not null && (Witness.Epoch(scene.Sink) > writer.Epoch || IsHeld(newer)) ? null
                : $"{host} is paused, nobody goes on: {await scene.Told()}";
        }, RecoveryMax);
        Processes.Send([writer.Id], Processes.Continue);
        await Eventually.Holds(async () => Processes.Lives(writer.Id) ? $"epoch {writer.Epoch} lives on: {await scene.Told()}" : null,
            RecoveryMax);
        Processes.Send([.. old.Select(c => c.Id), .. rest], Processes.Continue);
        // Its reaper, which writes down what it printed, was paused with the host.
        await Eventually.Holds(() => writer.Printed is var printed && printed.Contains("DP-320", StringComparison.Ordinal) ? null : printed,
            RecoveryMax);
        Fenced++;
        return $"{Blow.HostPaused}";
    }

    /// <summary>
    /// Stops a process outside of the source's seal. Source and hosts are one machine here. A host that is gone keeps no lock of a source
    /// elsewhere. A process that is stopped within its seal would, and nobody could read or write that source until it wakes.
    /// </summary>
    private async Task StopOutsideOfTheSource(IReadOnlyList<int> stores)
    {
        await Eventually.Holds(() =>
        {
            Processes.Send(stores, Processes.Stop);
            if (!scene.Source.IsLocked(seconds: 2))
            {
                return null;
            }

            Processes.Send(stores, Processes.Continue);
            return "a Store that was stopped holds the source's lock, each time";
        }, RecoveryMax);
    }

    private async Task<string> AtPoint(List<string> points, string what)
    {
        var point = points[random.Next(points.Count)];
        scene.Points.Ask(point, what);
        if (point is Point.Fenced)
        {
            Processes.Send(Of("Incr-Sync"), Processes.Kill);
        }

        await Eventually.Holds(async () =>
        {
            await scene.Help();
            return scene.Points.IsMet(point) ? null : $"nobody has come to {point}: {await scene.Told()}";
        }, RecoveryMax);
        if (what == Point.Stop)
        {
            await Task.Delay(BeyondLease, TimeProvider.System, Cancel);
            Processes.Send([scene.Points.By(point)], Processes.Continue);
        }

        return $"{what} at {point}";
    }

    /// <summary>The newest one's host.</summary>
    private async Task<string> Busy()
    {
        Component? found = null;
        await Eventually.Holds(async () =>
        {
            await scene.Help();
            found = scene.Components().Where(c => c.Kind == "Incr-Sync").MaxBy(c => c.Epoch);
            return found is null ? "no Incr-Sync runs" : null;
        }, RecoveryMax);
        return Path.GetRelativePath(scene.HostsFolder, found!.Folder).Split('/')[0];
    }

    private List<int> Of(string kind) => [.. scene.Components().Where(c => c.Kind == kind).Select(c => c.Id)];

    private static bool IsHeld(Component component) =>
        ((string?)DataProcess.Read(component.Folder)["error"])?.Contains("locked", StringComparison.Ordinal) == true;

}
