namespace Holdfast.Integration.Tests;

/// <summary>kill -9 again and again between the broker's confirmation and the receiver: real broker, real store.</summary>
[Trait("Category", "process")]
[Trait("Category", "heavy")]
public sealed class AlertKillTests : IDisposable
{
    private const int Alerts = 300;
    private const int Kills = 4;

    private static readonly TimeSpan AllMax = TimeSpan.FromSeconds(150);

    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task No_alert_that_the_broker_has_taken_is_lost_and_what_comes_twice_has_the_same_key()
    {
        Assert.SkipWhen(Rabbit.Missing is not null, Rabbit.Missing ?? "");
        await using var rabbit = new Rabbit();
        await rabbit.Start();
        await using var receiver = await Receiver.Start(200);
        var run = await Start(rabbit);
        using (var api = await run.Ready())
        {
            var channel = new JsonObject { ["name"] = "ops", ["kind"] = "webhook",
                ["webhook"] = new JsonObject { ["url"] = receiver.Url } };
            Assert.Equal(HttpStatusCode.Created, (await api.Post("/api/v1/channels", channel)).Status);
        }

        var raising = Raising.Raise(
            rabbit.Address, Enumerable.Range(0, Alerts).Select(i => $"k-{i}"), TimeSpan.FromMilliseconds(30));
        var random = new Random(20260101);
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1500)), TimeProvider.System);
            run.Mark.Send(Signal.Kill);
            await run.DisposeAsync();
            run = await Start(rabbit);
            (await run.Ready()).Dispose();
        }

        await raising;
        await Eventually.Holds(() => Told(receiver).Count == Alerts ? null : $"{Told(receiver).Count} of {Alerts} were told", AllMax);
        Assert.All(Told(receiver), target => Assert.Single(target.Select(r => r.Key).Distinct()));
        await run.DisposeAsync();
    }

    private static List<IGrouping<string, Request>> Told(Receiver receiver) => Raising.Told(receiver, "k-");

    private Task<HoldfastProcess> Start(Rabbit rabbit) => Task.FromResult(HoldfastProcess.Run(
        _directory.Location, "--no-fleet", "--rabbitmq", rabbit.Address.OriginalString));

    public void Dispose() => _directory.Dispose();
}
