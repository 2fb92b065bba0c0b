using System.Buffers;
using Holdfast.Heartbeat.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Holdfast.Bench.Heartbeats;

/// <summary>The peer over HTTP: Kestrel that parses the same report, answers as many bytes, and knows nothing of it.</summary>
internal static class BareKestrel
{
    internal const string Command = "bare-kestrel";

    internal static async Task Serve(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        await using var app = builder.Build();
        app.MapPost("/api/v1/heartbeats", (RequestDelegate)Hear);
        await app.RunAsync();
    }

    private static async Task Hear(HttpContext context)
    {
        var isReport = await HeartbeatWire.Read(context.Request.BodyReader, Parse, context.RequestAborted);
        context.Response.StatusCode = isReport ? 200 : 400;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = Answer.Length;
        context.Response.BodyWriter.Write(Answer);
    }

    private static bool Parse(in ReadOnlySequence<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        return JsonSerializer.Deserialize(ref reader, HeartbeatJson.Default.HostReport) is not null;
    }

    private static ReadOnlySpan<byte> Answer =>
        """{"lease":15,"killGrace":5,"interval":3,"desiredVersion":1,"serverTime":"2026-01-01T00:00:00.0000000+00:00","applied":true}"""u8;
}
