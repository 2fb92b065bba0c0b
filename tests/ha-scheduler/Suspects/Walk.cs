using Holdfast.Rules.HaScheduler.Components;

namespace Holdfast.HaScheduler.Tests.Suspects;

/// <summary>
/// A fleet in memory that the real decisions run, a second a pass. It has hosts, what runs on them, and components that fell their host
/// some seconds after they have begun to run. Profile fast: Down after 8 s, suspectWindow 24 s, cooldown 20 s.
/// </summary>
internal sealed class Walk
{
    private readonly Dictionary<string, WalkMachine> _machines = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Registration> _components = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _fells = new(StringComparer.Ordinal);

    internal HaConfig Config { get; set; } = Profile.Fast.Ha;

    internal DateTimeOffset Now { get; private set; } = Scene.Now;

    /// <summary>Time for which a felled host stays away; null: for good.</summary>
    internal int? AwayFor { get; set; }

    /// <summary>Hosts that each poisoned component has felled, in the order of time.</summary>
    internal Dictionary<string, List<string>> Felled { get; } = new(StringComparer.Ordinal);

    internal List<Decision> Last { get; private set; } = [];

    internal IEnumerable<Registration> Components => _components.Values;

    internal Registration this[string task] => _components[Registration.IncrSyncId(task)];

    internal Walk Hosts(string idc, params IReadOnlyList<string> hosts)
    {
        foreach (var host in hosts)
        {
            _machines[host] = new WalkMachine { Verdict = Scene.Verdict(host, HostState.Online, idc: idc), Heard = Now };
        }

        return this;
    }

    /// <param name="fellsAfter">Seconds that it runs before it fells its host; null: it is innocent.</param>
    /// <param name="sinceSeconds">Time for which it has run there already; 0: it comes now.</param>
    internal Walk Task(string task, string host, int? fellsAfter = null, int sinceSeconds = 0)
    {
        var component = Scene.Component(task, host) with { CameAt = Now.AddSeconds(-sinceSeconds) };
        _components[component.Id] = component;
        if (fellsAfter is { } seconds)
        {
            _fells[component.Id] = seconds;
        }

        return this;
    }

    internal void Change(string task, Func<Registration, Registration> change) =>
        _components[Registration.IncrSyncId(task)] = change(this[task]);

    internal bool IsUp(string host) => _machines[host].IsAlive;

    internal bool Runs(string task) =>
        this[task] is { Host: { } host } component && _machines[host].Running.TryGetValue(component.Id, out var of)
        && of.Epoch == component.Epoch;

    /// <summary>It falls by itself.</summary>
    internal void Kill(params IReadOnlyList<string> hosts)
    {
        foreach (var host in hosts)
        {
            _machines[host].Fall(Now);
        }
    }

    internal void Raise(string host) => _machines[host].Rise(Now);

    /// <summary>Its supervisor is started anew within a heartbeat, as in an upgrade.</summary>
    internal void StartAnew(string host)
    {
        _machines[host].Fall(Now);
        _machines[host].Rise(Now);
    }

    /// <summary>Until it holds, at most so many seconds; the seconds that it took.</summary>
    internal int Until(Func<bool> holds, int most)
    {
        for (var seconds = 0; seconds <= most; seconds++)
        {
            if (holds())
            {
                return seconds;
            }

            Pass();
        }

        var held = Last.OfType<Hold>().Select(h => $"{h.Object} {h.Reason.Code} {h.Because}");
        Assert.Fail($"not within {most} s: {string.Join("; ", held)}");
        return most;
    }

