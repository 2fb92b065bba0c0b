using Microsoft.AspNetCore.Http;

namespace Holdfast.ConsoleUi.Wording;

/// <summary>Look of pages in a browser: remembered there, in two cookies.</summary>
public sealed record Viewing(string Language, string Theme)
{
    internal const string LanguageCookie = "holdfast_language";
    internal const string ThemeCookie = "holdfast_theme";

    internal static IReadOnlyList<string> Languages { get; } = ["en", "zh"];

    /// <summary>auto: as the browser's system.</summary>
    internal static IReadOnlyList<string> Themes { get; } = ["auto", "light", "dark"];

    internal static Viewing Of(HttpRequest? request)
    {
        var language = request?.Cookies[LanguageCookie];
        var theme = request?.Cookies[ThemeCookie];
        return new Viewing(
            Languages.Contains(language, StringComparer.Ordinal) ? language!
                : request?.Headers.AcceptLanguage.ToString().StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true ? "zh" : "en",
            Themes.Contains(theme, StringComparer.Ordinal) ? theme! : "auto");
    }
}
