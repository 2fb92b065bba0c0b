using System.Threading.Channels;
using Holdfast.Supervisor.Loop;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Logs;

/// <summary>
/// Logs that somebody waits for: read apart from the agent's loop, then one of them goes with a heartbeat, once. A lease must not
/// depend on a large heartbeat that is repeated over a slow line. Lives on that loop; only the reading runs apart.
/// </summary>
internal sealed class LogAnswers(string components, RecentLog own, DiskThreads disks, ChannelWriter<LoopEvent> events)
{
    /// <summary>Read at one time; who asks for more is told so.</summary>
    public const int ReadingMax = 4;

    /// <summary>An id is asked for again until its answer has arrived: so many are remembered.</summary>
    private const int SeenMax = 256;

    /// <summary>The age at which an answer is dropped: nobody waits for so long.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(10);

    private readonly Queue<string> _seen = new();
    private readonly Queue<(LogTail Tail, BootTime Since)> _read = new();
    private readonly List<(string Id, BootTime Since)> _reading = [];

    /// <summary>Something was read and should go at once.</summary>
    public bool Urgent => _read.Count > 0;

    public void Want(IReadOnlyList<LogWanted> wanted, BootTime now)
    {
        foreach (var log in wanted.Where(l => l is { Id: not null } && !_seen.Contains(l.Id, StringComparer.Ordinal)))
        {
            _seen.Enqueue(log.Id);
            while (_seen.Count > SeenMax)
            {
                _seen.Dequeue();
            }

            _reading.RemoveAll(r => now - r.Since > AgeMax); // its disk hangs: others shall not wait for it
            if (_reading.Count >= ReadingMax)
            {
                Keep(Refused(log.Id, $"{ReadingMax} logs of this host are being read already"), now);
                continue;
            }

            _reading.Add((log.Id, now));
            disks.Begin(() => events.TryWrite(new LogRead(Read(log))));
        }
    }

    public void Hear(LogRead read, BootTime now)
    {
        _reading.RemoveAll(r => r.Id == read.Tail.Id);
        Keep(read.Tail, now);
    }

    /// <summary>The answers that go with the next heartbeat; null: none.</summary>
    public IReadOnlyList<LogTail>? Next(BootTime now)
    {
        while (_read.TryDequeue(out var oldest))
        {
            if (now - oldest.Since <= AgeMax)
            {
                return [oldest.Tail];
            }
        }

        return null;
    }

    private void Keep(LogTail tail, BootTime now) => _read.Enqueue((tail, now));

    private LogTail Read(LogWanted wanted)
    {
        var lines = Math.Clamp(wanted.Lines, 1, LogTail.LinesMax);
        try
        {
            IReadOnlyList<LogOutput> outputs = wanted.Component is { } name
                ? LogTails.Of(new ComponentFolder(components, name).Path, lines)
                : [own.Last(lines)];
            return new LogTail { Id = wanted.Id, Outputs = outputs };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Refused(wanted.Id, e.Message); // whatever it is, who waits shall know, and no place may stay taken
        }
    }

    private static LogTail Refused(string id, string why) => new() { Id = id, Outputs = [], Error = why };
}

/// <summary>A log was read, or could not be.</summary>
internal sealed record LogRead(LogTail Tail) : LoopEvent;
