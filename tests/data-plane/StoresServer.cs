using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Holdfast.DataPlane.Tests;

/// <summary>Answers what a control plane says of its Stores, or nothing that is of use.</summary>
internal sealed class StoresServer : IAsyncDisposable
{
    private const string When = "2026-11-30T00:00:00Z";

    private readonly HttpListener _listener = new();
    private readonly Task _answering;

    internal StoresServer()
    {
        Address = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _answering = Answer();
    }

    internal string Address { get; }

    /// <summary>Each Store with the state that it should have.</summary>
    internal ConcurrentDictionary<string, string> Stores { get; } = new(StringComparer.Ordinal);

    /// <summary>Stores whose removal has ended.</summary>
    internal ConcurrentBag<string> Removed { get; } = [];

    /// <summary>It answers 503 to everything.</summary>
    internal bool IsIll { get; set; }

    internal ConcurrentQueue<string> Asked { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await Task.WhenAny(_answering);
    }

    private async Task Answer()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var path = asked.Request.Url!.AbsolutePath;
            var answer = IsIll ? null : Of(path);
            (asked.Response.ContentType, asked.Response.StatusCode) = ("application/json", IsIll ? 503 : answer is null ? 404 : 200);
            await using var body = asked.Response.OutputStream;
            await body.WriteAsync(Encoding.UTF8.GetBytes((answer ?? new JsonObject { ["code"] = "ST-101" }).ToJsonString()));
            Asked.Enqueue(path);
        }
    }

    private JsonObject? Of(string path) => path switch
    {
        "/api/v1/stores" => Page(Stores.Select(s => Store(s.Key, s.Value))),
        "/api/v1/stores/tickets" => Page(Removed.Select(s => new JsonObject
        {
            ["id"] = s, ["kind"] = "Delete Store", ["status"] = "Successful", ["store"] = s, ["by"] = "task", ["subtopic"] = "bank",
            ["region"] = "local", ["createdAt"] = When, ["triedAt"] = When, ["isOver"] = true,
        })),
        _ => Uri.UnescapeDataString(path).Split('/')[^1] is var name && Stores.TryGetValue(name, out var desired)
            ? Store(name, desired) : null,
    };

    private static JsonObject Store(string name, string desired) => new()
    {
        ["name"] = name, ["desired"] = desired, ["host"] = "h1", ["subtopic"] = "bank", ["region"] = "local", ["epoch"] = 1,
        ["startTimestamp"] = 1, ["state"] = "Running", ["standing"] = "Running", ["origin"] = "Task", ["command"] = new JsonArray(),
        ["tasks"] = new JsonArray(), ["placedAt"] = When,
    };

    private static JsonObject Page(IEnumerable<JsonNode> items) => new() { ["items"] = new JsonArray([.. items]), ["next"] = null };
}
