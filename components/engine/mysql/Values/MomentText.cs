namespace Holdfast.Engine.MySql.Values;

/// <summary>Days and times as servers write them, with months and days that are zero.</summary>
internal static class MomentText
{
    /// <summary><c>2024-02-00</c>.</summary>
    internal static Day Day(ReadOnlySpan<char> text) => Engine.Values.Day.Of(Number(text[..4]), Number(text[5..7]), Number(text[8..10]));

    /// <summary><c>-838:59:59.000001</c> as microseconds.</summary>
    internal static long Clock(ReadOnlySpan<char> text)
    {
        var isNegative = text is ['-', ..];
        text = isNegative ? text[1..] : text;
        var colon = text.IndexOf(':');
        var all = (Number(text[..colon]) * 3600L + Number(text[(colon + 1)..(colon + 3)]) * 60 + Number(text[(colon + 4)..(colon + 6)]))
            * Temporals.Second;
        var fraction = text[(colon + 6)..];
        if (fraction.Length > 1)
        {
            all += Number(fraction[1..].ToString().PadRight(6, '0'));
        }

        return isNegative ? -all : all;
    }

    /// <summary>A day, a space, and a time.</summary>
    internal static (Day Day, long Microseconds) Both(string text) => (Day(text), Clock(text.AsSpan(11)));

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
