using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Registry;

/// <summary>The state of one host. Each member locks this one; no lock spans two hosts.</summary>
internal sealed class HostEntry(string host, Known known)
{
    private readonly Lock _gate = new();
    private Known _known = known;
    private readonly ReportedComponents _components = new(host);
    private HostReport? _report;
    private bool _inWindow;
    private bool _touched;
    private SavedIdentity _saved;
    private readonly LongPoll _poll = new();
    private Admittance _admittance;

    /// <summary>The word of the supervisor of that incarnation, said with its component list.</summary>
    private (long Incarnation, bool Holds)? _servesLogs;

    internal string Host { get; } = host;

    /// <summary>Applies the report or says why not. Never waits.</summary>
    internal Verdict Hear(HostReport report, in Circumstances at, HeartbeatTerms terms, out bool lacksComponents)
    {
        lock (_gate)
        {
            var mayHaveFenced = _known.MayHaveFenced(terms.Lease, at.Now);
            var verdict = Admission.Decide(_known, report, at, terms);
            _known = verdict.Next;
            lacksComponents = false;
            if (verdict.Step == Step.Apply)
            {
                _poll.End();
                lacksComponents = KeepNeedsLock(Admission.Numbered(report, verdict), mayHaveFenced);
            }

            return verdict;
        }
    }

    private bool KeepNeedsLock(HostReport report, bool mayHaveFenced)
    {
        var goesOnWithout = _report is { DesiredVersion: 0 } before && before.Incarnation == report.Incarnation && !mayHaveFenced;
        _admittance = goesOnWithout ? _admittance : _admittance.Anew(report);
        _report = report;
        if (report.Components is not null)
        {
            _components.Keep(report);
            _servesLogs = (report.Incarnation, report.ServesLogs);
        }

        return !_components.AreOf(report);
    }

    /// <summary>The host's last word on removals; null: it holds no list, or what it has is not known.</summary>
    internal HostWord? Word
    {
        get
        {
            lock (_gate)
            {
                return _report is { DesiredVersion: > 0 } report && _components.AreOf(report)
                    ? new HostWord(report.DesiredVersion, _components.Names) : null;
            }
        }
    }

    /// <summary>True for the first report of a window: the caller queues the host.</summary>
    internal bool EntersWindow()
    {
        lock (_gate)
        {
            return !_inWindow && (_inWindow = true);
        }
    }

    /// <summary>True for the first report since the registry was last written.</summary>
    internal bool IsTouched()
    {
        lock (_gate)
        {
            return !_touched && (_touched = true);
        }
    }

    internal Known Known
    {
        get
        {
            lock (_gate)
            {
                return _known;
            }
        }
    }

    internal LogSigns LogSigns(TimeSpan now, bool peers)
    {
        lock (_gate)
        {
            var serves = _servesLogs is { } said && said.Incarnation == _known.Incarnation ? said.Holds : (bool?)null;
            return new LogSigns(_known.Address is null ? null : now - _known.Granted, _known.Lease, peers, serves);
        }
    }

    /// <summary>
    /// Decides what this supervisor may be given to run: an empty list while leftovers may run, or while it has no list and the
    /// scheduler has not admitted it since. One that holds a list has a lease of another collector: it keeps it until ours is fresh.
    /// </summary>
    /// <param name="report">Its last word.</param>
    /// <param name="now">Uptime of this process.</param>
    /// <param name="emptiedIn">A list below this version is of the time before the host was deleted; 0: it never was.</param>
    internal Giving Gives(HostReport report, TimeSpan now, long emptiedIn = 0)
    {
        lock (_gate)
        {
            return Admission.Gives(_known, _admittance, report, now, emptiedIn);
        }
    }

    /// <summary>The scheduler had heard this report and found the host Online; it covers no fence after that.</summary>
    internal void Admit(long incarnation, long sequence)
    {
        lock (_gate)
        {
            _admittance = _admittance.With(incarnation, sequence);
        }

        Wake();
    }

    /// <summary>The host was deleted after this report: its life goes on, and must be admitted anew.</summary>
    internal void Forget(long incarnation, long sequence)
    {
        lock (_gate)
        {
            _admittance = _known.Incarnation == incarnation ? _admittance.Beyond(sequence) : _admittance;
        }

        Wake();
    }

    /// <summary>Completes when the host is heard anew or its desired list changes.</summary>
    internal Task BeginWait(HostReport report)
    {
        lock (_gate)
        {
            if (_known.Incarnation != report.Incarnation || _known.Sequence != report.Sequence)
            {
                return Task.CompletedTask;
            }

            return _poll.Begin();
        }
    }

    internal void Wake()
    {
        lock (_gate)
        {
            _poll.End();
        }
    }

    /// <summary>
    /// The line for the next batch; its component list goes along when it changed or is due again and the batch has
    /// room for a list of weight <paramref name="room"/>. A list that found no room stays due.
    /// </summary>
    internal HostReport LeaveWindow(TimeSpan now, TimeSpan refresh, int room, out bool refreshed)
    {
        lock (_gate)
        {
            _inWindow = false;
            return _components.With(_report!, now, refresh, room, out refreshed);
        }
    }

    /// <summary>A batch with this host was never confirmed: what it carried is due again.</summary>
    internal void WasNotDelivered()
    {
        lock (_gate)
        {
            _components.WereNotDelivered();
        }
    }

    /// <summary>
    /// The rows to write of the host: always its mark, its own row only when its identity changed or the row has aged.
    /// </summary>
    internal (Mark Mark, HostRow? Row) TakeForSaving(TimeSpan now, TimeSpan rowAgeMax, string by, DateTimeOffset at)
    {
        lock (_gate)
        {
            _touched = false;
            var report = _report!;
            var mark = new Mark(Host, _known.Incarnation, _known.Sequence);
            if (_saved.Covers(_known, now, rowAgeMax))
            {
                return (mark, null);
            }

            _saved = new SavedIdentity(_known.Incarnation, _known.Address, now);
            return (mark, new HostRow(Host, _known.Incarnation, _known.Sequence, report.Region, report.Idc, report.Address, by, at)
            {
                Claimed = _known.Claimed,
            });
        }
    }

    internal void WasNotSaved()
    {
        lock (_gate)
        {
            _saved = default;
        }
    }

    /// <summary>Takes the row that another collector or a former life of this one wrote of the host.</summary>
    internal void Learn(HostRow row, TimeSpan now, TimeSpan lease)
    {
        lock (_gate)
        {
            _known = _known.With(row, now, lease);
        }
    }

    /// <summary>A scheduler knows a higher number than that of the life which this collector hears.</summary>
    internal void Outnumber(long incarnation, TimeSpan now)
    {
        lock (_gate)
        {
            _known = _report?.Incarnation == _known.Incarnation ? _known.Above(incarnation, now) : _known;
        }
    }

    internal void Learn(Mark mark)
    {
        lock (_gate)
        {
            _known = _known.With(mark);
        }
    }
}
