namespace Holdfast.Integration.Tests;

/// <summary>A process that starts before its broker.</summary>
[Trait("Category", "process")]
[Trait("Category", "heavy")]
public sealed class BrokerAwayTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task A_process_without_its_broker_serves_what_it_can_says_so_and_becomes_ready_when_it_appears()
    {
        Assert.SkipWhen(Rabbit.Missing is not null, Rabbit.Missing ?? "");
        await using var rabbit = new Rabbit();
        await using var run = HoldfastProcess.Run(
            _directory.Location, "--no-fleet", "--rabbitmq", rabbit.Address.OriginalString);
        using var api = await run.Serves("serves ");
        var health = await api.Get("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.Status);
        var parts = health.Body["parts"]!.AsArray().Where(p => (bool)p!["ready"]! == false).Select(p => (string?)p!["part"]).ToList();
        // Nobody hears anybody without it.
        Assert.Contains("bus", parts);
        Assert.Empty(parts.Except(["bus", "heartbeats", "batches"]));
        Assert.DoesNotContain(rabbit.Address.UserInfo, run.Output);
        foreach (var list in new[] { "hosts", "tasks", "components", "alerts", "tickets", "stores", "channels" })
        {
            // Judgements that rest on hearing wait for it, within a bound: nobody is ever heard here.
            await Eventually.Holds(async () => await api.Get($"/api/v1/{list}") is { Status: not HttpStatusCode.OK } other
                ? $"{list}: {other.Status} {other.Body["code"]}" : null, HeardMax);
        }

        await rabbit.Start();
        await run.Serves("ready ");
        Assert.Equal(HttpStatusCode.OK, (await api.Get("/health/ready")).Status);
    }

    /// <summary>Twice the time in which every host of profile fast could be heard (12 s), with room for a slow machine.</summary>
    private static readonly TimeSpan HeardMax = TimeSpan.FromSeconds(40);

    public void Dispose() => _directory.Dispose();
}
