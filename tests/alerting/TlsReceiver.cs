using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Tests;

/// <summary>A real receiver that speaks TLS, and counts the messages that reached it.</summary>
internal sealed class TlsReceiver(WebApplication app) : IAsyncDisposable
{
    private int _heard;

    internal int Heard => Volatile.Read(ref _heard);

    internal int Port => new Uri(app.Urls.Single()).Port;

    internal string Url => $"https://localhost:{Port}/hook";

    internal static async Task<TlsReceiver> Start(
        Action<HttpsConnectionAdapterOptions> https, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Protocols = protocols;
            listener.UseHttps(https);
        }));
        var app = builder.Build();
        var receiver = new TlsReceiver(app);
        app.Run(async context =>
        {
            Interlocked.Increment(ref receiver._heard);
            await context.Response.WriteAsync("{}");
        });
        await app.StartAsync(World.Cancel);
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
