using System.Collections.Concurrent;

namespace Holdfast.ConsoleUi.Client;

/// <summary>
/// Time that a question may take, so that a page does not wait again and again for a service that hangs. Once one question ran out of its
/// time, one of those after it has all of the time again. Those beside that one have a little, until one is answered.
/// </summary>
internal sealed class Patience
{
    /// <summary>The time of a question to a service that answers, and of the one that finds out whether it does.</summary>
    internal static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);

    /// <summary>The time of the others, while a service hangs.</summary>
    internal static readonly TimeSpan ShortMax = TimeSpan.FromSeconds(2);

    /// <summary>First parts of paths that were not answered in time; true: somebody waits all of the time.</summary>
    private readonly ConcurrentDictionary<string, bool> _silent = new(StringComparer.Ordinal);

    /// <param name="path">From /api/v1/ on.</param>
    internal TimeSpan For(string path)
    {
        var asked = Asked(path);
        return !_silent.ContainsKey(asked) || _silent.TryUpdate(asked, newValue: true, comparisonValue: false) ? AnswerMax : ShortMax;
    }

    /// <summary>Notes that there was an answer, be it that nobody listens there.</summary>
    internal void Answered(string path) => _silent.TryRemove(Asked(path), out _);

    internal void RanOut(string path, TimeSpan max)
    {
        if (max >= AnswerMax)
        {
            _silent[Asked(path)] = false;
        }
    }

    /// <summary>Of /api/v1/alerts/counts?scope=task: alerts.</summary>
    private static string Asked(string path) => path.Split('/', '?') is [_, _, _, var asked, ..] ? asked : path;
}
