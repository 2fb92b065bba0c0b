using System.Net.Http.Headers;

namespace Holdfast.Alerting.Channels.Http;

/// <summary>
/// A receiver's answer, however it is encoded and however long it is. Where an answer is longer than the part that is read, the fields
/// before the end of that part are known. To take its sign of success for missing would send the message again and again.
/// </summary>
internal sealed class AnswerBody
{
    /// <summary>Of an answer, no more is read; unpacked.</summary>
    internal const int BytesMax = 64 << 10;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private AnswerBody(string whole, IReadOnlyDictionary<string, JsonElement>? fields, string? unreadable) =>
        (Whole, Fields, Unreadable) = (whole, fields, unreadable);

    /// <summary>Of HTTP.</summary>
    internal int Status { get; private init; }

    /// <summary>As text; empty where it cannot be read.</summary>
    internal string Whole { get; }

    /// <summary>Of the JSON object that it is; null: it is none.</summary>
    internal IReadOnlyDictionary<string, JsonElement>? Fields { get; }

    /// <summary>The Content-Encoding that nobody here knows; null: there is none such.</summary>
    internal string? Unreadable { get; }

    /// <summary>A text or number as text, true and false too; null: there is no such field.</summary>
    internal string? Text(string field) => Fields is null || !Fields.TryGetValue(field, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();

    internal static async Task<AnswerBody> Read(HttpResponseMessage response, CancellationToken cancel)
    {
        // The client has taken away those that it unpacks.
        if (response.Content.Headers.ContentEncoding.Where(e => e is not ("identity" or "")).LastOrDefault() is { } unknown)
        {
            return new("", null, unknown.Length <= 50 ? unknown : unknown[..50]) { Status = (int)response.StatusCode };
        }

        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            var buffer = new byte[BytesMax];
            var length = await stream.ReadAtLeastAsync(buffer, BytesMax, throwOnEndOfStream: false, cancel);
            return Of(buffer.AsSpan(0, length), response.Content.Headers.ContentType, (int)response.StatusCode);
        }
        catch (InvalidDataException)
        {
            return new("", null, "packed data that is damaged") { Status = (int)response.StatusCode };
        }
    }

    internal static AnswerBody Of(ReadOnlySpan<byte> bytes, MediaTypeHeaderValue? type, int status = 200)
    {
        var whole = Decoded(bytes, type?.CharSet);
        return new(whole, FieldsOf(Encoding.UTF8.GetBytes(whole), isCut: bytes.Length >= BytesMax), null) { Status = status };
    }

    /// <summary>A mark of byte order goes before the header, and what is UTF-8 is taken as such whatever the header says.</summary>
    private static string Decoded(ReadOnlySpan<byte> bytes, string? charset)
    {
        Encoding? marked = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
            [0xFF, 0xFE, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
            _ => null,
        };
        if (marked is not null)
        {
            return marked.GetString(bytes[marked.Preamble.Length..]);
        }

        try
        {
            // The end of what is read may be in the middle of a character.
            if (bytes.Length < BytesMax && !bytes.Contains((byte)0))
            {
                return Strict.GetString(bytes);
            }
        }
        catch (DecoderFallbackException)
        {
            // It is in another charset.
        }

        return (Named(charset) ?? Encoding.UTF8).GetString(bytes);
    }

    private static Encoding? Named(string? charset)
    {
        try
        {
            var name = charset?.Trim('"');
            return name is null ? null : CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Dictionary<string, JsonElement>? FieldsOf(byte[] json, bool isCut)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: !isCut, new JsonReaderState());
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!JsonElement.TryParseValue(ref reader, out var value))
                {
                    break;
                }

                fields[name] = value.Value;
            }

            return fields;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return isCut ? fields : null;
        }
    }
}
