using System.Text.RegularExpressions;

namespace Holdfast.Alerting.Channels.Http;

/// <summary>Answers of receivers, judged by their signs. Pure.</summary>
internal static partial class AnswerSigns
{
    extension(AnswerSign sign)
    {
        /// <summary>A failure that the answer names; null: it names none that is known.</summary>
        /// <param name="after">Time for which its headers ask to be left alone.</param>
        internal ChannelAnswer? Known(AnswerBody answer, string receiver, TimeSpan? after)
        {
            if (Code(sign, answer) is not { } code || sign.Success.Any(s => s.Value == code))
            {
                return null;
            }

            if (sign.Patience.TryGetValue(code, out var seconds))
            {
                var wait = TimeSpan.FromSeconds(seconds);
                return ChannelAnswer.TryAgain($"AL-320 {receiver} asks for patience ({code})", after > wait ? after : wait);
            }

            return sign.Refused.TryGetValue(code, out var why)
                    ? ChannelAnswer.Refuse($"AL-318 {receiver} refused this message for good ({code}): {why}")
                : sign.Closed.TryGetValue(code, out why)
                    ? ChannelAnswer.GiveUp($"AL-319 {receiver} takes nothing from this channel ({code}): {why}")
                : null;
        }

        /// <summary>Decides what a 2xx answer means that names no known failure.</summary>
        internal ChannelAnswer Judge(AnswerBody answer, string receiver)
        {
            if (sign.Success.Count == 0)
            {
                return ChannelAnswer.Delivered();
            }

            if (answer.Unreadable is { } encoding)
            {
                return ChannelAnswer.TryAgain($"AL-324 the answer of {receiver} comes as {encoding}, which cannot be read");
            }

            var said = sign.Success.FirstOrDefault(s => answer.Text(s.Key) is not null);
            var isTaken = said.Key is not null ? answer.Text(said.Key) == said.Value
                : sign.AbsentIsSuccess || (sign.Plain is not null && answer.Fields is null && answer.Whole.Trim() == sign.Plain);
            return isTaken ? ChannelAnswer.Delivered() : Failed(answer, receiver, answer.Fields is null && sign.Plain is null
                ? "is not JSON" : $"does not say {sign.Success[0].Key} = {sign.Success[0].Value}");
        }
    }

    /// <summary>Tells whether no retry helps, whatever the code: what is too long or malformed stays so.</summary>
    internal static ChannelAnswer Failed(AnswerBody answer, string receiver, string how) => IsForGood(answer.Whole)
        ? ChannelAnswer.Refuse($"AL-318 {receiver} refused this message for good; its answer {how}")
        : ChannelAnswer.TryAgain($"AL-307 the answer of {receiver} {how}");

    internal static bool IsForGood(string said) => ForGood().IsMatch(said);

    private static string? Code(AnswerSign sign, AnswerBody answer) =>
        sign.CodeField is { } field && answer.Text(field) is { } named ? named
        : sign.Plain is not null && answer.Fields is null ? answer.Whole.Trim()
        : sign.CodeField is null ? sign.Success.Select(s => answer.Text(s.Key)).FirstOrDefault(code => code is not null) : null;

    [GeneratedRegex(@"\b(too[ _-]?(long|large|big)|bad[ _-]?request|invalid[ _-]?payload|exceeds? (max|length|size))\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ForGood();
}
