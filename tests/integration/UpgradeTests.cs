using System.Text.RegularExpressions;

namespace Holdfast.Integration.Tests;

/// <summary>
/// A running installation is upgraded to a version with another schema, and goes back, also interrupted and into another store. No task is
/// lost, no sink has two writers, and no Store's coverage has a gap.
/// </summary>
[Trait("Category", "process")]
public sealed class UpgradeTests : IAsyncLifetime
{
    private const string Upgraded = "ha-scheduler.tasks 1 → 2";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>Longer than services are away here, and as short as the profile has it.</summary>
    private static readonly JsonObject LongLease = new() { ["leaseSec"] = 90, ["checkHostDownIntervalSec"] = 100 };

    /// <summary>A busy machine fences no host that is left alone, and a rollback, which waits for it, is not long.</summary>
    private static readonly JsonObject SteadyLease = new() { ["leaseSec"] = 12, ["checkHostDownIntervalSec"] = 20 };

    private static readonly JsonObject ShortLease = new() { ["leaseSec"] = 4, ["checkHostDownIntervalSec"] = 8 };
    private readonly Installation _installation = new();
    private PrivatePostgres? _postgres;

    private string Backup => _installation.File("before.backup");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _installation.DisposeAsync();
        await (_postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task Another_schema_comes_and_costs_no_task_no_second_writer_and_no_coverage()
    {
        await using var first = _installation.Start();
        using var api = await first.Ready();
        await Configured(api, LongLease);
        var before = await Begin(first, api);
        await using var watch = new CoverageWatch(api);

        await using var second = _installation.Start(next: true);
        (await second.Ready()).Dispose();
        await Finished(api, before, await _installation.Done("upgrade", "finish"), Upgraded);
        await RanOn(api, before, watch);
        await Survives(api);
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_version_that_does_not_do_is_gone_back_from_although_its_schema_is_newer_and_work_has_moved()
    {
        await using var first = _installation.Start();
        using var api = await first.Ready();
        await Configured(api, SteadyLease);
        var before = await Begin(first, api);
        await using (var second = _installation.Start(next: true))
        {
            (await second.Ready()).Dispose();
            Assert.All((await Installation.Names(api)).Values, name => Assert.EndsWith(StartupHook.Mark, name));
            var (again, said) = await _installation.Command("upgrade", "begin", Backup);
            Assert.Equal(1, again);
            Assert.Contains(Upgraded, said); // It would take the place of the backup that the former version can read.
            await Moved(api);
            await Installation.Stop(second);
        }

        await using (var former = _installation.Start())
        {
            Assert.Equal(2, await former.End(Soon));
            Assert.Contains("PF-304", former.Output);
            Assert.Contains("ha-scheduler.tasks has schema 2, this program knows up to 1", former.Output);
        }

        Assert.Contains("rolled back to that backup", await _installation.Done("upgrade", "rollback"));
        await using var third = _installation.Start();
        (await third.Ready()).Dispose();
        await Finished(api, before, await _installation.Done("upgrade", "finish"), "each as at T1");
        Assert.DoesNotContain((await Installation.Names(api)).Values, name => name.EndsWith(StartupHook.Mark, StringComparison.Ordinal));
        await Survives(api);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Category", "long")]
    public async Task Cut_off_at_any_step_it_is_continued_or_gone_back_from(bool back)
    {
        await using var first = _installation.Start();
        using var api = await first.Ready();
        await Configured(api, SteadyLease);
        var before = await Begin(first, api, interrupted: true);
        await using (var cut = _installation.Start(next: true, diesAfter: 2))
        {
            Assert.NotEqual(0, await cut.End(Soon));
        }

        if (back)
        {
            Assert.NotEqual(0, (await _installation.Cut("upgrade", "rollback")).Cuts);
        }

        await using var second = _installation.Start(next: !back);
        (await second.Ready()).Dispose();
        var (cuts, said) = await _installation.Cut("upgrade", "finish");
        Assert.NotEqual(0, cuts);
        Assert.Equal(said, await _installation.Done("upgrade", "finish")); // It had got through, and nobody saw it: the same again.
        await Finished(api, before, said, back ? "each as at T1" : Upgraded);
        await Survives(api);
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task One_machine_is_grown_out_of_into_PostgreSQL_with_the_same_upgrade()
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        _postgres = await PrivatePostgres.Start("fsync=off");
        var store = _postgres.Address("grown");
        await using var first = _installation.Start();
        using var api = await first.Ready();
        await Configured(api, LongLease);
        var before = await Begin(first, api);
        Assert.NotEqual(0, (await _installation.Cut("restore", Backup, "--replace", "--store", store)).Cuts);
        await using var watch = new CoverageWatch(api);

        await using var second = _installation.Start(next: true, store);
        (await second.Ready()).Dispose();
        await Finished(api, before, await _installation.Done("upgrade", "finish", "--store", store), Upgraded);
        await RanOn(api, before, watch);
        await Survives(api);
    }

    /// <summary>A fleet at work, the upgrade begun, the services stopped; the hosts are left alone.</summary>
    private async Task<(IReadOnlyList<Listed> IncrSyncs, IReadOnlyList<Held> Held)> Begin(
        HoldfastProcess services, Api api, bool interrupted = false)
    {
        _installation.StartHosts();
        await _installation.CreateTasks(api);
        await _installation.Settled(api);
        var before = (await api.IncrSyncs(), await CoverageWatch.Held(api));
        await using (var watch = new CoverageWatch(api))
        {
            var said = interrupted ? (await _installation.Cut("upgrade", "begin", Backup)).Output
                : await _installation.Done("upgrade", "begin", Backup);
            Assert.Contains("HA off (it was on), 3 hosts Online", said);
            Assert.Contains("next: stop, start the new version", said);
            // Not interrupted: the same step again changes nothing that counts.
            Assert.Contains("HA off (it was on)", await _installation.Done("upgrade", "begin", Backup));
            Assert.False((bool?)(await api.Get("/api/v1/ha/config")).Body["enable"]);
            await watch.NoGap();
        }

        await Installation.Stop(services);
        return before;
    }

    private async Task Finished(
        Api api, (IReadOnlyList<Listed> IncrSyncs, IReadOnlyList<Held> Held) before, string said, string schema)
    {
        Assert.Contains(schema, said);
        var (t1, t2) = (Moment(said, "T1"), Moment(said, "T2"));
        var window = Regex.Match(said, @"start (?<refetch>\d+) \+ (?<off>\d+) min before", RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
        Assert.True(window.Success, said);
        Assert.Equal(30, Number(window, "refetch"));
        Assert.InRange(Number(window, "off"), Math.Floor((t2 - t1).TotalMinutes), Math.Ceiling((t2 - t1).TotalMinutes) + 1);
        Assert.True((bool?)(await api.Get("/api/v1/ha/config")).Body["enable"]);
        await _installation.Settled(api);

        Assert.Equal(before.IncrSyncs.Select(c => (c.Task, c.Desired)).Order(),
            (await api.IncrSyncs()).Select(c => (c.Task, c.Desired)).Order());
        CoverageWatch.Longer(before.Held, await CoverageWatch.Held(api));
        Assert.Empty(await api.List("/api/v1/stores/coverage?gaps=true"));
    }

    /// <summary>The services were away for less than a lease: nothing was stopped, and no gap was seen at any moment.</summary>
    private static async Task RanOn(
        Api api, (IReadOnlyList<Listed> IncrSyncs, IReadOnlyList<Held> Held) before, CoverageWatch watch)
    {
        await watch.NoGap();
        Assert.Equal(before.IncrSyncs.Select(c => (c.Name, c.Host, c.Epoch, c.Pid)).Order(),
            (await api.IncrSyncs()).Select(c => (c.Name, c.Host, c.Epoch, c.Pid)).Order());
    }

    private static async Task Configured(Api api, JsonObject terms)
    {
        var answer = await api.Put("/api/v1/ha/config", terms.DeepClone());
        Assert.True((int)answer.Status == 200, $"{answer.Status} {answer.Body}");
    }

    /// <summary>HA does its work again: what ran on a host that dies runs elsewhere, and its Stores' coverage with it.</summary>
    private async Task Survives(Api api)
    {
        await Configured(api, ShortLease);
        var lost = (await api.IncrSyncs()).First(c => c.Desired == "Running");
        FleetHost.Named(lost.Host)!.Read(_installation.Fleet)!.Process.Send(Signal.Kill);
        await Eventually.Holds(async () => (await api.IncrSyncs()).Single(c => c.Task == lost.Task) is var now
            && now.Host != lost.Host && FleetRun.Runs(_installation.Fleet, now) ? null : $"{now}", Soon * 3);
        await Eventually.Holds(async () => (await api.List("/api/v1/stores/coverage?gaps=true")) is { Count: > 0 } gaps
            ? gaps[0].ToJsonString() : null, Soon);
        EpochOverlap.None(_installation.Fleet, since: 0);
    }

    /// <summary>Moves it by hand, to another host under a higher epoch: the state of T1 knows nothing of it.</summary>
    private async Task Moved(Api api)
    {
        await FleetRun.Settled(api, _installation.Fleet, Soon);
        var before = (await api.IncrSyncs()).First(c => c.Desired == "Running");
        var target = FleetHost.All.First(h => h.Id != before.Host).Id;
        var asked = await api.Post($"/api/v1/components/{Uri.EscapeDataString(before.Name)}/migrate",
            new JsonObject { ["targetHost"] = target, ["reason"] = "a trial" });
        Assert.True((int)asked.Status is >= 200 and < 300, $"{asked.Status} {asked.Body}");
        await Eventually.Holds(async () => (await api.IncrSyncs()).Single(c => c.Task == before.Task) is var now
            && now.Host == target && FleetRun.Runs(_installation.Fleet, now) ? null : $"{now}", Soon);
    }

    private static DateTimeOffset Moment(string said, string name) => DateTimeOffset.ParseExact(
        said[(said.IndexOf(name + " ", StringComparison.Ordinal) + 3)..][..20], "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal);

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
}
