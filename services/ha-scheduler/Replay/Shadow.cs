using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Pass;

namespace Holdfast.HaScheduler.Replay;

/// <summary>
/// The scheduler as it would have gone on under a configuration, over what hosts really said. Verdicts, brakes, pace and moves off failed
/// hosts are its own. All else (tasks, operators, restarts, first placements) is as it was recorded.
/// </summary>
internal sealed class Shadow
{
    private readonly Dictionary<string, HostVerdict> _verdicts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _downSince = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BrakeState> _brakes = new(StringComparer.Ordinal);
    private readonly MoveRateLimiter _rateLimiter = new();

    /// <summary>Components as they stand here, where that is not as they were recorded.</summary>
    private readonly Dictionary<string, Registration> _apart = new(StringComparer.Ordinal);

    private IReadOnlyList<Registration> _recorded = [];
    private Dictionary<string, Registration> _byId = new(StringComparer.Ordinal);
    private DateTimeOffset? _began;

    /// <summary>Decides this pass, and goes on from there with the next one.</summary>
    internal IReadOnlyList<Decision> Take(Snapshot recorded, HaConfig config, HaConfig recordedConfig)
    {
        FollowBrakes(recorded);
        FollowComponents(recorded.Registrations);
        var own = Own(recorded, config, recordedConfig);
        var decisions = Decider.Decide(own, config);
        _rateLimiter.Spend(decisions);
        foreach (var decision in decisions)
        {
            Apply(decision, own);
        }

        return decisions;
    }

    private Snapshot Own(Snapshot recorded, HaConfig config, HaConfig recordedConfig)
    {
        _began ??= recorded.Now;
        var hidden = _apart.Values.Select(a => _byId[a.Id]).Where(r => r.Host is not null)
            .ToLookup(r => r.Host!, r => (r.Name!, r.Epoch), StringComparer.Ordinal);
        List<HostSnapshot> hosts = [.. recorded.Hosts.Select(h => Own(h, recorded.Now, [.. hidden[h.Verdict.Host]]))];
        return recorded with
        {
            Hosts = hosts,
            Registrations = _apart.Count == 0
                ? recorded.Registrations
                : [.. recorded.Registrations.Select(r => _apart.GetValueOrDefault(r.Id) ?? r)],
            Brakes = new Dictionary<string, BrakeState>(_brakes, StringComparer.Ordinal),
            MovesLeft = _rateLimiter.Left(hosts.Select(h => h.Verdict), config, recorded.Now - _began.Value),
            // Collectors would grant the leases of that configuration.
            Feed = (config.LeaseSec, config.KillGraceSec) == (recordedConfig.LeaseSec, recordedConfig.KillGraceSec)
                ? recorded.Feed
                : recorded.Feed with { Lease = config.Lease, KillGrace = config.KillGrace },
        };
    }

    /// <param name="hidden">Placements there that the recorded run had made, and this one has not.</param>
    private HostSnapshot Own(HostSnapshot recorded, DateTimeOffset now, HashSet<(string, long)> hidden)
    {
        var host = recorded.Verdict.Host;
        if (!_verdicts.TryGetValue(host, out var verdict))
        {
            verdict = _verdicts[host] = recorded.Verdict;
            _downSince[host] = verdict.State == HostState.Online ? DateTimeOffset.MinValue : verdict.Since;
        }

        return recorded with
        {
            Verdict = recorded.Verdict with
            {
                State = verdict.State,
                Since = verdict.Since,
                Incident = verdict.Incident,
                Incarnation = verdict.Incarnation,
                Returns = verdict.Returns,
                SilenceSeconds = verdict.SilenceSeconds,
            },
            // Nothing is reported of a host that has not been heard since the scheduler started.
            HeardSinceVerdict = recorded.Reported is not null && now - recorded.Unheard > _downSince[host],
            Reported = hidden.Count == 0 || recorded.Reported is null ? recorded.Reported : recorded.Reported with
            {
                Components = [.. recorded.Reported.Components.Where(c => !hidden.Contains((c.Name, c.Epoch)))],
            },
        };
    }

    /// <summary>A person who confirmed the recorded brake would have confirmed this one.</summary>
    private void FollowBrakes(Snapshot recorded)
    {
        foreach (var (region, _) in recorded.Brakes.Where(b => b.Value.Confirmed))
        {
            if (_brakes.TryGetValue(region, out var own))
            {
                _brakes[region] = own with { Confirmed = true };
            }
        }
    }

    private void FollowComponents(IReadOnlyList<Registration> recorded)
    {
        if (ReferenceEquals(recorded, _recorded))
        {
            return;
        }

        var byId = recorded.ToDictionary(r => r.Id, StringComparer.Ordinal);
        foreach (var gone in _apart.Keys.Where(id => !byId.ContainsKey(id)).ToList())
        {
            _apart.Remove(gone);
        }

        foreach (var now in recorded)
        {
            if (_byId.TryGetValue(now.Id, out var before) && !ReferenceEquals(before, now))
            {
                Follow(before, now);
            }
        }

        (_recorded, _byId) = (recorded, byId);
    }

    private void Follow(Registration before, Registration now)
    {
        var isFailover = now.Host != before.Host && before.Host is not null && now.Incident is not null && now.Incident != before.Incident;
        if (_apart.TryGetValue(now.Id, out var own))
        {
            if (now.Host == own.Host || now.Host != before.Host && !isFailover)
            {
                // Both have come to the same place, or an operator has moved it.
                _apart.Remove(now.Id);
            }
            else
            {
                _apart[now.Id] = own with { Desired = now.Desired != before.Desired ? now.Desired : own.Desired, ByHand = now.ByHand };
            }
        }
        else if (isFailover)
        {
            // Moved off a host that has not failed here.
            _apart[now.Id] = before;
        }
    }

    private void Apply(Decision decision, Snapshot own)
    {
        switch (decision)
        {
            case DeclareDown down:
                _verdicts[down.Object] = down.Host.Verdict with
                {
                    State = HostState.Down,
                    Since = own.Now,
                    Incident = down.Incident,
                    Returns = down.Returns,
                    Incarnation = down.Host.Reported?.Report.Incarnation ?? down.Host.Verdict.Incarnation,
                    SilenceSeconds = down.Host.Silence.TotalSeconds,
                };
                _downSince[down.Object] = own.Now;
                break;
            case Quarantine heard:
                _verdicts[heard.Object] = heard.Host.Verdict with
                {
                    State = HostState.Quarantined, Since = own.Now, Returns = heard.Host.Verdict.Returns + 1,
                };
                break;
            case BringOnline online:
                _verdicts[online.Object] = online.Host.Verdict with
                {
                    State = HostState.Online, Since = own.Now, Incident = null, SilenceSeconds = 0,
                };
                break;
            case SetBrake { After.Engaged: true } brake:
                _brakes[brake.Region] = brake.After;
                break;
            case SetBrake brake:
                _brakes.Remove(brake.Region);
                break;
            case Place { From: { Host: not null, Migration: null }, Incident: not null } place:
                var ip = own.Hosts.FirstOrDefault(h => h.Verdict.Host == place.Host)?.Reported?.Ip ?? place.Host;
                _apart[place.Object] = ComponentChange.Moved(place.From, place, ip, own.Now);
                break;
            default:
                break;
        }
    }
}
