using System.Net;

namespace Holdfast.App.Operator;

/// <summary>A refusal of the API, to be printed.</summary>
/// <param name="says">Code, sentence and what to do.</param>
internal sealed class RefusedException(string says) : Exception(says)
{
    internal string FirstLine => Message.Split('\n')[0];
}

/// <summary>The text of an answer that is no success, and of none at all: a code, a sentence, what to do. Pure.</summary>
internal static class Refusal
{
    /// <param name="asked">The address that was asked.</param>
    /// <param name="tokenFrom">Origin of the token.</param>
    internal static string Of(ApiAnswer answer, Uri asked, string tokenFrom)
    {
        if (answer.Fault is not { } fault)
        {
            return Text("PF-231", $"{asked} answers {answer.Status}, and not as Holdfast's API does.",
                "Look at the address: --server names the API's, http://HOST:8089; behind it there may be a proxy of yours.");
        }

        var text = Text(fault.Code, fault.Detail, fault.Workaround);
        return answer.Status == (int)HttpStatusCode.Unauthorized ? $"{text}\n  The token: {tokenFrom}." : text;
    }

    internal static string Unreadable(Uri asked) => Text("PF-231", $"The answer of {asked} is not JSON.",
        "Look at the address: --server names the API's, http://HOST:8089.");

    /// <summary>It is JSON, and not as this version knows it.</summary>
    /// <param name="isDone">It answers a change, which was made all the same.</param>
    internal static string Unlike(Uri asked, string why, bool isDone = false) => Text("PF-231",
        $"{(isDone ? "The change is made, but the" : "The")} answer of {asked} cannot be read: {why}",
        "Services and command are of different versions: use the command of the version that serves.");

    internal static string Silent(Uri? server, Exception error) => Text("PF-230",
        $"{server} does not answer: {(error is OperationCanceledException ? "not within 10 s" : error.GetBaseException().Message)}.",
        "Start it (./run), or name another with --server or --data; it may be slow or cut off, then ask again.");

    internal static string Text(string code, string says, string whatToDo) => $"{code} {says}\n  What to do: {whatToDo}";
}
