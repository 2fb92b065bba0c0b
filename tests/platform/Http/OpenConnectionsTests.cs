using Microsoft.AspNetCore.Builder;

namespace Holdfast.Platform.Tests.Http;

/// <summary>The real listener, with room for 16 connections, four of them half-open.</summary>
[Collection(EnvironmentTests.Name)]
[Trait("Category", "slow")]
public sealed class OpenConnectionsTests : IAsyncLifetime
{
    private const int Most = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly TempDirectory _directory = new();
    private readonly EnvironmentTests _environment = new();
    private readonly CancellationTokenSource _limit = new(Limit, TimeProvider.System);
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = new Settings { DataDirectory = _directory.Location, Port = 0, ConnectionsMax = Most };
        _app = HoldfastHost.Build(settings, [], TokenAuth.Load(_directory.Location).Value!);
        await _app.StartAsync(_limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(_limit.Token);
        await _app.DisposeAsync();
        _environment.Dispose();
        _limit.Dispose();
        _directory.Dispose();
    }

    private OpenConnections Connections => _app.Services.GetRequiredService<OpenConnections>();

    private async Task<TcpClient> Connect()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_app.Urls.Single()).Port, _limit.Token);
        return client;
    }

    /// <summary>Sixty silent connections filled the listener once: no heartbeat came through.</summary>
    [Fact]
    public async Task Who_connects_and_says_nothing_is_cut_before_others_and_those_who_ask_are_answered()
    {
        using var asking = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        Assert.Equal(HttpStatusCode.OK, (await asking.GetAsync("/health/live", _limit.Token)).StatusCode);
        var silent = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 60; i++)
            {
                silent.Add(await Connect());
            }

            // The first ones, which have said the least for the longest, are closed.
            var first = silent[0].GetStream();
            Assert.Equal(0, await TryRead(first));
            using var another = new HttpClient { BaseAddress = asking.BaseAddress };
            Assert.Equal(HttpStatusCode.OK, (await another.GetAsync("/health/live", _limit.Token)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await asking.GetAsync("/health/live", _limit.Token)).StatusCode);
            Assert.InRange(Connections.HalfOpenCount, 0, OpenConnections.HalfOpenMax(Most));
        }
        finally
        {
            silent.ForEach(c => c.Dispose());
        }
    }

    private async Task<int> TryRead(NetworkStream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1], _limit.Token);
        }
        catch (IOException)
        {
            return 0; // reset
        }
    }
}
