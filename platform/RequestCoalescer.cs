using Holdfast.Platform.State;

namespace Holdfast.Platform;

/// <summary>
/// Combines the requests of many callers into few steps. Requests that come during a step go together in the next one, so all of them
/// share a fixed cost (a commit, a question to the store). A single request is answered at once. One step at a time, in the order of
/// the requests.
/// </summary>
/// <param name="answer">Answers all of them, in their order.</param>
/// <param name="most">Taken into one step, by weight; one that is heavier goes alone.</param>
/// <param name="weigh">Weight of one; null: 1.</param>
public sealed class RequestCoalescer<TAsked, TAnswer>(
    Func<IReadOnlyList<TAsked>, Task<IReadOnlyList<TAnswer>>> answer, int most, Func<TAsked, int>? weigh = null)
{
    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = new();
    private bool _isRunning;

    private sealed record Waiting(TAsked Asked)
    {
        internal TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Cancelled, the wait ends; what was asked is done all the same.</summary>
    public async Task<TAnswer> Ask(TAsked asked, CancellationToken cancel)
    {
        var waiting = new Waiting(asked);
        bool begins;
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            begins = !_isRunning;
            _isRunning = true;
        }

        if (begins)
        {
            _ = Run();
        }

        // Not WaitAsync, which would hand the answer over to the thread pool, whatever the caller's context.
        await using var ended = cancel.UnsafeRegister(
            (asker, token) => ((Waiting)asker!).Answer.TrySetCanceled(token), waiting);
        return await waiting.Answer.Task;
    }

    /// <summary>Runs steps until no request waits any more; the first request starts it. Does not throw.</summary>
    private async Task Run()
    {
        while (Next() is { Count: > 0 } step)
        {
            await Take(step);
        }
    }

    private List<Waiting> Next()
    {
        lock (_gate)
        {
            var (step, weight) = (new List<Waiting>(), 0);
            while (_waiting.TryPeek(out var next)
                && (weight += weigh?.Invoke(next.Asked) ?? 1) is var with && (step.Count == 0 || with <= most))
            {
                step.Add(_waiting.Dequeue());
            }

            _isRunning = step.Count > 0;
            return step;
        }
    }

    private async Task Take(List<Waiting> step)
    {
        try
        {
            var answers = await answer([.. step.Select(w => w.Asked)]);
            for (var i = 0; i < step.Count; i++)
            {
                step[i].Answer.TrySetResult(answers[i]);
            }
        }
        catch (StateUnavailableException away)
        {
            step.ForEach(w => w.Answer.TrySetException(away));
        }
#pragma warning disable CA1031 // it is handed to whoever asked
        catch (Exception error)
#pragma warning restore CA1031
        {
            if (step.Count == 1)
            {
                step[0].Answer.TrySetException(error);
                return;
            }

            // One of them is at fault: it fails alone, the others are answered.
            foreach (var waiting in step)
            {
                await Take([waiting]);
            }
        }
    }
}
