using Holdfast.Engine.MySql.Wire;

namespace Holdfast.Engine.MySql.Values;

/// <summary>Decimals as the log holds them: nine digits in four bytes, what is left over in fewer, a negative one inverted.</summary>
internal static class DecimalText
{
    /// <summary>The most digits that a server has.</summary>
    private const int DigitsMax = 65;
    private const int BytesMax = 32;
    private static readonly int[] BytesOf = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];

    /// <summary>Room for the text of any.</summary>
    internal const int TextMax = DigitsMax + 3;

    /// <summary>Reads one; digits with their scale.</summary>
    internal static string Read(ref ByteReader reader, int precision, int scale)
    {
        Span<char> text = stackalloc char[TextMax];
        return new string(text[Read(ref reader, precision, scale, text)]);
    }

    /// <summary>Reads one into memory of the caller; where in it.</summary>
    internal static Range Read(ref ByteReader reader, int precision, int scale, scoped Span<char> text)
    {
        if (precision is 0 or > DigitsMax || scale > precision)
        {
            throw new DamagedException($"there is no decimal({precision},{scale})");
        }

        var whole = precision - scale;
        var length = Bytes(whole) + Bytes(scale);
        Span<byte> bytes = stackalloc byte[BytesMax];
        bytes = bytes[..length];
        reader.Take(length).CopyTo(bytes);
        var isNegative = (bytes[0] & 0x80) == 0;
        bytes[0] ^= 0x80;
        if (isNegative)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] ^= 0xFF;
            }
        }

        var at = 0;
        text[at++] = '-';
        var groups = new ByteReader(bytes);
        Digits(ref groups, whole % 9, text, ref at);
        for (var i = 0; i < whole / 9; i++)
        {
            Digits(ref groups, 9, text, ref at);
        }

        var leading = 1;
        while (leading < at && text[leading] == '0')
        {
            leading++;
        }

        if (leading == at)
        {
            leading = Math.Max(1, at - 1);
            text[leading] = '0';
            at = leading + 1;
        }

        if (scale > 0)
        {
            text[at++] = '.';
            for (var i = 0; i < scale / 9; i++)
            {
                Digits(ref groups, 9, text, ref at);
            }

            Digits(ref groups, scale % 9, text, ref at);
        }

        if (!isNegative)
        {
            return leading..at;
        }

        text[leading - 1] = '-';
        return (leading - 1)..at;
    }

    private static int Bytes(int digits) => digits / 9 * 4 + BytesOf[digits % 9];

    private static void Digits(scoped ref ByteReader reader, int count, scoped Span<char> to, ref int at)
    {
        if (count == 0)
        {
            return;
        }

        var number = reader.BigEndian(BytesOf[count]);
        for (var i = count - 1; i >= 0; i--)
        {
            to[at + i] = (char)('0' + number % 10);
            number /= 10;
        }

        at += count;
        if (number > 0)
        {
            throw new DamagedException($"{count} digits of a decimal are more");
        }
    }
}
