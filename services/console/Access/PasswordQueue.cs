using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Holdfast.ConsoleUi.Access;

/// <summary>
/// Hashes passwords on one or two threads of its own, behind a short queue. Hashing on the pool's threads let sixteen connections of
/// wrong passwords starve the process that renews hosts' leases, and every component of the fleet was fenced.
/// </summary>
internal sealed partial class PasswordQueue : IDisposable
{
    /// <summary>The last one waits about two seconds; a person does that, a heartbeat could not.</summary>
    internal const int WaitingMax = 8;

    private const int ThreadsMax = 2;
    private const int WhichProcess = 0;
    private const int Niceness = 10;
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(5);

    private readonly BlockingCollection<Action> _waiting = new(WaitingMax);
    private readonly Thread[] _threads;

    public PasswordQueue() : this(Math.Clamp(Environment.ProcessorCount / 2, 1, ThreadsMax))
    {
    }

    internal PasswordQueue(int threads)
    {
        _threads = [.. Enumerable.Range(0, threads).Select(n => new Thread(Work) { IsBackground = true, Name = $"passwords {n}" })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <returns>False: too many wait already, and this is not done.</returns>
    internal bool TryOffer<T>(Func<T> work, out Task<T> result)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        result = done.Task;
        return _waiting.TryAdd(() => Finish(done, work));
    }

    public void Dispose()
    {
        _waiting.CompleteAdding();
        if (_threads.All(t => t.Join(EndMax)))
        {
            _waiting.Dispose();
        }
    }

    private void Work()
    {
        // Of this thread alone: whatever else the machine has to do goes first.
        _ = SetPriority(WhichProcess, 0, Niceness);
        foreach (var work in _waiting.GetConsumingEnumerable())
        {
            work();
        }
    }

    private static void Finish<T>(TaskCompletionSource<T> done, Func<T> work)
    {
        try
        {
            done.SetResult(work());
        }
#pragma warning disable CA1031 // it belongs to who waits for it, and the thread goes on
        catch (Exception error)
#pragma warning restore CA1031
        {
            done.SetException(error);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    private static partial int SetPriority(int which, uint who, int priority);
}
