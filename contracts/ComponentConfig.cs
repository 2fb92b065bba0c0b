using System.Security.Cryptography;
using System.Text.Encodings.Web;

namespace Holdfast.Contracts;

/// <summary>
/// A component's configuration: a JSON object that its supervisor writes to <c>config.json</c> before it starts it. It may hold
/// secrets, so it travels as text with the placement and is fetched with the host's token; everything else that names it says the
/// digest. The text is kept as it was made: a store that sorts an object's names would give it another digest. Pure.
/// </summary>
public static class ComponentConfig
{
    public const string FileName = "config.json";

    /// <summary>UTF-8 bytes of an object that people give, without blanks.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>The most that a supervisor takes: what people give and what the control plane adds to it.</summary>
    public const int FetchedBytesMax = 2 * BytesMax;

    /// <summary>The greatest depth of objects within objects.</summary>
    public const int DepthMax = 32;

    /// <summary>The member that is the control plane's own: nobody else gives it.</summary>
    public const string OwnPart = "holdfast";

    private const string ObjectRule = "must be a JSON object";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The rule that it breaks, and of which member; null: none. The value is never told: it may be a secret.</summary>
    public static (string Member, string Rule)? Broken(JsonElement given) => given switch
    {
        { ValueKind: not JsonValueKind.Object } => ("", ObjectRule),
        _ when given.TryGetProperty(OwnPart, out _) => (OwnPart, "must be left out: it is the control plane's own part"),
        _ => BrokenMember(given, "", 1) ?? (Encoding.UTF8.GetByteCount(TextOf(given)) is var bytes and > BytesMax
            ? ("", string.Create(CultureInfo.InvariantCulture, $"must be at most {BytesMax} bytes of JSON; it has {bytes}"))
            : null),
    };

    /// <summary>Writes the text as it is kept: without blanks, names in the order in which they were given.</summary>
    public static string TextOf(JsonElement given) => JsonSerializer.Serialize(given, Plain);

    /// <summary>SHA-256 of the text, lower-case hex; null: there is no configuration.</summary>
    public static string? DigestOf(string? text) => text is null ? null : DigestOf(Encoding.UTF8.GetBytes(text));

    public static string DigestOf(ReadOnlySpan<byte> text) => Convert.ToHexStringLower(SHA256.HashData(text));

    private static (string, string)? BrokenMember(JsonElement given, string path, int depth)
    {
        if (depth > DepthMax)
        {
            return (path, string.Create(CultureInfo.InvariantCulture, $"must be nested at most {DepthMax} deep"));
        }

        if (given.ValueKind == JsonValueKind.Array)
        {
            return given.EnumerateArray()
                .Select((item, i) => BrokenMember(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), depth + 1))
                .FirstOrDefault(broken => broken is not null);
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in given.EnumerateObject())
        {
            var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!names.Add(member.Name))
            {
                return (at, "must be given once");
            }

            if (BrokenMember(member.Value, at, depth + 1) is { } broken)
            {
                return broken;
            }
        }

        return null;
    }
}
