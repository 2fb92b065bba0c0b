using Holdfast.Alerting;
using Holdfast.Alerting.State;
using Holdfast.Contracts.Views;
using Holdfast.Rules.Alerting;

namespace Holdfast.Simulation.Tests;

/// <summary>Faults of the receivers of alerts, and requests of people and other systems to alerting.</summary>
internal sealed class AlertDesk(World world)
{
    /// <summary>Conditions that other systems raise over HTTP, each about a thing of its own.</summary>
    private const int Conditions = 24;

    internal Action Act(Fault fault)
    {
        var receiver = world.Receivers.Values.ElementAt(fault.Target % world.Receivers.Count);
        switch (fault.Kind)
        {
            case FaultKind.ChannelHangs:
                receiver.Hangs++;
                return () => receiver.Hangs--;
            case FaultKind.ChannelAsksForPatience:
                (receiver.AsksForPatience, receiver.Patience) = (receiver.AsksForPatience + 1, TimeSpan.FromSeconds(fault.Force * 7));
                return () => receiver.AsksForPatience--;
            case FaultKind.ChannelFails:
                receiver.Fails++;
                return () => receiver.Fails--;
            case FaultKind.ChannelRefuses:
                receiver.Refuses++;
                return () => receiver.Refuses--;
            case FaultKind.ChannelBabbles:
                receiver.Babbles++;
                return () => receiver.Babbles--;
            case FaultKind.ChannelBreaks:
                receiver.Breaks++;
                return () => receiver.Breaks--;
            case FaultKind.ChannelSlow:
                receiver.SlowMax = TimeSpan.FromSeconds(fault.Force * 2);
                return () => receiver.SlowMax = TimeSpan.Zero;
            case FaultKind.ChannelSwitchedOff:
                Insist("channel " + receiver.Name, a => a.Switch(receiver.Name, false));
                return () => Insist("channel " + receiver.Name, a => a.Switch(receiver.Name, true));
            default:
                return Ask(fault);
        }
    }

    private Action Ask(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.AlertsRaised:
                Raise(fault, "firing");
                return () => Raise(fault, fault.Target % 3 > 0 ? "resolved" : "firing");
            case FaultKind.AlertsSilenced:
                var reason = string.Create(CultureInfo.InvariantCulture, $"the plan at {fault.AtMs}");
                Insist(reason, a => a.Silence(Matcher(fault), reason));
                return () => Insist(reason, a => End(a, reason));
            case FaultKind.AlertSentAgain:
                var which = fault.Target % Conditions;
                return world.Operator.Requests.Once(world.AnyAlerter, a => world.Alerts!.Latest.ElementAtOrDefault(which) is { } alert
                    ? a.Resend(alert.Id) : Task.CompletedTask);
            case FaultKind.DeadLettersSentAgain:
                return world.Operator.Requests.Once(world.AnyAlerter, a => a.Revive());
            default:
                throw new NotSupportedException(fault.ToString());
        }
    }

    private static SilenceMatcher Matcher(Fault fault) => (fault.Force % 4) switch
    {
        0 => new SilenceMatcher { Events = [AlertEvents.HostDown] },
        1 => new SilenceMatcher { Scopes = ["task"] },
        2 => new SilenceMatcher { Levels = [2] },
        _ => new SilenceMatcher { Targets = ["x*"] },
    };

    /// <summary>Every silence that was made for it: one whose making seemed to fail may be there as well.</summary>
    private async Task<bool> End(AlerterSite alerter, string reason)
    {
        var now = ProcClock.WallClock(world.Time.Now);
        var ended = true;
        foreach (var silence in (world.Store.Find<Silence>(AlertingCollections.Silences.Name)?.All ?? [])
            .Where(s => s.Reason == reason && s.EndsAt > now).ToList())
        {
            ended &= await alerter.EndSilence(silence.Id);
        }

        return ended;
    }

    private void Raise(Fault fault, string condition)
    {
        var given = new JsonArray([.. Enumerable.Range(fault.Target, 2 * fault.Force).Select(n => Condition(n % Conditions, condition))]);
        var body = JsonSerializer.SerializeToElement(given);
        Insist($"alerts {fault.AtMs} {condition}", a => a.Raise(body));
    }

    private static JsonObject Condition(int number, string condition)
    {
        var (kind, group) = (number % 6, number / 6);
        var what = new JsonObject { ["condition"] = condition, ["target"] = $"x{number}", ["region"] = "r0" };
        what["event"] = kind switch
        {
            0 => AlertEvents.HostThreshold,
            1 => AlertEvents.SyncDelay,
            2 => AlertEvents.HostDown,
            3 => AlertEvents.SyncFailed,
            4 => AlertEvents.MigrationDelay,
            _ => AlertEvents.NoCapacity,
        };
        if (kind is 1 or 3 or 4)
        {
            // One on the host that may be Down, one that is never told, one on no host.
            what["task"] = $"x{number}";
            what["protection"] = kind == 1 ? "HIGH" : kind == 3 ? "IGNORE" : "LOW";
            what["host"] = kind == 1 ? $"x{(group * 6) + 2}" : null;
        }

        return what;
    }

    private void Insist(string thing, Func<AlerterSite, Task<bool>> act) =>
        world.Operator.Requests.Insist(thing, () => world.AnyAlerter, s => act((AlerterSite)s), TimeSpan.Zero);
}
