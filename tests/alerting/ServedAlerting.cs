using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Alerting.Tests;

/// <summary>The whole service over HTTP, its bus in memory, its store on disk.</summary>
public abstract class ServedAlerting : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-alerting-api-").FullName;
    private protected readonly HttpClient _anyone = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly HttpClient _operator = new() { Timeout = TimeSpan.FromSeconds(20) };
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = new Settings { Port = 0, DataDirectory = _directory };
        _app = HoldfastHost.Build(settings, [new AlertingModule()], TokenAuth.Load(_directory).Value!);
        await _app.StartAsync(World.Cancel);
        _anyone.BaseAddress = _operator.BaseAddress = new Uri(_app.Urls.Single());
        var token =
            Environment.GetEnvironmentVariable(
            "HOLDFAST_TOKEN") ?? (await File.ReadAllTextAsync(Path.Combine(_directory, "token"))).Trim();
        _operator.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async ValueTask DisposeAsync()
    {
        // Its loops may be writing: they end before their files are taken away.
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _anyone.Dispose();
        _operator.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private protected static object Webhook(string url, string name = "ops") =>
        new { name, kind = "webhook",
            webhook = new { url, headers = new Dictionary<string, string> { ["X-Key"] = "s3cret-value" } } };

    private protected async Task<JsonElement> Get(string path)
    {
        using var response = await _anyone.GetAsync(path, World.Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(World.Cancel);
    }

    private protected async Task<(int Status, JsonElement Body)> Send(HttpMethod method, string path, object? body = null,
        HttpClient? by = null, string? person = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null
            : JsonContent.Create(body) };
        if (person is not null)
        {
            request.Headers.Add("X-Holdfast-User", person);
        }

        using var response = await (by ?? _operator).SendAsync(request, World.Cancel);
        var text = await response.Content.ReadAsStringAsync(World.Cancel);
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }

    private protected static string Code((int Status, JsonElement Body) answer) =>
        $"{answer.Status} {answer.Body.GetProperty("code").GetString()}";

    private protected async Task Raise(AlertRaised raised) =>
        await _app.Services.GetRequiredService<IBus>().Publish(raised, World.Cancel);

    private protected async Task<JsonElement> UntilOne(string path, Func<JsonElement, bool> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var items = (await Get(path)).GetProperty("items");
            if (items.GetArrayLength() == 1 && holds(items[0]))
            {
                return items[0];
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20),
                $"not in time: {items}");
            await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, World.Cancel);
        }
    }
}
