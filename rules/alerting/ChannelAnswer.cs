namespace Holdfast.Rules.Alerting;

/// <summary>Whether a channel has taken a message, and whether to try again.</summary>
internal enum AnswerKind
{
    Delivered,

    /// <summary>It may go better later.</summary>
    TryAgain,

    /// <summary>It will not, until somebody changes something.</summary>
    GiveUp,
}

/// <summary>End of a delivery. Nothing in it holds a secret.</summary>
/// <param name="Why">For people, beginning with an AL- code; empty when delivered.</param>
/// <param name="After">Time for which the receiver asks to be left alone.</param>
/// <param name="Status">The receiver's status, if it has such a thing.</param>
/// <param name="Excerpt">The beginning of its answer.</param>
/// <param name="IsAboutMessage">The receiver is well, and would take another message.</param>
internal sealed record ChannelAnswer(AnswerKind Kind, string Why, TimeSpan? After = null, int? Status = null,
    string? Excerpt = null, bool IsAboutMessage = false)
{
    internal static ChannelAnswer Delivered(int? status = null, string? excerpt = null) =>
        new(AnswerKind.Delivered, "", null, status, excerpt);

    internal static ChannelAnswer TryAgain(string why, TimeSpan? after = null) => new(AnswerKind.TryAgain, why, after);

    internal static ChannelAnswer GiveUp(string why) => new(AnswerKind.GiveUp, why);

    /// <summary>This one message, for good.</summary>
    internal static ChannelAnswer Refuse(string why) => new(AnswerKind.GiveUp, why, IsAboutMessage: true);
}
