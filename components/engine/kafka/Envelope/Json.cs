using System.Buffers;
using System.Text.Encodings.Web;

namespace Holdfast.Engine.Kafka.Envelope;

/// <summary>JSON as bytes.</summary>
internal static class Json
{
    /// <summary>Letters of every script stay as they are: no browser reads these bytes as a page.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            write(json);
        }

        return bytes.WrittenSpan.ToArray();
    }
}
