using System.Threading.Channels;
using Holdfast.Supervisor.Logs;
using Holdfast.Supervisor.Loop;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor.Heartbeats;

/// <summary>Sends heartbeats at their pace. Lives on the agent's loop; only the request itself runs apart.</summary>
internal sealed partial class HeartbeatLoop(
    HeartbeatClient client, Identity identity, Func<Usage> usage, LogAnswers logs, ChannelWriter<LoopEvent> events,
    ILogger<HeartbeatLoop> log)
{
    private static readonly TimeSpan LateToldInterval = TimeSpan.FromMinutes(1);
    private readonly ILogger _log = log;
    private readonly ReportedList _list = new();
    private SentHeartbeat? _pending;
    private CancellationTokenSource? _giveUp;
    private BootTime _lastSent;
    private BootTime _notBefore;
    private long _sequence;
    private long _heard;
    private int _failures;
    private string? _trouble;
    private bool _leftOutTold;
    private TimeSpan? _lease;
    private ClockOffset? _clock;
    private BootTime? _lateTold;

    public TimeSpan Interval { get; private set; } = identity.Settings.Interval;

    public long DesiredVersion { get; private set; }

    /// <summary>Sends when it is time; true when what was urgent is on its way.</summary>
    public bool Advance(BootTime now, bool urgent, Func<IReadOnlyList<ComponentReport>> components)
    {
        var move = Pace.Decide(new Waiting(_pending, _lastSent, _notBefore, _failures > 0), now, urgent || logs.Urgent);
        if (move == Pace.Move.Wait)
        {
            return false;
        }

        GiveUp();
        // The first one asks for an answer at once as well: nothing is known yet.
        var atOnce = move == Pace.Move.ReportNow || _lease is null;
        Send(now, atOnce ? TimeSpan.Zero : Pace.WaitFor(Interval, _lease), components());
        return true;
    }

    /// <summary>Gives up the heartbeat on its way: this host must look silent.</summary>
    public void GiveUp()
    {
        _giveUp?.Cancel();
        _giveUp = null;
        _pending = null;
    }

    /// <summary>
    /// After a fence: the list is out of date until the server gives it anew, and no answer to what was sent before the
    /// fence counts any more.
    /// </summary>
    public void ForgetList()
    {
        GiveUp();
        _heard = _sequence;
        DesiredVersion = 0;
    }

    /// <summary>A log that was asked for has been read: the next report carries it.</summary>
    public void Hear(LogRead read, BootTime now) => logs.Hear(read, now);

    /// <summary>The reply, when it is the newest one; null when there is nothing to act on.</summary>
    public HeartbeatReply? Hear(HeartbeatAnswered answered, BootTime now)
    {
        var (sent, outcome) = (answered.Sent, answered.Outcome);
        if (sent.Sequence <= _heard || outcome is HeartbeatOutcome.Cancelled)
        {
            return null;
        }

        if (_pending?.Sequence == sent.Sequence)
        {
            _pending = null;
            _giveUp?.Dispose();
            _giveUp = null;
        }

        if (outcome is not HeartbeatOutcome.Reply { Value: var reply, Clock: var clock })
        {
            _failures++;
            Complain(outcome);
            _notBefore = Pace.AfterFailure(now, Interval, _failures);
            return null;
        }

        _clock = clock?.After(_clock) ?? _clock;
        return Take(sent, reply, now);
    }

    private HeartbeatReply Take(SentHeartbeat sent, HeartbeatReply reply, BootTime now)
    {
        var newVersion = reply.DesiredVersion != DesiredVersion && reply.Components is not null;
        _heard = sent.Sequence;
        _failures = 0;
        _lease = TimeSpan.FromSeconds(reply.Lease);
        Interval = TimeSpan.FromSeconds(reply.Interval);
        DesiredVersion = newVersion ? reply.DesiredVersion : DesiredVersion;
        _list.Answered(sent.Inventory, reply.SendComponents || !reply.Applied);
        _notBefore = Pace.AfterAnswer(sent, now, Interval, newVersion || reply.SendComponents || reply.Logs is not null);
        if (reply.Logs is { } wanted)
        {
            logs.Want(wanted, now);
        }

        TellLate(reply.Late, now);
        if (_trouble is not null || sent.Sequence == 1)
        {
            AnsweredAgain(identity.Settings.Server, reply.Lease, reply.Interval);
        }

        _trouble = null;
        return reply;
    }

    private void Send(BootTime now, TimeSpan wait, IReadOnlyList<ComponentReport> components)
    {
        var (list, leftOut) = _list.Next(components);
        var report = new HostReport
        {
            Host = identity.Settings.Host,
            Incarnation = identity.Incarnation,
            Sequence = ++_sequence,
            Region = identity.Settings.Region,
            Idc = identity.Settings.Idc,
            Address = identity.Settings.Address,
            Usage = usage(),
            DesiredVersion = DesiredVersion,
            Succeeds = identity.Succeeds,
            Inventory = _list.Number,
            Components = list,
            LeftOut = leftOut,
            ServesLogs = list is not null,
            ClockAheadSec = _clock?.AheadSeconds,
            Logs = logs.Next(now),
        };
        TellLeftOut(leftOut);
        var sent = new SentHeartbeat(_sequence, now, wait, _list.Number);
        var giveUp = new CancellationTokenSource();
        (_pending, _giveUp, _lastSent) = (sent, giveUp, now);
        var limit = Pace.LimitFor(wait, _lease);
        _ = Task.Run(() => SendAsync(report, sent, limit, giveUp.Token), CancellationToken.None);
    }

    /// <summary>Once a minute while it goes on; the reply's interval is followed already.</summary>
    private void TellLate(string? late, BootTime now)
    {
        if (late is null || (_lateTold is { } told && now - told < LateToldInterval))
        {
            return;
        }

        _lateTold = now;
        ReportedLate(late);
    }

    /// <summary>Once when it begins to lack something, not with each report.</summary>
    private void TellLeftOut(string? leftOut)
    {
        if (leftOut is not null && !_leftOutTold)
        {
            ReportCut(leftOut);
        }

        _leftOutTold = leftOut is not null || (_leftOutTold && _list.LacksSomething);
    }

    private async Task SendAsync(HostReport report, SentHeartbeat sent, TimeSpan limit, CancellationToken giveUp)
    {
        HeartbeatOutcome outcome;
        try
        {
            outcome = await client.SendAsync(report, sent.Wait, limit, giveUp);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            outcome = new HeartbeatOutcome.Unanswered(e.Message); // an unforeseen fault must not end the heartbeats
        }

        await events.WriteAsync(new HeartbeatAnswered(sent, outcome), CancellationToken.None);
    }

    /// <summary>Once per change of what is wrong, not once per attempt.</summary>
    private void Complain(HeartbeatOutcome outcome)
    {
        var trouble = outcome switch
        {
            HeartbeatOutcome.Refused { Problem: var p } r => $"{r.Status} {p?.Code} {p?.Detail ?? p?.Title}",
            HeartbeatOutcome.Senseless s => s.Why,
            _ => "unanswered",
        };
        if (trouble == _trouble)
        {
            return;
        }

        _trouble = trouble;
        var server = identity.Settings.Server;
        if (outcome is HeartbeatOutcome.Refused { Status: var status, Problem: var problem })
        {
            HeartbeatRefused(Codes.HeartbeatRefused, server, status, problem?.Code, problem?.Detail ?? problem?.Title,
                problem?.Workaround);
        }
        else if (outcome is HeartbeatOutcome.Senseless { Why: var why })
        {
            ReplySenseless(Codes.ReplySenseless, server, why);
        }
        else if (outcome is HeartbeatOutcome.Unanswered { Why: var reason })
        {
            Unanswered(Codes.HeartbeatUnanswered, server, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Heartbeats are answered by {Server}: lease {Lease} s, every {Interval} s")]
    private partial void AnsweredAgain(Uri server, double lease, double interval);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Code} {Server} refused the heartbeat with {Status} {ServerCode}: {Detail} {Workaround}")]
    private partial void HeartbeatRefused(
        string code, Uri server, int status, string? serverCode, string? detail, string? workaround);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Code} {Server} answered what cannot be used ({Why}); supervisor and server must be of one version")]
    private partial void ReplySenseless(string code, Uri server, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Late} This supervisor was stopped or short of processor time, or its reports take too long: look at the machine and its network")]
    private partial void ReportedLate(string late);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{LeftOut} Put fewer Stores on this host, or fewer consumers on a Store")]
    private partial void ReportCut(string leftOut);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Code} {Server} does not answer heartbeats: {Why}; components stop when the lease is over")]
    private partial void Unanswered(string code, Uri server, string why);
}
