using System.Globalization;
using Holdfast.ConsoleUi.Wording;

namespace Holdfast.ConsoleUi.Client;

/// <summary>How the test of a channel went.</summary>
/// <param name="Why">Beginning with an AL- code; empty when it went well.</param>
/// <param name="Answer">The receiver's status; null: it answers with none, or did not answer.</param>
/// <param name="Excerpt">The beginning of its reply.</param>
public sealed record ChannelTested(bool Ok, string Why, int? Answer, string? Excerpt, double DurationMs)
{
    /// <summary>A receiver may take a minute by its channel's own limit, and a broker may be looked for first.</summary>
    internal static TimeSpan AnswerMax { get; } = TimeSpan.FromSeconds(75);

    /// <summary>One line for browsers and for the command line.</summary>
    internal string Says(Texts texts)
    {
        var took = Math.Ceiling(DurationMs).ToString(CultureInfo.InvariantCulture);
        return (Ok, Answer) switch
        {
            (true, { } status) => texts["Delivered: HTTP {0} in {1} ms", status, took],
            (true, null) => texts["Delivered in {0} ms", took],
            (false, { } status) => texts["Not delivered: HTTP {0} in {1} ms", status, took],
            (false, null) => texts["Not delivered; tried for {0} ms", took],
        };
    }
}
