namespace Holdfast.Simulation.Tests;

/// <summary>Invariants of components that are placed, moved and restarted: who may do it, when, and that never two run.</summary>
internal sealed class MovesWatch(World world)
{
    /// <summary>A report that was accepted this long ago has reached the scheduler, or was lost on its way.</summary>
    private static readonly TimeSpan FeedMax = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, long> _operated = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _epochs = new(StringComparer.Ordinal);

    internal long EpochOf(string component) => _epochs.GetValueOrDefault(component);

    private HaConfig Config => world.Operator.Config;

    private TimeSpan DownAfter => world.Operator.Believed.Min(c => c.CheckHostDownInterval) * (1 - world.Shape.DriftShare);

    /// <summary>I6: nobody is condemned whose reports were accepted and did not arrive.</summary>
    internal void HeardAll(string host, string what)
    {
        if (world.Truth.WasAccepted(host, DownAfter, FeedMax))
        {
            world.Broken("I6", $"{host} was {what} though a collector accepted its reports; the feed lost them");
        }
    }

    internal void Registered(Registration? before, Registration after)
    {
        if (after.Epoch < _epochs.GetValueOrDefault(after.Id))
        {
            world.Broken("epochs", $"{after.Id} went from epoch {_epochs[after.Id]} to {after.Epoch}");
        }

        _epochs[after.Id] = after.Epoch;
        world.Poisons.Registered(before, after);
        // One that is made anew has the operation of the one before it; to be registered is none.
        if (before is not null && after.OperatedAt != before.OperatedAt)
        {
            Operated(before, after);
        }

        if (after.Migration is { StoppingSince: not null } && before?.Migration?.StoppingSince is null)
        {
            world.Steady.Chosen(after, after.Migration);
            world.Tell($"{after.Id} stops on {after.Host} for {after.Migration.Target} ({after.Migration.Cause}), epoch {after.Epoch}");
            world.Count("moves begun: " + after.Migration.Cause);
            world.Leaders.Acted<Registration>(after.Region, $"{after.Id} was told to leave {after.Host}");
        }

        if (after.Host is not null && after.Host != before?.Host)
        {
            Placed(before, after);
        }
    }

    private void Placed(Registration? before, Registration after)
    {
        world.Tell($"{after.Id} goes from {before?.Host ?? "nowhere"} to {after.Host}, epoch {after.Epoch}, {after.Desired} "
            + $"by {world.Asker?.Site.Name}");
        world.Time.Note(after.Epoch + after.Id.Length);
        world.Leaders.Acted<Registration>(after.Region, $"{after.Id} was placed on {after.Host}");
        if (after.Epoch <= (before?.Epoch ?? 0))
        {
            world.Broken("epochs", $"{after.Id} moved without a higher epoch than {before?.Epoch}");
        }

        world.Steady.Placed(before, after);
        if (world.Hosts.First(h => h.Name == after.Host).Region != after.Region)
        {
            world.Broken("I2", $"{after.Id} of region {after.Region} went to {after.Host}");
        }

        if (before?.Host is { } from)
        {
            if (after.Incident is null)
            {
                Handed(before, after, from);
            }
            else
            {
                FailedOver(before, after, from);
            }
        }
    }

    /// <summary>A planned move: what it leaves has stopped, whatever anybody reported.</summary>
    private void Handed(Registration before, Registration after, string from)
    {
        world.Count("moves: " + (before.Migration?.Cause.ToString() ?? "none asked"));
        if (before.Migration is not { StoppingSince: not null })
        {
            world.Broken("moves", $"{after.Id} left living host {from} without having been stopped there");
        }

        if (world.Hosts.SelectMany(h => h.Workers).OfType<IncrSyncWorker>()
            .FirstOrDefault(w => !w.IsDead && w.What.Task == before.Task && !Truth.IsExcused(world, w)) is { } running)
        {
            world.Broken("I1", $"{after.Id} was placed on {after.Host} while epoch {running.Epoch} lived on {running.Host.Name}");
        }
    }

    private void FailedOver(Registration before, Registration after, string from)
    {
        world.Count("moves: Failover");
        HeardAll(from, $"robbed of {after.Id}");
        CheckBrake(after);
        if (!world.Operator.MayFailOver && before.Migration is not { Cause: MoveCause.Operator })
        {
            world.Broken("I5", $"{after.Id} was moved off a failed host while enableHost was off");
        }

        if (after.OperatedAt == before.OperatedAt && before.Migration is not { Cause: MoveCause.Operator })
        {
            world.Broken("I3", $"{after.Id} was moved for a failure, and that does not count for its cooldown");
        }

        if (before.Migration is null && after.Desired == DesiredState.Running
            && world.Truth.LastState(world.Asker!.Value.Site, before.Name!, before.Epoch) is
                { State: ComponentState.Abnormal or ComponentState.Completed } last && last.Ago > FeedMax)
        {
            world.Broken("I9", $"{after.Id} was {last.State} on {from} and is started on {after.Host}");
        }
    }

    /// <summary>I3 and I5: HA did something for a failure. Who set a wall clock meanwhile has changed the cooldown himself.</summary>
    private void Operated(Registration? before, Registration after)
    {
        var isRestart = after.Host == before?.Host;
        if (isRestart)
        {
            world.Tell($"{after.Id} is restarted on {after.Host}, epoch {after.Epoch}");
            world.Count("restarts in place");
        }

        world.Leaders.Acted<Registration>(after.Region, $"{after.Id} was operated");
        if (!world.Operator.MayAct(isRestart))
        {
            world.Broken("I5", $"{after.Id} was {(isRestart ? "restarted" : "moved")} while HA was switched off");
        }

        var now = world.AskedAt; // decided then; a store may have kept the write waiting
        var least = Config.CheckRequestInterval * (1 - world.Shape.DriftShare);
        if (_operated.TryGetValue(after.Id, out var last) && now - last < least.Ticks
            && world.Schedulers.All(s => s.Machine.WallSetAt < last && s.Machine.WallOffset == world.Schedulers[0].Machine.WallOffset))
        {
            world.Broken("I3", $"{after.Id} was operated twice within {TimeSpan.FromTicks(now - last).TotalSeconds:0.0} s");
        }

        _operated[after.Id] = now;
    }

    /// <summary>I7, on the truth: so many hosts are silent, and it is not one whole IDC, and nobody has confirmed it.</summary>
    private void CheckBrake(Registration after)
    {
        var interval = world.Operator.Believed.Max(c => c.CheckHostDownInterval);
        var (known, silent) = world.Truth.Silent(after.Region, interval + TimeSpan.FromSeconds(1));
        if (silent.Count >= Config.BrakeHostsMin && silent.Count > Config.BrakeShare * known
            && silent.DistinctBy(h => h.Idc).Count() > 1 && !world.Operator.HasConfirmed(after.Region))
        {
            world.Broken("I7", $"{after.Id} moved while {silent.Count} of {known} hosts of {after.Region} were silent");
        }
    }
}
