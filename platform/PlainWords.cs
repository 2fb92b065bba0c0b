using System.Text.RegularExpressions;

namespace Holdfast.Platform;

/// <summary>
/// Rewrites an exception's message for people: libraries name their own types in their messages, which tell a reader nothing. The log
/// has the full text for debugging.
/// </summary>
public static partial class PlainWords
{
    private const int WordsMax = 1000;
    private const string Libraries = "System|Microsoft|Npgsql|MassTransit|RabbitMQ|MongoDB|SQLitePCL|Confluent|Holdfast";

    /// <summary>Its sentence without the names of types; never empty.</summary>
    public static string InPlainWords(this Exception error) => Of(error.Message);

    public static string Of(string message)
    {
        var plain = Spaces().Replace(Types().Replace(message, ""), " ").Trim(' ', ':', '\'', '"', '(', ')');
        return plain.Length == 0 ? "an unexpected failure; it is in the service's log"
            : plain.Length > WordsMax ? plain[..WordsMax] + " …" : plain;
    }

    /// <summary>A name in a known library's name space, or any word that ends in Exception, with what marks it as a type.</summary>
    [GeneratedRegex(
        @"(?:(?:[Tt]ype|[Ee]xception of type) )?['""(]?\b(?:(?:" + Libraries
        + @")(?:\.[A-Za-z_][A-Za-z0-9_]*)+(?:`\d+)?(?:\[[^\]]*\])*|[A-Za-z_][A-Za-z0-9_]*Exception\b)['"")]?:?",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Types();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();
}
