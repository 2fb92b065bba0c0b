namespace Holdfast.Flow.Tests;

/// <summary>All services in one host, on a free port, with an observer on their bus and a webhook channel.</summary>
public abstract class Services : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private WebApplication? _app;

    /// <summary>The reason why it cannot be on this machine; null: it is there.</summary>
    internal virtual string? Missing => null;

    internal Observer Bus { get; } = new();

    internal string Data => _directory.Location;

    /// <summary>Modules that listen besides the services.</summary>
    private protected virtual IReadOnlyList<IServiceModule> Listeners => [Bus];

    internal Api Api { get; private set; } = null!;

    internal Receiver Webhook { get; private set; } = null!;

    private protected virtual Task<Uri?> StartBroker() => Task.FromResult<Uri?>(null);

    private protected virtual ValueTask EndBroker() => ValueTask.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        var settings = new Settings
        {
            Port = 0,
            DataDirectory = _directory.Location,
            Profile = Profile.Fast,
            Broker = await StartBroker(),
            Instance = "flow",
        };
        Webhook = await Receiver.Start(200);
        var token = TokenAuth.Load(_directory.Location).Value!;
        _app = HoldfastHost.Build(settings, [.. ServiceModules.All(), .. Listeners], token);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Api = new Api(_app.Urls.Single(), (await File.ReadAllTextAsync(_directory.File("token"))).Trim());
        await Ready(TimeSpan.FromSeconds(40));
        var channel = await Api.Post("/api/v1/channels", new JsonObject
        {
            ["name"] = "ops", ["kind"] = "webhook", ["webhook"] = new JsonObject { ["url"] = Webhook.Url },
        });
        Assert.True((int)channel.Status == 201, $"{channel.Body}");
    }

    internal Task<TimeSpan> Ready(TimeSpan max) => Eventually.Holds(async () =>
        (await Api.Get("/health/ready")).Body is var body && (bool?)body["ready"] == true ? null : $"{body}", max);

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
            await _app.DisposeAsync();
            await Webhook.DisposeAsync();
        }

        await EndBroker();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class InMemoryServices : Services;

/// <summary>Services with nobody else on their bus: what an outside subscriber finds there, the services themselves have made.</summary>
public sealed class UnheardServices : RabbitMqServices
{
    private protected override IReadOnlyList<IServiceModule> Listeners => [];
}

public class RabbitMqServices : Services
{
    private Rabbit? _rabbit;

    internal override string? Missing => Rabbit.Missing;

    internal Rabbit Broker => _rabbit!;

    private protected override async Task<Uri?> StartBroker()
    {
        _rabbit = new Rabbit();
        await _rabbit.Start();
        return _rabbit.Address;
    }

    private protected override ValueTask EndBroker() => _rabbit?.DisposeAsync() ?? ValueTask.CompletedTask;
}
