using System.Net.Http.Headers;
using Holdfast.Contracts;
using Holdfast.Platform.Telemetry;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Platform.Tests.Http;

/// <summary>A process with endpoints that look for nothing themselves.</summary>
public sealed class TrustingProcess : IAsyncLifetime
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly TempDirectory _directory = new();
    private readonly EnvironmentTests _environment = new();
    private WebApplication? _app;

    internal HttpClient Client { get; private set; } = null!;

    /// <summary>All that it has logged.</summary>
    internal string Log => string.Concat(Directory.GetFiles(Path.Combine(_directory.Location, "logs")).Select(file =>
    {
        using var log = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return log.ReadToEnd();
    }));

    public async ValueTask InitializeAsync()
    {
        var settings = new Settings { DataDirectory = _directory.Location, Port = 0 };
        _app = HoldfastHost.Build(settings, [new Trusting()], TokenAuth.Load(_directory.Location).Value!);
        await _app.StartAsync().WaitAsync(Limit, TimeProvider.System);
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()), Timeout = Limit };
        Client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", File.ReadAllText(_directory.File("token")).Trim());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
        _environment.Dispose();
        _directory.Dispose();
    }

    private sealed record Thing(string Name = "", int Count = 0, double Size = 0, Match Kind = Match.Equal)
    {
        public IReadOnlyList<string> Tags { get; init; } = [];

        public DateTimeOffset? At { get; init; }

        public JsonObject? More { get; init; }
    }

    private sealed class Trusting : IServiceModule
    {
        public string Name => "trusting";

        public void AddServices(IServiceCollection services, Settings settings)
        {
        }

        public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
        {
        }

        public void MapEndpoints(IEndpointRouteBuilder routes)
        {
            var api = routes.MapGroup("/api/v1");
            api.MapGet("/list", async (string? cursor, int? limit, bool? on, string? q, string[]? @event, Audit audit,
                CancellationToken cancel) =>
                Results.Ok((await audit.Read(new AuditFilter(), cursor, limit ?? 1, cancel)).Items.Count));
            api.MapPost("/hot/{status}", async (int status, bool? later) =>
            {
                if (later == true)
                {
                    await Task.Yield();
                }

                return status < 400 ? Results.Ok()
                    : new Contracts.Fault("HB-999", status, "Refused", "It is.", "None.").ToResult();
            }).WithMetadata(LogsFindingsAlone.Mark);
            api.MapGet("/needs", (string name) => name);
            api.MapGet("/one/{id}", (string id) => id);
            api.MapPost("/typed", (Thing body) => Results.Ok(body.Tags.Sum(t => t.Length)));
            api.MapPost("/raw", async (HttpRequest request, CancellationToken cancel) =>
                Results.Ok((await request.ReadJson(cancel)).GetProperty("name").GetString())).Accepts<JsonElement>("application/json");
        }
    }
}
