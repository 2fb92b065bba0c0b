using Holdfast.Supervisor.Cleanup;
using Holdfast.Supervisor.Config;
using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;
using Microsoft.Extensions.Logging;

namespace Holdfast.Supervisor.Processes;

/// <summary>All components of this host: carries out the reconciler's steps, hears how processes fare.</summary>
internal sealed partial class Components(
    string folder, ComponentStarts starts, Discards discards, ComponentDisks disks, ILogger<Components> log)
{
    private readonly ILogger _log = log;
    private readonly Dictionary<string, Component> _byName = new(StringComparer.Ordinal);

    /// <summary>The last words of one that has ended are not waited for any longer.</summary>
    private static readonly TimeSpan LastWordsMax = TimeSpan.FromMilliseconds(500);

    /// <summary>A state, a process or the set of components changed since the last report.</summary>
    public bool Changed { get; set; }

    /// <summary>The set of living processes changed since the inventory was saved.</summary>
    public bool LeadersChanged { get; set; }

    /// <summary>The supervisor ends: what ends now, whoever told it to, did not end by itself.</summary>
    public bool IsLeaving { get; set; }

    public RecalledEndings Endings { get; init; } = new([]);

    public IReadOnlyList<KeptEnding> KeptEndings => [.. _byName.Values.Select(c => c.Kept).OfType<KeptEnding>()];

    public string Folder => folder;

    public bool AnyLiving => _byName.Values.Any(c => c.Phase != Phase.Idle);

    public IReadOnlyList<Leader> Leaders => [.. _byName.Values.Select(c => c.Leader).OfType<Leader>()];

    public IReadOnlyList<Leader> Reapers => [.. _byName.Values.Select(c => c.Reaper).OfType<Leader>()];

    /// <summary>The whole list, as the server wants it.</summary>
    public void Want(IReadOnlyList<DesiredComponent> list)
    {
        foreach (var component in _byName.Values)
        {
            component.Desired = null;
        }

        foreach (var desired in list.Where(d => d.Desired != DesiredState.Absent))
        {
            if (!_byName.TryGetValue(desired.Name, out var component))
            {
                _byName[desired.Name] = component = new Component(desired.Name, new ComponentFolder(folder, desired.Name));
                Endings.Recall(component, desired);
            }

            component.Desired = desired;
            Endings.Set(component, Reconciler.Settle(desired, component.View));
        }

        Endings.Forget();
        discards.Want(list);
        Changed = true;
    }

    /// <summary>Brings every component one step nearer to what is wanted; one that cannot be keeps none of the others.</summary>
    public void Reconcile(GuardKeeper guard, Lease lease, BootTime now, bool listed, bool quitting)
    {
        disks.Tend();
        foreach (var component in _byName.Values.ToList())
        {
            try
            {
                HearDisk(component, guard, now);
                var mayRun = guard.Answers && listed && lease.HoldsAt(now) && !quitting;
                Carry(Reconciler.Decide(component.Desired, component.View, mayRun), component, guard, lease, now, quitting);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                component.Fault = ComponentReports.NotJudged(e);
                Changed = true;
            }
        }

        discards.Carry(_byName.ContainsKey);
    }

    private void Carry(Step step, Component component, GuardKeeper guard, Lease lease, BootTime now, bool quitting)
    {
        switch (step)
        {
            case Step.Start start:
                Endings.Set(component, null);
                starts.Begin(component, start.What, now);
                Changed = true;
                break;
            case Step.Stop stop:
                Stop(component, quitting ? EndKind.OnPurpose : stop.Why);
                guard.Say(GuardLine.Stop(component.Run, lease.KillGrace));
                break;
            case Step.Forget:
                Endings.Set(component, null);
                _byName.Remove(component.Name);
                disks.RemoveConfig(component);
                Forgotten(component.Name);
                Changed = true;
                break;
        }
    }

    /// <summary>Takes the answers of its disk: how far its start is, the last words of one that has ended.</summary>
    private void HearDisk(Component component, GuardKeeper guard, BootTime now)
    {
        if (starts.Advance(component, guard, now) is { } ending)
        {
            Ended(component, ending);
        }

        component.HearLook(now);
        if (component is not { Exit: { } exit, Phase: not Phase.Idle })
        {
            return;
        }

        if (!exit.IsAsked && component.Looking is null)
        {
            exit.IsAsked = true;
            component.Look(now, disks.Read);
        }

        if ((exit.IsAsked && component.Looking is null) || now - exit.At > LastWordsMax)
        {
            Ended(component, exit.Ending);
        }
    }

    public void StopAll(EndKind why)
    {
        foreach (var component in _byName.Values.Where(c => c.Phase is Phase.Starting or Phase.Alive))
        {
            Stop(component, why);
        }
    }

    /// <summary>The guard is gone and nobody that it ran lives any more.</summary>
    public void AllGone()
    {
        foreach (var component in _byName.Values.Where(c => c.Phase != Phase.Idle))
        {
            Ended(component, component.Exit?.Ending ?? new Ending(component.StopReason ?? EndKind.GuardLost));
        }
    }

    public void Hear(GuardEvent happened, GuardKeeper guard, BootTime now)
    {
        switch (happened)
        {
            case GuardEvent.Started started when Of(started.Run) is { } component:
                Started(component, started, guard, now);
                break;
            case GuardEvent.Failed failed when Of(failed.Run) is { } component:
                Ended(component, failed.HadNoLease ? new(EndKind.Fenced) : new(EndKind.NotStarted, failed.Errno));
                break;
            case GuardEvent.Exited exited when Of(exited.Run) is { } component:
                component.Exit = new ExitHeard(Ending.Of(exited, component.StopReason ?? (IsLeaving ? EndKind.OnPurpose : null)), now);
                HearDisk(component, guard, now);
                break;
            case GuardEvent.Fenced:
                StopAll(EndKind.Fenced);
                break;
            case GuardEvent.Remark remark:
                GuardRemarked(remark.Text);
                break;
        }
    }

    /// <summary>Passes the answer that a start waits for on to it.</summary>
    public void Hear(ConfigFetched fetched, BootTime now) => Of(fetched.Run)?.Fetch?.Hear(fetched.Outcome, now);

    /// <summary>Reads status files, judges states. After a pause of our own nothing counts as stale.</summary>
    public void Look(BootTime now, TimeSpan interval, bool afterPause)
    {
        foreach (var (component, verdict) in ComponentWatch.Look(_byName.Values, disks.Read, now, interval, afterPause))
        {
            Changed = true;
            if (verdict.State == ComponentState.Abnormal)
            {
                BecameAbnormal(Codes.ComponentAbnormal, component.Name, component.Epoch, verdict.Error, component.Folder.Path);
            }
            else
            {
                Became(component.Name, component.Epoch, verdict.State);
            }
        }
    }

    public IReadOnlyList<ComponentReport> Reports(BootTime now, TimeSpan interval) =>
        ComponentWatch.Reports(_byName.Values, now, interval);

    private void Started(Component component, GuardEvent.Started started, GuardKeeper guard, BootTime now)
    {
        component.Take(started, now);
        LeadersChanged = Changed = true;
        if (component.Phase == Phase.Stopping)
        {
            guard.Say(GuardLine.Stop(component.Run, TimeSpan.Zero)); // told to stop before it was told to have started
        }
        else
        {
            component.Phase = Phase.Alive;
        }
    }

    private void Stop(Component component, EndKind why)
    {
        component.Phase = Phase.Stopping;
        component.StopReason = why;
        Stopping(component.Name, component.Epoch, why);
    }

    private void Ended(Component component, Ending ending)
    {
        Cgroups.Remove(component.Cgroup);
        component.ForgetProcess();
        Endings.Set(component, ending);
        Endings.Set(component, Reconciler.Settle(component.Desired, component.View));
        LeadersChanged = Changed = true;
        ProcessEnded(component.Name, component.Epoch, ending.Kind, ending.Number);
    }

    private Component? Of(long run) => _byName.Values.FirstOrDefault(c => c.Run == run && c.Phase != Phase.Idle);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Component} (epoch {Epoch}) is {State}")]
    private partial void Became(string component, long epoch, ComponentState state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Code} {Component} (epoch {Epoch}) is Abnormal: {Error} Its output is in {Folder}")]
    private partial void BecameAbnormal(string code, string component, long epoch, string? error, string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping {Component} (epoch {Epoch}): {Why}")]
    private partial void Stopping(string component, long epoch, EndKind why);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Component} (epoch {Epoch}) has ended: {How} {Number}")]
    private partial void ProcessEnded(string component, long epoch, EndKind how, int number);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Component} is not wanted here any more")]
    private partial void Forgotten(string component);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The guard says: {Text}")]
    private partial void GuardRemarked(string text);
}
