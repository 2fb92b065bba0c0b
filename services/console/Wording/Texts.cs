using System.Collections.Frozen;

namespace Holdfast.ConsoleUi.Wording;

/// <summary>
/// Texts of the pages: the English sentence is the key, zh.json has the others. Words of the reference (Store, Incr-Sync, names of
/// parameters and events) and sentences of the services stay as they are.
/// </summary>
public sealed class Texts(string language)
{
    private static readonly FrozenDictionary<string, string> Chinese = Load("texts/zh.json");

    internal string Language { get; } = language;

    internal string this[string english] =>
        Language == "zh" && Chinese.TryGetValue(english, out var chinese) ? chinese : english;

    internal string this[string english, params object?[] values] =>
        string.Format(CultureInfo.InvariantCulture, this[english], values);

    /// <summary>A service's text, which comes in both languages, in this one.</summary>
    internal string this[TwoLanguages said] => Language == "zh" ? said.Zh : said.En;

    internal static IReadOnlyCollection<string> Known => Chinese.Keys;

    private static FrozenDictionary<string, string> Load(string resource)
    {
        using var stream = typeof(Texts).Assembly.GetManifestResourceStream(resource)!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
