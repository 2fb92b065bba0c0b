using System.Buffers;

namespace Holdfast.Platform.Http;

/// <summary>
/// Refuses faults in paths and parameters: invalid escapes, half a character, NUL, and a parameter that is given twice
/// where one is expected. Pure.
/// </summary>
internal static class QueryRules
{
    private const string NotText =
        "must be UTF-8 text: each % before two hexadecimal digits, no NUL, no half a character";

    /// <summary>Letters that stand for themselves.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null: nothing of the kind.</summary>
    /// <param name="raw">As it stands in the request, without its question mark.</param>
    /// <param name="maySayMore">Tells whether a parameter of that name takes several values.</param>
    internal static FieldFault? Check(ReadOnlySpan<char> raw, Func<string, bool> maySayMore)
    {
        HashSet<string>? seen = null;
        foreach (var part in raw.Split('&'))
        {
            var given = raw[part];
            if (given.Length == 0)
            {
                continue;
            }

            var equals = given.IndexOf('=');
            if (Decode(equals < 0 ? given : given[..equals]) is not { } name)
            {
                return new FieldFault("query", BodyRules.Shown(given.ToString()), NotText);
            }

            if (equals >= 0 && Decode(given[(equals + 1)..]) is null)
            {
                return new FieldFault(name, BodyRules.Shown(given[(equals + 1)..].ToString()), NotText);
            }

            if (!(seen ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase)).Add(name) && !maySayMore(name))
            {
                return new FieldFault(name, BodyRules.Shown(equals < 0 ? "" : Decode(given[(equals + 1)..])!), "must be given once");
            }
        }

        return null;
    }

    /// <summary>Null: a path that can be read.</summary>
    /// <param name="raw">As it stands in the request.</param>
    internal static FieldFault? CheckPath(ReadOnlySpan<char> raw) =>
        // Nearly every path is plain, and this is asked for each request.
        raw.IndexOfAnyExcept(Plain) >= 0 && Decode(raw) is null ? new FieldFault("path", BodyRules.Shown(raw.ToString()), NotText) : null;

    /// <summary>Null: it is no text.</summary>
    private static string? Decode(ReadOnlySpan<char> given)
    {
        try
        {
            var bytes = new byte[Strict.GetByteCount(given)];
            Strict.GetBytes(given, bytes);
            return Unescape(bytes) is { } length && Strict.GetString(bytes, 0, length) is var text
                && !text.Contains('\0', StringComparison.Ordinal)
                ? text : null;
        }
        catch (ArgumentException)
        {
            return null; // What the strict encoding throws for half a character, on either way.
        }
    }

    /// <summary>In place; how many bytes are left. Null: a % without two hexadecimal digits.</summary>
    private static int? Unescape(Span<byte> bytes)
    {
        var to = 0;
        for (var at = 0; at < bytes.Length; at++, to++)
        {
            if (bytes[at] != '%')
            {
                bytes[to] = bytes[at];
            }
            else if (at + 2 < bytes.Length
                && byte.TryParse(bytes.Slice(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                bytes[to] = escaped;
                at += 2;
            }
            else
            {
                return null;
            }
        }

        return to;
    }
}
