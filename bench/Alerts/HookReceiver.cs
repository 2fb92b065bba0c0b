using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Holdfast.Bench.Alerts;

/// <summary>A webhook receiver that notes when it heard of a target first. Reads only as much of a body as that takes.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, long> _heard = new(StringComparer.Ordinal);
    private long _requests;

    private HookReceiver(WebApplication app) => _app = app;

    internal string Url { get; private set; } = "";

    internal int Targets => _heard.Count;

    internal long Requests => Interlocked.Read(ref _requests);

    internal static async Task<HookReceiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new HookReceiver(builder.Build());
        receiver._app.Run(receiver.Hear);
        await receiver._app.StartAsync();
        receiver.Url = receiver._app.Urls.Single() + "/hook";
        return receiver;
    }

    internal long? HeardAt(string target) => _heard.TryGetValue(target, out var at) ? at : null;

    private async Task Hear(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var now = TimeProvider.System.GetTimestamp();
        Interlocked.Increment(ref _requests);
        // Targets are "t-<run>-<number>" in every body, whoever wrote it.
        for (var at = body.IndexOf("\"t-", StringComparison.Ordinal); at >= 0; at = body.IndexOf("\"t-", at + 3, StringComparison.Ordinal))
        {
            // A summary that begins with a target is none, nor is one in a quotation.
            var target = body[(at + 1)..body.IndexOf('"', at + 1)];
            if (target.IndexOfAny([' ', '\\']) < 0)
            {
                _heard.TryAdd(target, now);
            }
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
