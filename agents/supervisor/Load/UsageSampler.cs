using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Load;

/// <summary>
/// Measures the load apart from the loop that keeps the lease: to ask a disk how full it is may take for ever. A heartbeat says what
/// was measured last, and a disk that does not answer is full.
/// </summary>
internal sealed class UsageSampler(
    DiskThreads disks, TimeProvider clock, Func<IReadOnlyList<int>> leaders, Func<IReadOnlyList<int>, Usage> measure)
{
    public static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);

    private Usage? _last;
    private Usage? _fresh;
    private DiskTask? _measuring;
    private long _asked;

    public Usage Sample()
    {
        if (_measuring is { IsDone: true })
        {
            (_last, _measuring) = (_fresh ?? _last, null);
        }

        if (_measuring is null)
        {
            _asked = clock.GetTimestamp();
            var pids = leaders();
            _measuring = disks.Begin(() => _fresh = measure(pids));
        }

        // A disk that cannot be asked takes no more work.
        return _last is not { } known ? new Usage(0, 0, 1)
            : clock.GetElapsedTime(_asked) > AnswerMax ? known with { Disk = 1 } : known;
    }
}
