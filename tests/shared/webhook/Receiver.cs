using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Tests;

internal sealed record Request(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    internal string Key => Headers["Holdfast-Delivery"];
}

/// <summary>A real HTTP server on a free port that keeps what it hears and answers as told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    internal ConcurrentQueue<Request> Heard { get; } = new();

    internal string Url { get; private set; } = "";

    private Receiver(WebApplication app) => _app = app;

    /// <param name="answer">To the nth request.</param>
    /// <param name="address">An address of this machine; others than loopback are for containers.</param>
    internal static async Task<Receiver> Start(Func<HttpContext, int, Task> answer, string address = "127.0.0.1")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{address}:0");
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers =
                context.Request.Headers.ToDictionary(h => h.Key, h =>
                h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            int nth;
            lock (receiver.Heard)
            {
                receiver.Heard.Enqueue(
                    new Request(context.Request.Method, context.Request.Path + context.Request.QueryString, headers,
                    body));
                nth = receiver.Heard.Count;
            }

            await answer(context, nth);
        });
        await receiver._app.StartAsync();
        receiver.Url = receiver._app.Urls.Single() + "/hook";
        return receiver;
    }

    internal static Task<Receiver> Start(int status, string body = "", Action<HttpResponse>? headers = null) =>
        Start(async (context, _) =>
    {
        context.Response.StatusCode = status;
        headers?.Invoke(context.Response);
        await context.Response.WriteAsync(body);
    });

    /// <summary>Takes requests and never answers.</summary>
    internal static Task<Receiver> StartHanging() =>
        Start((context, _) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
