using Holdfast.ConsoleUi;
using Holdfast.ConsoleUi.Wording;

namespace Holdfast.App.Operator;

/// <summary>Moments as people read them in a table: how long ago, or how long until then. Pure.</summary>
internal static class Ages
{
    internal static string Of(DateTimeOffset at, DateTimeOffset now)
    {
        var seconds = (now - at).TotalSeconds;
        return Math.Abs(seconds) < 0.5 ? "now" : seconds > 0 ? $"{Words.Span(seconds)} ago" : $"in {Words.Span(-seconds)}";
    }

    /// <summary>The moment that a text is, with its zone; null: it is something else.</summary>
    internal static DateTimeOffset? Moment(string text) =>
        text.Length >= 20 && text[4] == '-' && text[10] == 'T' && char.IsAsciiDigit(text[0]) && (text[^1] == 'Z' || text[^3] == ':')
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;
}
