using System.Text.RegularExpressions;
using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>
/// Decides whether an answer is for the statement at which a task has stopped, and whether somebody else has answered it.
/// </summary>
internal static partial class AnswerRules
{
    private const string OnItsWay = "RUNNING_MODIFYING";

    /// <summary>Compares an answer with what the API says of the task.</summary>
    /// <param name="task">As the API gives it.</param>
    /// <param name="ticket">Of the statement.</param>
    /// <param name="answer">As it would stand in the configuration.</param>
    /// <returns>It is given already; or why it is not taken; or neither: it may be given.</returns>
    internal static (bool IsGiven, Fault? Fault) Check(TaskView task, string ticket, JsonObject answer)
    {
        var asked = InError().Match(task.IncrSync?.Error ?? "") is { Success: true } found
            ? found.Groups["ticket"].Value : null;
        var answers = task.Configs?.IncrSync?["incrSync"]?["ddl"]?["answers"] as JsonArray ?? [];
        var given = answers.FirstOrDefault(a => (string?)a?["ticket"] == ticket);
        return given is not null && JsonNode.DeepEquals(given, answer) ? (true, null)
            : given is not null && (asked != ticket || task.Status == OnItsWay) ? (false, new Fault("DP-429", 409,
                "Answered already", $"Somebody has answered the statement of ticket {ticket}: {given["answer"]}.",
                "See what has become of it: holdfast logs task:ID; if the task stops there again, answer again."))
            : asked == ticket ? (false, null)
            : (false, new Fault("DP-428", 409, "Another statement", asked is null
                    ? $"The task has not stopped at a statement, so there is none of ticket {ticket} to answer."
                    : $"The task has stopped at the statement of ticket {asked}, not {ticket}.",
                "Give the ticket that its error says: holdfast why task:ID."));
    }

    [GeneratedRegex("statement ticket (?<ticket>[0-9a-f]{16})", RegexOptions.ExplicitCapture)]
    private static partial Regex InError();
}
