using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.Rules.HaScheduler.Components;

/// <summary>
/// Gives hosts to what wants one: what runs before what does not, and HIGH tasks before LOW. It never gives a host more than the host can
/// carry, and never starts more moves than a second may start. Pure but for the choices that it hands out.
/// </summary>
internal sealed class Placing(Snapshot snapshot, IReadOnlyDictionary<string, Placement> places)
{
    private readonly Dictionary<string, int> _movesLeft = new(snapshot.MovesLeft, StringComparer.Ordinal);

    /// <param name="wanted">The component that wants a host.</param>
    /// <param name="apart">The hosts that it may go to; null: those of its region.</param>
    internal Decision Decide(Wanted wanted, Placement? apart = null)
    {
        var (component, region) = (wanted.Case.Component, wanted.Case.Component.Region);
        var isMove = wanted.For is Want.Failover or Want.Leave;
        var left = isMove ? _movesLeft.GetValueOrDefault(region, int.MaxValue) : int.MaxValue;
        if (left == 0)
        {
            return new Hold(component.Id, Reason.Paced,
                $"region {region} has begun {wanted.Case.Config.MovesPerSecond} moves in this second")
            {
                Inputs = new Figures(("region", region), ("movesPerSecond", $"{wanted.Case.Config.MovesPerSecond}")),
            };
        }

        var choice = Take(wanted, apart);
        if (choice.Host is not { } host)
        {
            return WithoutRoom(wanted, choice.Refusal!);
        }

        if (Graded(wanted, host) is { } held)
        {
            return held;
        }

        if (isMove)
        {
            _movesLeft[region] = left - 1;
        }

        return wanted.For == Want.Leave ? Leave(wanted, host) : Place(wanted, host);
    }

    private HostChoice Take(Wanted wanted, Placement? apart)
    {
        var component = wanted.Case.Component;
        if ((apart ?? places.GetValueOrDefault(component.Region)) is not { } region)
        {
            return HostChoice.None;
        }

        var tags = wanted.Case.Task?.Tags;
        var from = wanted.For == Want.First ? null : component.Host;
        return component.Migration switch
        {
            { Target: { } named, IsNamed: true } => region.TakeOn(named, component.Kind),
            // Kept for it since it began to stop: it counts among the target's own.
            { Target: { } kept, StoppingSince: not null } when region.TakeOn(kept, component.Kind) is { Host: not null } choice => choice,
            _ => region.Take(component.Kind, tags, from),
        };
    }

    private Decision WithoutRoom(Wanted wanted, Refusal refusal)
    {
        var component = wanted.Case.Component;
        if (wanted is { For: Want.Leave, Cause: MoveCause.Failing })
        {
            // Nowhere else to try: better here than not at all.
            return Autonomous.Grade(wanted.Case, snapshot, IncrSyncHealth.TicketOf(component), "restart it where it is")
                ?? (Decision)new Restart(component, component.Restarts + 1);
        }

        var missing = $"region {component.Region}: {refusal}";
        return wanted switch
        {
            // After a start of the scheduler its hosts are heard one by one: what has stopped waits for them a while.
            _ when wanted.Case.FeedFault is { } unheard && !IsLate(wanted) => new Hold(component.Id, Reason.FeedInterrupted, unheard),
            { For: Want.Arrive } => new CancelMove(component, missing),
            _ => new Hold(component.Id, Reason.NoRoom, missing)
            {
                Inputs = new Figures(("region", component.Region), ("from", component.Host ?? "nowhere"),
                    ("tags", string.Join(", ", wanted.Case.Task?.Tags ?? []))),
            },
        };
    }

    private bool IsLate(Wanted wanted) => wanted.For == Want.Arrive
        && wanted.Case.Component.Migration?.StoppingSince is { } since
        && StoredTime.Rest(since, wanted.Case.Config.OperationTimeout, snapshot.Now) is null;

    private Hold? Graded(Wanted wanted, string host)
    {
        if (!wanted.IsHa)
        {
            return null;
        }

        var ticket = wanted.For == Want.Failover ? wanted.Case.Incident! : IncrSyncHealth.TicketOf(wanted.Case.Component);
        return Autonomous.Grade(wanted.Case, snapshot, ticket, $"move it from {wanted.Case.Component.Host} to {host}");
    }

    private BeginMove Leave(Wanted wanted, string host)
    {
        var starts = wanted.Cause == MoveCause.Failing || wanted.Case.WasRunning;
        var asked = wanted.Case.Component.Migration ?? new Migration { Cause = wanted.Cause, At = snapshot.Now };
        return new BeginMove(wanted.Case.Component, asked with
        {
            Target = host,
            StoppingSince = snapshot.Now,
            Starts = starts,
            Carries = starts ? null : Carried(wanted.Case),
        });
    }

    private Place Place(Wanted wanted, string host)
    {
        var component = wanted.Case.Component;
        var carried = component.Migration is { StoppingSince: not null } migration ? migration.Carries : Carried(wanted.Case);
        var place = wanted.Case.WasRunning
            ? new Place(component, host, DesiredState.Running, null, wanted.Case.Incident)
            : new Place(component, host, DesiredState.Stopped, carried, wanted.Case.Incident)
            {
                CarriedCheckpoint = carried is null ? null : wanted.Case.Reported?.Checkpoint ?? component.CarriedCheckpoint,
            };
        var memory = wanted.For == Want.Failover ? wanted.Memory : Evidence.Kept(wanted.Case, snapshot.Now);
        return memory is null ? place : place with { Memory = memory };
    }

    /// <summary>A failure, or an end by itself, is carried along; what was merely stopped is simply Stopped there.</summary>
    private static ComponentState? Carried(Case @case) =>
        @case.LastState is ComponentState.Abnormal or ComponentState.Completed ? @case.LastState
        : @case.EndedWith is not null || @case.Component.CarriedState == ComponentState.Stopped ? ComponentState.Stopped
        : null;
}