    internal void Pass(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            Pass();
        }
    }

    internal void Pass()
    {
        Now = Now.AddSeconds(1);
        foreach (var (host, machine) in _machines)
        {
            Live(host, machine);
        }

        var snapshot = Look();
        Last = [.. Decider.Decide(snapshot, Config)];
        foreach (var decision in Last)
        {
            Apply(decision);
        }
    }

    internal Snapshot Look() => Scene.Of(
        [.. _machines.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => Seen(m.Key, m.Value))], [.. _components.Values]) with
        {
            Now = Now,
            Feed = new FeedSnapshot(true, null, Config.Lease, Config.KillGrace),
        };

    private void Live(string host, WalkMachine machine)
    {
        if (!machine.IsAlive)
        {
            if (AwayFor is { } away && machine.FellAt.AddSeconds(away) <= Now)
            {
                machine.Rise(Now);
            }

            return;
        }

        machine.Heard = Now;
        machine.HeardSince = true;
        if (machine.Verdict.State != HostState.Online)
        {
            return;
        }

        foreach (var component in _components.Values.Where(c => c.Host == host))
        {
            if (component.Told != DesiredState.Running)
            {
                machine.Running.Remove(component.Id);
            }
            else if (!machine.Running.TryGetValue(component.Id, out var of) || of.Epoch != component.Epoch)
            {
                machine.Running[component.Id] = (component.Epoch, Now);
            }
        }

        foreach (var id in machine.Running.Keys.Where(id => _components[id].Host != host).ToList())
        {
            machine.Running.Remove(id);
        }

        foreach (var (id, of) in machine.Running.ToList())
        {
            if (machine.IsAlive && _fells.TryGetValue(id, out var seconds) && of.Since.AddSeconds(seconds) <= Now)
            {
                if (!Felled.TryGetValue(id, out var felled))
                {
                    Felled[id] = felled = [];
                }

                felled.Add(host);
                machine.Fall(Now);
            }
        }
    }

    private HostSnapshot Seen(string host, WalkMachine machine)
    {
        var silence = Now - machine.Heard;
        var seen = Scene.Host(host, runs: [.. _components.Values.Where(c => c.Host == host).Select(c => Scene.Runs(c,
            machine.Running.TryGetValue(c.Id, out var of) && of.Epoch == c.Epoch ? ComponentState.Running : ComponentState.Stopped,
            machine.Running.ContainsKey(c.Id) ? 1 : null))]);
        machine.Verdict = HostStart.Noted(machine.Verdict, seen.Reported!.Report with { Incarnation = machine.Incarnation }, Now)
            ?? machine.Verdict;
        return seen with
        {
            Reported = seen.Reported! with
            {
                Report = seen.Reported.Report with { Incarnation = machine.Incarnation },
                ComponentsIncarnation = machine.Incarnation,
            },
            Verdict = machine.Verdict,
            Silence = silence,
            Unheard = silence,
            HeardSinceVerdict = machine.HeardSince,
        };
    }

    private void Apply(Decision decision)
    {
        switch (decision)
        {
            case DeclareDown down:
                _machines[down.Object].Verdict = down.Host.Verdict with
                {
                    State = HostState.Down, Since = Now, Incident = down.Incident, SilenceSeconds = down.Host.Silence.TotalSeconds,
                };
                _machines[down.Object].HeardSince = false;
                break;
            case Quarantine back:
                _machines[back.Object].Verdict = back.Host.Verdict with { State = HostState.Quarantined, Since = Now };
                break;
            case BringOnline online:
                _machines[online.Object].Verdict = online.Host.Verdict with
                {
                    State = HostState.Online, Since = Now, Incident = null, SilenceSeconds = 0,
                };
                break;
            case Place place:
                _components[place.Object] = ComponentChange.Moved(
                    _components[place.Object], place, "10.0.0.1", Now, _machines[place.Host].Incarnation);
                break;
            case Suspect suspect:
                _components[suspect.Object] =
                    ComponentChange.Suspected(_components[suspect.Object], suspect.After, Now);
                break;
            case Hold { Notes: { } notes }:
                _components[notes.Object] = _components[notes.Object] with { Suspicion = notes.After };
                break;
            case BeginMove begin:
                _components[begin.Object] = ComponentChange.Begin(_components[begin.Object], begin.To);
                break;
            case Restart restart:
                _components[restart.Object] = ComponentChange.Restarted(_components[restart.Object], restart.Restarts, Now);
                break;
            default:
                break;
        }
    }
}
