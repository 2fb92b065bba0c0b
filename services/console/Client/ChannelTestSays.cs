using Holdfast.ConsoleUi.Wording;

namespace Holdfast.ConsoleUi.Client;

/// <summary>Result of the test of a channel, in words. Pure.</summary>
internal static class ChannelTestSays
{
    /// <summary>A receiver may take a minute by its channel's own limit, and a broker may be looked for first.</summary>
    internal static TimeSpan AnswerMax { get; } = TimeSpan.FromSeconds(75);

    /// <summary>One line for browsers and for the command line.</summary>
    internal static string Says(this ChannelTest tested, Texts texts)
    {
        var took = Math.Ceiling(tested.DurationMs).ToString(CultureInfo.InvariantCulture);
        return (tested.Ok, tested.Answer) switch
        {
            (true, { } status) => texts["Delivered: HTTP {0} in {1} ms", status, took],
            (true, null) => texts["Delivered in {0} ms", took],
            (false, { } status) => texts["Not delivered: HTTP {0} in {1} ms", status, took],
            (false, null) => texts["Not delivered; tried for {0} ms", took],
        };
    }
}
