using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Heartbeat.Intake;

/// <summary>Bytes to reports and replies to bytes, without reflection and with buffers that are used again.</summary>
internal static class HeartbeatWire
{
    internal const double WaitMax = 30;

    [ThreadStatic] private static ArrayBufferWriter<byte>? _buffer;
    [ThreadStatic] private static Utf8JsonWriter? _writer;

    internal static bool TryWait(HttpRequest request, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (!request.QueryString.HasValue || !request.Query.TryGetValue("wait", out var text))
        {
            return true;
        }

        var isSeconds = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var seconds)
            && seconds <= WaitMax;
        wait = isSeconds ? TimeSpan.FromSeconds(seconds) : wait;
        return isSeconds;
    }

    internal delegate T Parsing<T>(in ReadOnlySequence<byte> body);

    /// <summary>All of a body, parsed; taken off the connection however that ends, so that the next request can come on it.</summary>
    internal static async ValueTask<T> Read<T>(PipeReader body, Parsing<T> parse, CancellationToken aborted)
    {
        while (true)
        {
            var read = await body.ReadAsync(aborted);
            if (!read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                return parse(read.Buffer);
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }
        }
    }

    internal static HeardBody Parse(in ReadOnlySequence<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            var report = JsonSerializer.Deserialize(ref reader, HeartbeatJson.Default.HostReport);
            return report is null || reader.Read()
                ? new HeardBody(null, ReportFaults.NotJson("it is null or goes on after its end"), null)
                : HeardBody.Of(report);
        }
        catch (JsonException error)
        {
            return ReportParts.Salvage(body, error);
        }
    }

    internal static Task Write(HeartbeatReply reply, HttpContext context)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        var writer = _writer ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        JsonSerializer.Serialize(writer, reply, HeartbeatJson.Default.HeartbeatReply);
        writer.Flush();
        var response = context.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = buffer.WrittenCount;
        response.BodyWriter.Write(buffer.WrittenSpan);
        if (buffer.Capacity > 1 << 16)
        {
            (_buffer, _writer) = (null, null);
        }

        return Task.CompletedTask;
    }
}
