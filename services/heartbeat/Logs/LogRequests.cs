using System.Collections.Concurrent;
using System.Collections.Immutable;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Logs;

/// <summary>
/// Logs that people wait for: said to their hosts in replies, answered by their hosts' reports. What is asked of this collector
/// while others live is also in the store, for the host may be talking to another one; <see cref="LogsLoop"/> reads and writes that.
/// </summary>
internal sealed class LogRequests(HostRegistry hosts)
{
    /// <summary>At one time, of this collector and all others each.</summary>
    internal const int OpenMax = 64;

    internal const int OfHostMax = 4;

    /// <summary>A person waits no longer.</summary>
    internal static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(5);

    /// <summary>A host that was told is not told again sooner, for it may be reading.</summary>
    internal static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// An answer may come here sooner than the question is read in the store: the host heard it from another collector and sent
    /// its next heartbeat to this one.
    /// </summary>
    internal const int EarlyMax = 16;

    internal static readonly TimeSpan EarlyAgeMax = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly Queue<(string Host, LogTail Tail, TimeSpan At)> _early = new();

    /// <summary>The open requests by host; each heartbeat looks here, so looking takes no lock.</summary>
    private volatile ImmutableDictionary<string, ImmutableArray<OpenLog>> _open =
        ImmutableDictionary.Create<string, ImmutableArray<OpenLog>>(StringComparer.Ordinal);

    /// <summary>Answers to what others were asked.</summary>
    internal ConcurrentQueue<Versioned<LogRow>> ForOthers { get; } = new();

    /// <summary>Opens a request; null: too many are open.</summary>
    internal OpenLog? Begin(LogRow asked)
    {
        var open = new OpenLog(asked, IsOurs: true, 0);
        lock (_gate)
        {
            var ours = _open.Values.Sum(logs => logs.Count(l => l.IsOurs));
            if (ours >= OpenMax || Of(asked.Host).Count(l => l.IsOurs) >= OfHostMax)
            {
                return null;
            }

            _open = _open.SetItem(asked.Host, Of(asked.Host).Add(open));
        }

        hosts.Find(asked.Host)?.Wake();
        return open;
    }

    internal void End(OpenLog open)
    {
        lock (_gate)
        {
            Set(open.Asked.Host, Of(open.Asked.Host).Remove(open));
        }
    }

    /// <summary>The logs that a reply asks the host for; null: none.</summary>
    internal IReadOnlyList<LogWanted>? WantedOf(string host)
    {
        if (_open.Count == 0)
        {
            return null;
        }

        LogWanted[] wanted = [.. Of(host).Where(l => !l.IsAnswered)
            .Select(l => new LogWanted { Id = l.Asked.Id, Component = l.Asked.Component, Lines = l.Asked.Lines })];
        return wanted.Length == 0 ? null : wanted;
    }

    /// <summary>Something is wanted that the host has not been told of just now: no reason to hold its reply.</summary>
    internal bool IsNews(string host, TimeSpan now) =>
        _open.Count > 0 && Of(host).Any(l => !l.IsAnswered && (l.Told is not { } told || now - told >= AgainAfter));

    internal void Told(string host, IReadOnlyList<LogWanted> wanted, TimeSpan now)
    {
        foreach (var log in Of(host).Where(l => wanted.Any(w => w.Id == l.Asked.Id)))
        {
            log.Told = now;
        }
    }

    /// <summary>Passes over an answer that nobody waits for any more, and that of a host that was not asked.</summary>
    internal void Hear(string host, IReadOnlyList<LogTail> tails, TimeSpan now)
    {
        lock (_gate)
        {
            foreach (var tail in tails.Where(t => t is not null))
            {
                if (HearNeedsLock(host, tail))
                {
                    continue;
                }

                _early.Enqueue((host, LogRules.Bounded(tail), now));
                while (_early.Count > EarlyMax)
                {
                    _early.Dequeue();
                }
            }
        }
    }

    /// <summary>Takes an answer; false: nothing of that id was asked of the host, as far as is known.</summary>
    private bool HearNeedsLock(string host, LogTail tail)
    {
        if (Of(host).FirstOrDefault(l => l.Asked.Id == tail.Id) is not { } open)
        {
            return false;
        }

        if (open.Answer.TrySetResult(tail) && !open.IsOurs)
        {
            ForOthers.Enqueue(new Versioned<LogRow>(open.Asked with { Tail = LogRules.Bounded(tail) }, open.Version));
        }

        return true;
    }

    /// <summary>Takes the store's rows: others' questions, all of them, and answers to ours.</summary>
    internal void Learn(IReadOnlyList<Versioned<LogRow>> rows, string own, TimeSpan now)
    {
        var fresh = new List<string>();
        lock (_gate)
        {
            var stored = rows.Where(r => r.Document.By != own && r.Document.Tail is null)
                .ToDictionary(r => r.Document.Id, StringComparer.Ordinal);
            foreach (var (host, logs) in _open)
            {
                Set(host, logs.RemoveAll(l => !l.IsOurs && !stored.Remove(l.Asked.Id)));
            }

            foreach (var row in stored.Values.Take(OpenMax))
            {
                var host = row.Document.Host;
                _open = _open.SetItem(host, Of(host).Add(new OpenLog(row.Document, IsOurs: false, row.Version)));
                fresh.Add(host);
            }

            HearEarlyNeedsLock(now);
            foreach (var (id, tail) in rows.Where(r => r.Document.By == own && r.Document.Tail is not null)
                .Select(r => (r.Document.Id, r.Document.Tail!)))
            {
                _open.Values.SelectMany(logs => logs).FirstOrDefault(l => l.IsOurs && l.Asked.Id == id)?.Answer.TrySetResult(tail);
            }
        }

        fresh.ForEach(host => hosts.Find(host)?.Wake());
    }

    private void HearEarlyNeedsLock(TimeSpan now)
    {
        for (var left = _early.Count; left > 0; left--)
        {
            var early = _early.Dequeue();
            if (!HearNeedsLock(early.Host, early.Tail) && now - early.At <= EarlyAgeMax)
            {
                _early.Enqueue(early);
            }
        }
    }

    private ImmutableArray<OpenLog> Of(string host) => _open.GetValueOrDefault(host, []);

    private void Set(string host, ImmutableArray<OpenLog> logs) => _open = logs.IsEmpty ? _open.Remove(host) : _open.SetItem(host, logs);
}

/// <summary>A log that somebody waits for, here or at another collector.</summary>
internal sealed record OpenLog(LogRow Asked, bool IsOurs, long Version)
{
    private long _told = long.MinValue;

    internal TaskCompletionSource<LogTail> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal bool IsAnswered => Answer.Task.IsCompleted;

    /// <summary>The moment at which the host was last told; null: not yet.</summary>
    internal TimeSpan? Told
    {
        get => Interlocked.Read(ref _told) is var ticks and not long.MinValue ? new TimeSpan(ticks) : null;
        set => Interlocked.Exchange(ref _told, value!.Value.Ticks);
    }
}
