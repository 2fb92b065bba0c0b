using System.Text.Unicode;

namespace Holdfast.Engine.MySql.Values;

/// <summary>Makes UTF-8 of text in a server's character set, and refuses bytes that are none.</summary>
internal sealed class Charset
{
    private static readonly Dictionary<string, int> Pages = new(StringComparer.Ordinal)
    {
        ["latin1"] = 1252, ["latin2"] = 28592, ["latin5"] = 28599, ["latin7"] = 28603, ["cp1250"] = 1250, ["cp1251"] = 1251,
        ["cp1256"] = 1256, ["cp1257"] = 1257, ["cp850"] = 850, ["cp852"] = 852, ["cp866"] = 866, ["koi8r"] = 20866, ["koi8u"] = 21866,
        ["greek"] = 28597, ["hebrew"] = 28598, ["tis620"] = 874, ["gbk"] = 936, ["gb2312"] = 936, ["gb18030"] = 54936, ["big5"] = 950,
        ["sjis"] = 932, ["cp932"] = 932, ["euckr"] = 51949, ["ujis"] = 51932, ["eucjpms"] = 51932, ["ucs2"] = 1201, ["utf16"] = 1201,
        ["utf16le"] = 1200, ["utf32"] = 12001, ["macroman"] = 10000, ["macce"] = 10029,
    };

    private readonly Encoding? _encoding;

    private Charset(string name, Encoding? encoding) => (Name, _encoding) = (name, encoding);

    internal static Charset Utf8Mb4 { get; } = new("utf8mb4", null);

    internal string Name { get; }

    /// <summary>Null: there is none of this name here.</summary>
    internal static Charset? Of(string name)
    {
        if (name is "utf8mb4" or "utf8mb3" or "utf8" or "ascii")
        {
            return new Charset(name, null);
        }

        return Pages.TryGetValue(name, out var page)
            ? new Charset(name, Provider.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback))
            : null;
    }

    /// <summary>UTF-8; null: the bytes are no text of this set.</summary>
    internal byte[]? Recode(ReadOnlySpan<byte> from)
    {
        if (_encoding is null)
        {
            return Utf8.IsValid(from) ? from.ToArray() : null;
        }

        try
        {
            return Encoding.UTF8.GetBytes(_encoding.GetString(from));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The bytes are UTF-8 as they are.</summary>
    internal bool IsUtf8 => _encoding is null;

    private static EncodingProvider Provider => CodePagesEncodingProvider.Instance;
}
