using System.ComponentModel;
using System.Threading.Channels;
using Holdfast.Supervisor.Loop;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor.Guard;

/// <summary>Keeps a guard running and notices when it does not answer.</summary>
internal sealed partial class GuardKeeper(
    string path, ComponentUser? user, ChannelWriter<LoopEvent> events, ILogger<GuardKeeper> log) : IDisposable
{
    private readonly ILogger _log = log;
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);
    private GuardWatch _watch;
    private BootTime _lastPing;
    private BootTime _notBefore;
    private long _pings;

    public GuardProcess? Current { get; private set; }

    /// <summary>Tells whether the guard answers: only then components may run and heartbeats go out.</summary>
    public bool Answers => Current is not null && _watch.Answers;

    public Leader? Leader => Current is { } guard ? new("guard", guard.Pid, guard.StartTime, "", Cgroups.None, Adopts: true) : null;

    /// <summary>Throws <see cref="StartRefusedException"/> when there is none to start.</summary>
    public void Start()
    {
        try
        {
            Current = GuardProcess.Start(path, events);
            _watch = GuardWatch.Fresh;
            if (user is not null)
            {
                Say(GuardLine.User(user));
            }

            GuardStarted(Current.Pid);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            throw new StartRefusedException(Codes.GuardNotStarted,
                $"the guard {path} cannot be started: {e.Message}; it must stand beside the supervisor, executable");
        }
    }

    /// <summary>Tries again after a loss, at most once a second.</summary>
    public bool Restart(BootTime now)
    {
        if (now < _notBefore)
        {
            return false;
        }

        _notBefore = now + RestartPause;
        try
        {
            Start();
            return true;
        }
        catch (StartRefusedException e)
        {
            RestartFailed(e.Message);
            return false;
        }
    }

    public void Say(string line)
    {
        if (Current?.Say(line) == false)
        {
            Current.Kill(); // it did not listen to thousands of lines
        }
    }

    /// <summary>True in the moment in which the guard turns out not to answer.</summary>
    public bool FellSilent(BootTime now, TimeSpan sinceLastTick)
    {
        if (Current is not { } guard)
        {
            return false;
        }

        if (_watch.UnansweredSince is null && now - _lastPing >= GuardWatch.PingInterval)
        {
            _lastPing = now;
            _watch = _watch.Pinged(now);
            Say(GuardLine.Ping(++_pings));
        }

        var before = _watch;
        _watch = _watch.Ticked(now, sinceLastTick);
        if (!before.Answers || _watch.Answers)
        {
            return false;
        }

        GuardIsSilent(Codes.GuardSilent, guard.Pid, GuardWatch.SilenceMax.TotalSeconds);
        return true;
    }

    /// <summary>True when it answers for the first time, or again.</summary>
    public bool HeardPong()
    {
        var before = _watch.Answers;
        _watch = GuardWatch.Answering;
        if (!before)
        {
            GuardAnswers(Current?.Pid ?? 0);
        }

        return !before;
    }

    public void Lost()
    {
        GuardHasEnded(Codes.GuardEnded, Current?.Pid ?? 0);
        Current?.Dispose();
        Current = null;
        _watch = GuardWatch.Fresh;
    }

    public void Dispose() => Current?.Dispose();

    [LoggerMessage(Level = LogLevel.Debug, Message = "The guard runs (pid {Pid})")]
    private partial void GuardStarted(int pid);

    [LoggerMessage(Level = LogLevel.Information, Message = "The guard (pid {Pid}) answers")]
    private partial void GuardAnswers(int pid);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "{Code} The guard (pid {Pid}) has not answered for {Limit} s: "
        + "killing all components, reporting nothing until it answers")]
    private partial void GuardIsSilent(string code, int pid, double limit);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Code} The guard (pid {Pid}) has ended, and its components with it: starting another")]
    private partial void GuardHasEnded(string code, int pid);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    private partial void RestartFailed(string reason);
}
