using System.Collections.Concurrent;

namespace Holdfast.Platform.State;

/// <summary>
/// Watches the answers to the work's own questions, by collection. A probe that is answered proves nothing about a table that is
/// locked, or that cannot grow any more. Any threads; costs a working store two writes to memory for each question.
/// </summary>
public sealed class StoreWork(TimeProvider time)
{
    /// <summary>A question that has had no answer for longer is told of.</summary>
    internal static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);

    /// <summary>A failure that is neither repeated nor followed by a success is forgotten: nobody asks so any more.</summary>
    internal static readonly TimeSpan FailureMax = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, StoreLine> _lines = new(StringComparer.Ordinal);

    /// <summary>Reads and writes are counted apart: what cannot be written may well be read.</summary>
    internal StoreLine Line(string collection, bool writes) =>
        _lines.GetOrAdd($"{(writes ? "writing" : "reading")} {collection}", name => new StoreLine(name, time));

    /// <summary>The reason why the work does not get on, in a sentence; null: it does, or nothing was asked.</summary>
    internal string? Fault() =>
        _lines.Values.OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => l.Failure()).FirstOrDefault(f => f is not null)
        ?? _lines.Values.OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => l.Unanswered()).FirstOrDefault(f => f is not null);
}

/// <summary>The questions of one kind to one collection.</summary>
internal sealed class StoreLine(string name, TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _open;
    private long? _unansweredSince;
    private long _lastAsked;
    private (string Why, long At)? _failed;

    internal string Name => name;

    internal async Task<T> Follow<T>(Task<T> asked)
    {
        Asked();
        try
        {
            var answer = await asked;
            Ended(isAnswer: true, null);
            return answer;
        }
        catch (StateUnavailableException why)
        {
            Ended(isAnswer: false, why.Message);
            throw;
        }
        catch
        {
            // Its caller has lost patience, which says nothing by itself.
            Ended(isAnswer: false, null);
            throw;
        }
    }

    internal string? Failure()
    {
        lock (_gate)
        {
            return _failed is { } failed && time.GetElapsedTime(failed.At) <= StoreWork.FailureMax
                ? $"PF-331 {name} failed {time.GetElapsedTime(failed.At).TotalSeconds:0} s ago: {failed.Why}" : null;
        }
    }

    internal string? Unanswered()
    {
        lock (_gate)
        {
            var isAsked = _open > 0 || time.GetElapsedTime(_lastAsked) <= StoreWork.AnswerMax;
            return isAsked && _unansweredSince is { } since && time.GetElapsedTime(since) > StoreWork.AnswerMax
                ? $"PF-332 {name} has had no answer for {time.GetElapsedTime(since).TotalSeconds:0} s" : null;
        }
    }

    private void Asked()
    {
        lock (_gate)
        {
            _open++;
            _lastAsked = time.GetTimestamp();
            _unansweredSince ??= _lastAsked;
        }
    }

    private void Ended(bool isAnswer, string? why)
    {
        lock (_gate)
        {
            _open--;
            if (isAnswer)
            {
                _failed = null;
                _unansweredSince = _open > 0 ? time.GetTimestamp() : null;
            }
            else if (why is not null)
            {
                _failed = (why, time.GetTimestamp());
            }
        }
    }
}
