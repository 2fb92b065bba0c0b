using Microsoft.AspNetCore.Builder;

namespace Holdfast.Heartbeat.Tests;

/// <summary>
/// The service as it runs, one at a time (the bus logs to the one started last): Kestrel on a free port, the in-memory bus,
/// SQLite in a directory of its own.
/// </summary>
public abstract class RunningService : IAsyncLifetime
{
    private protected static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private protected readonly string DataPath = Directory.CreateTempSubdirectory("holdfast-heartbeat-").FullName;
    private protected readonly CancellationTokenSource Limit = new(Seconds(60), TimeProvider.System);
    private protected WebApplication App = null!;
    private protected HttpClient Http = null!;
    private bool _isStopped;

    public async ValueTask InitializeAsync() => await Start();

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Limit.Dispose();
        Directory.Delete(DataPath, recursive: true);
    }

    private protected virtual Settings Settings => new() { Port = 0, DataDirectory = DataPath, Profile = Profile.Fast };

    private protected WebApplication Build() =>
        HoldfastHost.Build(Settings, [new HeartbeatModule(), new HearingScheduler()], TokenAuth.Load(DataPath).Value!);

    private protected async Task Start()
    {
        _isStopped = false;
        App = Build();
        await App.StartAsync(Limit.Token);
        Http = new HttpClient { BaseAddress = new Uri(App.Urls.Single()), Timeout = Seconds(30) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            File.ReadAllText(Path.Combine(DataPath, "token")).Trim());
        await Until(() => Health.Decide(Health.Now) == Grants.Grant);
    }

    private protected async Task Stop()
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        Http.Dispose();
        await App.StopAsync(Limit.Token);
        await App.DisposeAsync();
    }

    private protected CollectorHealth Health => App.Services.GetRequiredService<CollectorHealth>();

    private protected async Task Until(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(Seconds(0.02), TimeProvider.System, Limit.Token);
        }
    }

    private protected Task<HttpResponseMessage> Post(HostReport report, string query = "") =>
        Http.PostAsJsonAsync("/api/v1/heartbeats" + query, report, Json, Limit.Token);

    private protected async Task<HeartbeatReply> Hear(HostReport report, string query = "")
    {
        var response = await Post(report, query);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<HeartbeatReply>(Json, Limit.Token))!;
    }

    /// <summary>As the owner of a component does before it says a placement; true: it may be said.</summary>
    private protected async Task<bool> Register(params IReadOnlyCollection<ComponentPlaced> placed) =>
        (await App.Services.GetRequiredService<RegisteredPlacements>().Register(placed, Limit.Token)).Count == placed.Count;

    private protected void Admit(long incarnation, long sequence, string host = "h1") =>
        App.Services.GetRequiredService<HostRegistry>().Find(host)!.Admit(incarnation, sequence);

    private protected static async Task<string?> Code(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}
