using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Platform.Tests;

/// <summary>Documents whose ids a path cannot carry are reached over HTTP all the same.</summary>
[Collection(EnvironmentTests.Name)]
public sealed class IdsInQueryTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly TempDirectory _directory = new();
    private readonly EnvironmentTests _environment = new();

    public void Dispose()
    {
        _environment.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("/api/v1/things/a%20b", "a b")]
    [InlineData("/api/v1/things/-?id=..", "..")]
    [InlineData("/api/v1/things/-?id=a%2Fb", "a/b")]
    [InlineData("/api/v1/things/-", "-")]
    [InlineData("/api/v1/things/-?id=", "-")]
    [InlineData("/api/v1/things/-?name=a", "-")]
    [InlineData("/api/v1/things/x?id=y", "x")]
    public async Task A_dash_in_the_path_takes_the_id_from_the_query(string path, string id)
    {
        var settings = new Settings { DataDirectory = _directory.Location, Port = 0 };
        await using var app = HoldfastHost.Build(settings, [new Things()], TokenAuth.Load(_directory.Location).Value!);
        await app.StartAsync().WaitAsync(Limit, TimeProvider.System);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = Limit };
        using var response = await client.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, id), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    private sealed class Things : IServiceModule
    {
        public string Name => "things";

        public void AddServices(IServiceCollection services, Settings settings)
        {
        }

        public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
        {
        }

        public void MapEndpoints(IEndpointRouteBuilder routes) =>
            routes.MapGet("/api/v1/things/{id}", (string id) => Results.Text(id));
    }
}
