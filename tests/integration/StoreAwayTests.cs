namespace Holdfast.Integration.Tests;

/// <summary>
/// A whole installation on PostgreSQL and RabbitMQ whose database is away. It is away for longer than a lease (4 s), the time until a
/// collector would be cut off (5 s) and the kill grace (1 s) together. Every process runs on, and nobody is Down.
/// </summary>
[Trait("Category", "process")]
public sealed class StoreAwayTests : IDisposable
{
    private const int AwaySeconds = 14;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("Category", "long")]
    public Task What_runs_runs_on_while_the_database_takes_no_writes() => RunsOn(async server =>
    {
        await server.Say("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
        await server.Say($"SELECT pg_sleep({AwaySeconds})");
        await server.Say("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()");
    });

    [Fact]
    [Trait("Category", "long")]
    public Task What_runs_runs_on_while_every_table_is_locked() => RunsOn(server => server.Say($"""
        DO $$ DECLARE t text; BEGIN
            FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'away' LOOP
                EXECUTE format('LOCK TABLE away.%I IN ACCESS EXCLUSIVE MODE', t);
            END LOOP;
            PERFORM pg_sleep({AwaySeconds});
        END $$
        """));

    [Fact]
    [Trait("Category", "long")]
    public Task What_runs_runs_on_while_there_is_no_database() => RunsOn(async server =>
    {
        await server.Stop("immediate");
        var since = TimeProvider.System.GetTimestamp();
        await Eventually.Holds(() => Task.FromResult(
            TimeProvider.System.GetElapsedTime(since).TotalSeconds > AwaySeconds ? null : "not away for long enough"), Soon);
        await server.Start();
    });

    private async Task RunsOn(Func<PrivatePostgres, Task> away)
    {
        Assert.SkipWhen(Rabbit.Missing is not null, Rabbit.Missing ?? "");
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        await using var rabbit = new Rabbit();
        await rabbit.Start();
        await using var server = await PrivatePostgres.Start("fsync=off");
        await using var run = HoldfastProcess.Run(
            _directory.Location, "--no-tasks", "--rabbitmq", rabbit.Address.OriginalString, "--store", server.Address("away"));
        using var api = await run.Ready();
        await SampleFleet.CreateTasks(api, _directory.Location);
        await FleetRun.Settled(api, _directory.Location, Soon);
        var before = FleetRun.Processes(_directory.Location);
        await away(server);
        await FleetRun.SameProcesses(before, api, _directory.Location);
        await Eventually.Holds(async () => (await api.Get("/health/ready")).Status == HttpStatusCode.OK ? null : run.Output, Soon);
        await FleetRun.Settled(api, _directory.Location, Soon);
        await FleetRun.SameProcesses(before, api, _directory.Location);
        Assert.DoesNotContain(await api.List("/api/v1/ha/decisions"),
            d => ((string?)d["sentence"])?.Contains("Down", StringComparison.Ordinal) == true);
    }
}
