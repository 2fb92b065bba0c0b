using Holdfast.Platform.Bus;

namespace Holdfast.Flow.Tests;

/// <summary>A RabbitMQ that takes TLS only from clients that show a certificate; its own is for localhost.</summary>
public sealed class TlsBroker : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private Rabbit? _rabbit;

    internal Authority Authority { get; private set; } = null!;

    internal Authority Other { get; private set; } = null!;

    internal (string Certificate, string Key) Client { get; private set; }

    internal Uri Address(string host) => new UriBuilder(_rabbit!.Address) { Scheme = "amqps", Host = host, Port = _rabbit.TlsPort }.Uri;

    public async ValueTask InitializeAsync()
    {
        if (!Rabbit.IsOwn)
        {
            return;
        }

        (Authority, Other) = (new Authority(_directory.Location, "ca"), new Authority(_directory.Location, "other"));
        Client = Authority.Issue("client", []);
        var (certificate, key) = Authority.Issue("broker", ["localhost"]);
        _rabbit = new Rabbit((certificate, key, Authority.File));
        await _rabbit.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await (_rabbit?.DisposeAsync() ?? ValueTask.CompletedTask);
        _directory.Dispose();
    }
}

/// <summary>AMQPS as a process without services speaks it.</summary>
[Trait("Category", "process")]
public sealed class AmqpsTests(TlsBroker broker) : IClassFixture<TlsBroker>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Who_believes_its_authority_and_shows_a_certificate_is_connected() =>
        Says(true, "", broker.Address("localhost"), broker.Authority.File, broker.Client);

    [Fact]
    public Task A_broker_of_another_authority_is_refused_and_the_health_says_so() =>
        Says(false, "PF-213 the certificate of localhost is refused", broker.Address("localhost"), broker.Other.File, broker.Client);

    [Fact]
    public Task A_broker_of_another_name_is_refused_and_the_health_says_so() =>
        Says(false, "not for '127.0.0.1' but for 'localhost'", broker.Address("127.0.0.1"), broker.Authority.File, broker.Client);

    [Fact]
    public Task A_broker_that_the_system_does_not_know_is_refused_when_no_authority_is_named() =>
        Says(false, "--tls-ca", broker.Address("localhost"), null, broker.Client);

    [Fact]
    public Task Who_shows_no_certificate_is_not_connected_where_one_is_asked_for() =>
        Says(false, "", broker.Address("localhost"), broker.Authority.File, null);

    [Fact]
    public async Task A_broker_that_wants_TLS_answers_a_greeting_without_it()
    {
        Rabbit.SkipUnlessOwn();
        Assert.True(await BrokerGreeting.IsAnswered(
            broker.Address("localhost"), TimeProvider.System, TestContext.Current.CancellationToken));
    }

    private static async Task Says(bool isReady, string why, Uri address, string? authorities, (string Certificate, string Key)? own)
    {
        Rabbit.SkipUnlessOwn();
        using var directory = new TempDirectory();
        var settings = new Settings
        {
            Port = 0, DataDirectory = directory.Location, Broker = address, TlsAuthorities = authorities,
            BrokerCertificate = own?.Certificate, BrokerKey = own?.Key,
        };
        await using var app = HoldfastHost.Build(settings, [], TokenAuth.Load(directory.Location).Value!);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var api = new Api(app.Urls.Single(), "none");
        await Eventually.Holds(async () =>
        {
            var body = (await api.Get("/health/ready")).Body;
            var bus = body["parts"]?.AsArray().First(p => (string?)p!["part"] == "bus");
            return (bool?)bus?["ready"] == isReady && ((string?)bus["why"] ?? "").Contains(why, StringComparison.Ordinal)
                ? null : $"{body}";
        }, Soon);
        await app.StopAsync(CancellationToken.None).WaitAsync(Soon, TimeProvider.System);
    }
}
