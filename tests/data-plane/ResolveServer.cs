using System.Collections.Concurrent;
using System.Net.Sockets;
using Holdfast.StoreWire;

namespace Holdfast.DataPlane.Tests;

/// <summary>Answers GET /api/v1/stores/resolve with what a Store says of itself.</summary>
internal sealed class ResolveServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _answering;

    /// <param name="storeOf">Name and folder of the Store of a subtopic that is not the second one; null: there is none.</param>
    /// <param name="keyOf">The key of a Store's tickets; null: it asks for none.</param>
    internal ResolveServer(Func<string, string?, (string Name, string Folder)?> storeOf, Func<string, string?>? keyOf = null)
    {
        Address = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _answering = Answer(storeOf, keyOf ?? (_ => null));
    }

    internal string Address { get; }

    /// <summary>The positions, in unix seconds, for which a Store was asked.</summary>
    internal ConcurrentQueue<long> Asked { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await Task.WhenAny(_answering);
    }

    private async Task Answer(
        Func<string, string?, (string Name, string Folder)?> storeOf, Func<string, string?> keyOf)
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

            Asked.Enqueue(long.Parse(asked.Request.QueryString["checkpoint"]!, CultureInfo.InvariantCulture));
            var store = storeOf(asked.Request.QueryString["subtopic"]!, asked.Request.QueryString["except"]);
            var answer = store is var (name, folder)
                ? new JsonObject
                {
                    ["store"] = name, ["endpoint"] = (string?)DataProcess.Read(folder)["endpoint"],
                    ["ticket"] = keyOf(name) is { } key ? Ticket(key, name, asked.Request.QueryString) : null,
                    // The services say more than a consumer needs, and will say more still.
                    ["subtopic"] = asked.Request.QueryString["subtopic"], ["host"] = "h1", ["address"] = "127.0.0.1", ["epoch"] = 1,
                    ["begin"] = 0, ["hasPosition"] = true, ["of a later version"] = true,
                }
                : new JsonObject { ["code"] = "ST-113" };
            (asked.Response.ContentType, asked.Response.StatusCode) = ("application/json", store is null ? 404 : 200);
            await using var body = asked.Response.OutputStream;
            await body.WriteAsync(Encoding.UTF8.GetBytes(answer.ToJsonString()));
        }
    }

    private static string Ticket(string key, string store, System.Collections.Specialized.NameValueCollection asked) => StoreTicket.Issue(
        Convert.FromHexString(key), store, asked["subtopic"]!, asked["task"]!, TimeProvider.System.GetUtcNow() + StoreTicket.Life);
}
