namespace Holdfast.ConsoleUi.Actions;

/// <summary>Texts of a form's fields, and the values that the API takes for them.</summary>
internal static class FormValues
{
    internal static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    internal static string Moment(string local) =>
        DateTimeOffset.TryParse(local, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? Iso.Seconds(at) : local;

    internal static JsonNode? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : text;

    internal static string Or(IReadOnlyDictionary<string, string> values, string name, string otherwise) =>
        values.GetValueOrDefault(name) is { Length: > 0 } given ? given : otherwise;

    internal static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
