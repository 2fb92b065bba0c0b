using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>Sums what is wrong with components into findings of their tasks, in one round over them. No I/O, no clock.</summary>
internal sealed class TaskFindings(
    Snapshot snapshot, HaConfig config, AlertThresholds thresholds, HealthBefore before, List<Finding> findings)
{
    /// <summary>A process has this long, besides its kill grace, to end after its task was stopped.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    private readonly EffectiveConfig _config = new(config);
    private readonly Dictionary<string, DateTimeOffset> _failingSince = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TaskDocument Task, Observed Of, DateTimeOffset Since)> _failing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Key, Maintenance Work, List<Finding> Would)> _heldBack = new(StringComparer.Ordinal);

    internal void Examine(Observed of)
    {
        if (snapshot.Tasks.GetValueOrDefault(of.Component.Task) is not { Protection: not ProtectionLevel.Ignore } task)
        {
            return;
        }

        if (task.Status != TaskIntent.Running)
        {
            Inconsistent(task, of);
            return;
        }

        if (FailingSince(task, of) is { } since)
        {
            _failingSince[of.Component.Id] = since;
            if (!_failing.TryGetValue(task.Id, out var other) || since < other.Since)
            {
                _failing[task.Id] = (task, of, since);
            }
        }

        Late(task, of);
    }

    internal Health Done()
    {
        foreach (var (task, of, since) in _failing.Values)
        {
            if (snapshot.Now - since > thresholds.Failure(task.Protection))
            {
                Find(task, TaskWords.Failed(task, of, since, snapshot.Now));
            }
        }

        return new Health(findings, [.. _heldBack.Select(Held)], _failingSince);
    }

    /// <summary>
    /// Time since which it has failed: Abnormal, left on a Down host, or its host is gone, and not seen to run since, through restarts
    /// and moves. One that never had a host has not failed.
    /// </summary>
    private DateTimeOffset? FailingSince(TaskDocument task, Observed of)
    {
        var component = of.Component;
        if (!of.IsWanted || component.Name is null || of.IsWell)
        {
            return null;
        }

        DateTimeOffset? known =
            before.FailingSince.TryGetValue(component.Id, out var since) ? since : ToldSince(task, component);
        var hasFailed = of.IsDown || component.Host is null || component.FailedAt is not null
            || component.CarriedState == ComponentState.Abnormal || of.Reported?.State == ComponentState.Abnormal;
        if (!hasFailed)
        {
            return known;
        }

        var began = component.FailedAt ?? (of.IsDown ? of.Host!.Verdict.Since : snapshot.Now);
        return known < began ? known : began;
    }

    /// <summary>This process may be a new one: what has been told had begun then.</summary>
    private DateTimeOffset? ToldSince(TaskDocument task, Registration component) =>
        Told(TaskWords.FailedEvent(task), task) is { } told && told.Parts.Contains(component.Id, StringComparer.Ordinal)
            ? told.Since
            : null;

    private void Late(TaskDocument task, Observed of)
    {
        if (!of.IsWanted || of.Component is not { Kind: ComponentKind.IncrSync, Name: not null }
            || of.Reported?.State == ComponentState.Completed)
        {
            return;
        }

        var told = Told(TaskWords.DelayEvent(task), task);
        var limit = thresholds.Delay(task.Protection)!.Value;
        var hasFailed = of.Reported?.State == ComponentState.Abnormal || of.Component.CarriedState == ComponentState.Abnormal;
        if (Delay(of) is { } behind)
        {
            // One that has failed says so already; what it lags was told before, or will be once it runs.
            if (behind.Seconds > limit.TotalSeconds && (told is not null || !hasFailed))
            {
                Find(task, TaskWords.Late(task, of, behind, limit, told?.Since ?? snapshot.Now));
            }
        }
        else if (told is not null)
        {
            Find(task, told);
        }
    }

    /// <summary>Lag that it says; while nobody hears from it, what is counted since. Null: not known.</summary>
    private Behind? Delay(Observed of)
    {
        // Silence counts while the feed is complete: an interruption of it makes nobody lag.
        var isHeard = of.Host is { } host && !of.IsDown && (host.Silence <= TaskHealth.UnheardAfter || !snapshot.Feed.IsComplete);
        if (isHeard && of.Reported is { State: ComponentState.Running } running)
        {
            return new Behind(running.DelaySeconds ?? 0, LagBasis.Report);
        }

        if (!snapshot.Feed.IsComplete)
        {
            return null;
        }

        var last = LastOf(of);
        return Lag.FromCheckpoint(last, of.Component, snapshot.Now) is { } counted ? new Behind(counted, LagBasis.Checkpoint)
            : of.Host is { } silent && last is { State: ComponentState.Running }
                ? new Behind((last.DelaySeconds ?? 0) + silent.Unheard.TotalSeconds, LagBasis.Silence)
            : null;
    }

    /// <summary>Last report about the component, under whatever epoch, or on its former host.</summary>
    private static ComponentReport? LastOf(Observed of) => TaskHealth.Named(of.Host, of.Component.Name)
        ?? (of.Component.Former is [.., var former] ? TaskHealth.Named(of.Hosts.Find(former.Host), former.Name) : null);

    private void Inconsistent(TaskDocument task, Observed of)
    {
        var since = task.StatusAt ?? task.CreatedAt;
        var limits = _config.For(of.Component);
        if (of.Component.Kind != ComponentKind.IncrSync || snapshot.Now - since <= StopGrace + limits.KillGrace)
        {
            return;
        }

        var told = Told(AlertEvents.SyncStatusInconsistent, task);
        foreach (var (name, host) in Places(of))
        {
            if (host is null or { Verdict.State: HostState.Down } || TaskHealth.Named(host, name) is not { Pid: { } pid })
            {
                continue;
            }

            if (host.Unheard <= TaskHealth.UnheardAfter)
            {
                Find(task, TaskWords.Inconsistent(task, name, host.Verdict, pid, told?.Since ?? snapshot.Now));
                return;
            }
        }

        if (told is not null && Places(of).Any(p => IsSilent(p.Host)))
        {
            Find(task, told);
        }
    }

    /// <summary>It may still run there for all that is known; by its lease not on a host that is Down.</summary>
    internal static bool IsSilent(HostSnapshot? host) =>
        host is { Verdict.State: not HostState.Down } && (host.Reported is null || host.Unheard > TaskHealth.UnheardAfter);

    private static IEnumerable<(string Name, HostSnapshot? Host)> Places(Observed of)
    {
        if (of.Component.Name is { } name)
        {
            yield return (name, of.Host);
        }

        foreach (var former in of.Component.Former)
        {
            yield return (former.Name, of.Hosts.Find(former.Host));
        }
    }

    private Finding? Told(string @event, TaskDocument task) =>
        before.Firing.Count == 0 ? null : before.Firing.GetValueOrDefault((@event, task.Id));

    private void Find(TaskDocument task, Finding finding)
    {
        if (snapshot.Maintenances.TryGetValue(MaintenanceScope.TaskKey(task.Id), out var work))
        {
            if (!_heldBack.TryGetValue(task.Id, out var held))
            {
                _heldBack[task.Id] = held = (MaintenanceScope.TaskKey(task.Id), work, []);
            }

            held.Would.Add(finding);
        }
        else
        {
            findings.Add(finding);
        }
    }

    private static Hold Held(KeyValuePair<string, (string Key, Maintenance Work, List<Finding> Would)> task) =>
        MaintenanceScope.Held(MaintenanceScope.TaskKey(task.Key), (task.Value.Key, task.Value.Work),
            string.Join("; ", task.Value.Would.Select(f => $"raise {f.Event}: {f.Summary}")));
}
