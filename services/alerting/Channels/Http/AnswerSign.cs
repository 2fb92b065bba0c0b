using System.Text.RegularExpressions;

namespace Holdfast.Alerting.Channels.Http;

/// <summary>Signs by which a receiver says that it took a message, or why not: data, from its manual.</summary>
internal sealed partial record AnswerSign
{
    internal static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Field and value that mean success; the first field that the answer has decides. None: any 2xx is success.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Success { get; init; } = [];

    /// <summary>An answer that is no JSON and means success; null: no such answer does.</summary>
    public string? Plain { get; init; }

    /// <summary>Success also where the answer has none of the fields.</summary>
    public bool AbsentIsSuccess { get; init; }

    /// <summary>Field with the code of a failure, when not in the fields of <see cref="Success"/>.</summary>
    public string? CodeField { get; init; }

    /// <summary>Codes about this one message, which no retry helps, each with what does.</summary>
    public IReadOnlyDictionary<string, string> Refused { get; init; } = Nothing;

    /// <summary>Codes about the channel's settings, which no retry helps, each with what does.</summary>
    public IReadOnlyDictionary<string, string> Closed { get; init; } = Nothing;

    /// <summary>Codes that ask for patience, with the seconds to wait.</summary>
    public IReadOnlyDictionary<string, int> Patience { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>A failure that the answer names; null: it names none that is known.</summary>
    /// <param name="after">Time for which its headers ask to be left alone.</param>
    internal ChannelAnswer? Known(AnswerBody answer, string receiver, TimeSpan? after)
    {
        if (Code(answer) is not { } code || Success.Any(s => s.Value == code))
        {
            return null;
        }

        if (Patience.TryGetValue(code, out var seconds))
        {
            var wait = TimeSpan.FromSeconds(seconds);
            return ChannelAnswer.TryAgain($"AL-320 {receiver} asks for patience ({code})", after > wait ? after : wait);
        }

        return Refused.TryGetValue(code, out var why)
                ? ChannelAnswer.Refuse($"AL-318 {receiver} refused this message for good ({code}): {why}")
            : Closed.TryGetValue(code, out why)
                ? ChannelAnswer.GiveUp($"AL-319 {receiver} takes nothing from this channel ({code}): {why}")
            : null;
    }

    /// <summary>Decides what a 2xx answer means that names no known failure.</summary>
    internal ChannelAnswer Judge(AnswerBody answer, string receiver)
    {
        if (Success.Count == 0)
        {
            return ChannelAnswer.Delivered();
        }

        if (answer.Unreadable is { } encoding)
        {
            return ChannelAnswer.TryAgain($"AL-324 the answer of {receiver} comes as {encoding}, which cannot be read");
        }

        var sign = Success.FirstOrDefault(s => answer.Text(s.Key) is not null);
        var isTaken = sign.Key is not null ? answer.Text(sign.Key) == sign.Value
            : AbsentIsSuccess || (Plain is not null && answer.Fields is null && answer.Whole.Trim() == Plain);
        return isTaken ? ChannelAnswer.Delivered() : Failed(answer, receiver,
            answer.Fields is null && Plain is null ? "is not JSON" : $"does not say {Success[0].Key} = {Success[0].Value}");
    }

    /// <summary>Whatever its code: what is too long or malformed stays so.</summary>
    internal static ChannelAnswer Failed(AnswerBody answer, string receiver, string how) => IsForGood(answer.Whole)
        ? ChannelAnswer.Refuse($"AL-318 {receiver} refused this message for good; its answer {how}")
        : ChannelAnswer.TryAgain($"AL-307 the answer of {receiver} {how}");

    internal static bool IsForGood(string said) => ForGood().IsMatch(said);

    private string? Code(AnswerBody answer) => CodeField is { } field && answer.Text(field) is { } named ? named
        : Plain is not null && answer.Fields is null ? answer.Whole.Trim()
        : CodeField is null ? Success.Select(s => answer.Text(s.Key)).FirstOrDefault(code => code is not null) : null;

    [GeneratedRegex(@"\b(too[ _-]?(long|large|big)|bad[ _-]?request|invalid[ _-]?payload|exceeds? (max|length|size))\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ForGood();
}
