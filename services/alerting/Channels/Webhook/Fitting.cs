namespace Holdfast.Alerting.Channels.Webhook;

/// <summary>
/// Values of variables by a receiver's rules: each short enough, escaped, and together no more than the body may have. What is
/// longest is cut first. Pure.
/// </summary>
internal static class Fitting
{
    private const int StepsMax = 24;
    private const int LeastBytes = 64;

    /// <summary>Of those that may be long; the others name things, and are as short as names are.</summary>
    private static readonly string[] Long =
        ["alarm_text", "alarm_description", "alarm_summary", "alarm_children", "alarm_target", "task_name", "region", "incident"];

    /// <param name="raw">As the alert has them.</param>
    /// <param name="build">The body with such values.</param>
    /// <param name="bytesMax">Most bytes of the body; one that cannot be made so small comes as it is.</param>
    internal static byte[] Body(
        IReadOnlyDictionary<string, object> raw, Preset? preset, TextTail tail, int bytesMax,
        Func<IReadOnlyDictionary<string, object>, byte[]> build)
    {
        var markup = preset?.Markup ?? Markup.None;
        var cut = new Dictionary<string, object>(raw, StringComparer.Ordinal);
        foreach (var (name, limit) in preset?.Texts ?? new Dictionary<string, TextLimit>(StringComparer.Ordinal))
        {
            cut[name] = TextFit.Cut((string)raw[name], TailOf(name, tail), limit, markup);
        }

        var body = build(Escaped(cut, markup));
        var left = Long.ToHashSet(StringComparer.Ordinal);
        for (var step = 0; step < StepsMax && body.Length > bytesMax && left.Count > 0; step++)
        {
            var longest = left.MaxBy(name => Length(cut[name], markup))!;
            var wanted = Math.Max(LeastBytes, Length(cut[longest], markup) - (body.Length - bytesMax));
            var before = body.Length;
            cut[longest] = TextFit.Cut((string)raw[longest], TailOf(longest, tail), new(wanted, TextUnit.JsonBytes), markup);
            body = build(Escaped(cut, markup));
            if (wanted == LeastBytes || body.Length >= before)
            {
                left.Remove(longest);
            }
        }

        return body;
    }

    private static TextTail TailOf(string variable, TextTail tail) => variable == "alarm_text" ? tail : TextTail.None;

    private static int Length(object value, Markup markup) => TextFit.Length((string)value, markup, TextUnit.JsonBytes);

    private static Dictionary<string, object> Escaped(Dictionary<string, object> values, Markup markup) => values.ToDictionary(
        v => v.Key, v => v.Value is string text ? TextFit.Escaped(text, markup) : v.Value, StringComparer.Ordinal);
}
