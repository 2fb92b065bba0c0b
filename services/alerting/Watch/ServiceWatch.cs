using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.Ingest;
using Holdfast.Alerting.State;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Watch;

/// <summary>
/// Misses replicas of services that fall silent without a word, and the bus itself. What was heard before a restart gets
/// a fresh interval, and so does everybody after the bus was away.
/// </summary>
internal sealed class ServiceWatch(
    IDocuments<ServiceSeen> seen, AlertIntake intake, DeliveryLoop loop, Settings settings, TimeProvider time, ILogger<ServiceWatch> logger)
    : TickLoop(time, logger)
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ServiceSeen Seen, long At)> _heard = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AlertRaised> _missed = new(StringComparer.Ordinal);
    private readonly List<string> _stopped = [];
    private long? _own;
    private long? _lookedAt;

    protected override TimeSpan Interval => settings.Profile.ServiceBeat / 2;

    /// <summary>Number of those that are missed at present.</summary>
    internal int Silent => _missed.Count;

    internal void Hear(ServiceBeat beat)
    {
        var id = ServiceSeen.IdOf(beat.Service, beat.Instance);
        lock (_gate)
        {
            if (beat.Service == "alerting" && beat.Instance == settings.Instance)
            {
                _own = Time.GetTimestamp();
            }
            else if (beat.Stopping)
            {
                _heard.Remove(id);
                _stopped.Add(id);
            }
            else
            {
                var known = _heard.GetValueOrDefault(id).Seen
                    ?? new ServiceSeen { Service = beat.Service, Instance = beat.Instance, HeardAt = DateTimeOffset.UnixEpoch };
                _heard[id] = (known, Time.GetTimestamp());
            }
        }
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        if (_own is null)
        {
            await Remember(cancel);
        }
        else if (MissedServices.WasStopped(Time.GetElapsedTime(_lookedAt ?? Time.GetTimestamp()), settings.Profile.ServiceBeat))
        {
            HearAnew();
        }

        _lookedAt = Time.GetTimestamp();

        var now = AlertNormalizer.Micros(Time.GetUtcNow());
        var ownSilence = Time.GetElapsedTime(_own ?? Time.GetTimestamp());
        var isBusSilent = MissedServices.IsBusSilent(ownSilence, settings.Profile.ServiceBeat);
        await Say(MissedServices.BusTarget, isBusSilent ? MissedServices.Bus(ownSilence, now) : null, MissedServices.Heard, now, cancel);
        foreach (var (known, silence) in Heard(isBusSilent))
        {
            var hearing = MissedServices.Decide(silence, settings.Profile.ServiceBeat);
            var missed = hearing == Hearing.Silent ? MissedServices.Silent(known.Service, known.Instance, silence, now) : null;
            await Say(known.Id, missed, hearing == Hearing.Forgotten ? MissedServices.IsForgotten : MissedServices.Heard, now, cancel);
            await Keep(known, hearing, now, cancel);
        }

        foreach (var id in Stopped())
        {
            await Say(id, null, MissedServices.Stops, now, cancel);
            await Forget(id, cancel);
        }
    }

    /// <summary>Everybody gets a fresh interval while nobody can be heard.</summary>
    private List<(ServiceSeen Seen, TimeSpan Silence)> Heard(bool isBusSilent)
    {
        lock (_gate)
        {
            if (isBusSilent)
            {
                FreshIntervalsNeedsLock();
            }

            return [.. _heard.Values.Select(h => (h.Seen, Time.GetElapsedTime(h.At)))];
        }
    }

    /// <summary>Gives everybody a fresh interval, the bus too: beats that were sent meanwhile may still be on their way.</summary>
    private void HearAnew()
    {
        lock (_gate)
        {
            _own = _missed.ContainsKey("message-bus") ? _own : Time.GetTimestamp();
            FreshIntervalsNeedsLock();
        }
    }

    /// <summary>But not who is missed already: that he is heard again is for him to say.</summary>
    private void FreshIntervalsNeedsLock()
    {
        foreach (var id in _heard.Keys.Where(id => !_missed.ContainsKey(id)).ToList())
        {
            _heard[id] = _heard[id] with { At = Time.GetTimestamp() };
        }
    }

    private List<string> Stopped()
    {
        lock (_gate)
        {
            List<string> stopped = [.. _stopped];
            _stopped.Clear();
            return stopped;
        }
    }

    private async Task Remember(CancellationToken cancel)
    {
        var before = await seen.Query(DocumentQuery<ServiceSeen>.All.Take(1000), cancel);
        lock (_gate)
        {
            _own = Time.GetTimestamp();
            foreach (var known in before.Items.Select(s => s.Document))
            {
                _heard.TryAdd(known.Id, (known, Time.GetTimestamp()));
            }
        }
    }

    /// <param name="missed">Null: nothing is missed (any more).</param>
    /// <param name="how">End of its silence.</param>
    private async Task Say(string id, AlertRaised? missed, string how, DateTimeOffset now, CancellationToken cancel)
    {
        if (missed is not null)
        {
            await intake.Accept(missed, null, cancel);
            _missed[id] = missed;
            loop.Hurry();
        }
        else if (_missed.TryGetValue(id, out var before))
        {
            await intake.Accept(MissedServices.Over(before, how) with { At = now }, null, cancel);
            _missed.Remove(id);
            loop.Hurry();
        }
    }

    private async Task Keep(ServiceSeen known, Hearing hearing, DateTimeOffset now, CancellationToken cancel)
    {
        if (hearing == Hearing.Forgotten)
        {
            lock (_gate)
            {
                _heard.Remove(known.Id);
            }

            await Forget(known.Id, cancel);
        }
        else if (hearing == Hearing.Well && (now - known.HeardAt).Duration() >= WriteEvery)
        {
            var heard = known with { HeardAt = now };
            await seen.UpsertMany([heard], cancel);
            lock (_gate)
            {
                if (_heard.TryGetValue(known.Id, out var current))
                {
                    _heard[known.Id] = current with { Seen = heard };
                }
            }
        }
    }

    private async Task Forget(string id, CancellationToken cancel)
    {
        if (await seen.Find(id, cancel) is { } found)
        {
            await seen.Delete(id, found.Version, cancel);
        }
    }
}

/// <summary>Each replica of alerting hears all services.</summary>
internal sealed class ServiceBeatConsumer(ServiceWatch watch) : IConsumer<ServiceBeat>
{
    public Task Consume(ConsumeContext<ServiceBeat> context)
    {
        watch.Hear(context.Message);
        return Task.CompletedTask;
    }
}

internal sealed class ServiceBeatDefinition(Settings settings) : LiveEndpoint<ServiceBeatConsumer>("alerting.service-beat", settings);
