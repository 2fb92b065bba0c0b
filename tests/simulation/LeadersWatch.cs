using Holdfast.HaScheduler.State;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// One leader per region: once a successor has judged or moved there, nothing that its predecessor decided takes effect.
/// Held against every write, whenever it was asked for.
/// </summary>
internal sealed class LeadersWatch(World world)
{
    /// <summary>Another replica leads at the latest so long after its leader was killed.</summary>
    private static readonly TimeSpan SuccessionMax = TimeSpan.FromSeconds(5);

    private readonly Dictionary<(string Region, Site Site, int Life), long> _epochs = [];
    private readonly Dictionary<string, long> _acted = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Region, Type Document), long> _fenced = [];

    /// <summary>The region was taken, renewed or given back.</summary>
    internal void Took(LeaderDocument? before, LeaderDocument after)
    {
        if (after.Epoch < (before?.Epoch ?? 0))
        {
            world.Broken("leaders", $"the lease of {after.Region} went back from epoch {before!.Epoch} to {after.Epoch}");
        }

        if (after.Holder != before?.Holder && world.Asker is { } asker)
        {
            world.Tell($"{asker.Site.Name} leads {after.Region}, epoch {after.Epoch}");
            world.Count("leases taken");
            _epochs[(after.Region, asker.Site, asker.Life)] = after.Epoch;
        }
    }

    /// <summary>A successor has outdated what its predecessor may have on its way to these documents, and reads them next.</summary>
    internal void Fenced<T>()
    {
        foreach (var ((region, _, _), epoch) in _epochs.Where(e => world.Asker is { } asker && (e.Key.Site, e.Key.Life) == asker))
        {
            _fenced[(region, typeof(T))] = Math.Max(epoch, _fenced.GetValueOrDefault((region, typeof(T))));
        }
    }

    /// <summary>A write that only the leader of the region may make.</summary>
    internal void Acted<T>(string region, string what)
    {
        if (world.Asker is not { } asker || !_epochs.TryGetValue((region, asker.Site, asker.Life), out var epoch))
        {
            world.Broken("leaders", $"{what}, by {world.Asker?.Site.Name}, which has never led {region}");
            return;
        }

        var newest = Math.Max(_acted.GetValueOrDefault(region), _fenced.GetValueOrDefault((region, typeof(T))));
        if (epoch < newest)
        {
            world.Broken("leaders", $"{what}, by {asker.Site.Name}, which led {region} under epoch {epoch}: "
                + $"epoch {newest} has begun since");
        }

        _acted[region] = Math.Max(epoch, newest);
    }

    /// <summary>Kills a leader in a calm, where nothing else is wrong: another one follows in time.</summary>
    internal void Succeed(int round)
    {
        var region = $"r{round % world.Shape.Regions}";
        if (world.Schedulers.Count < 2 || world.LeaderOf(region) is not { } leader)
        {
            return;
        }

        world.Tell($"{leader.Name} is killed in the calm");
        world.Count("successions");
        leader.Kill();
        world.Time.After(SuccessionMax, null, () =>
        {
            if (world.LeaderOf(region) is null)
            {
                world.Broken("leaders", $"nobody leads {region} {SuccessionMax.TotalSeconds} s after its leader was killed");
            }
        });
        world.Time.After(SuccessionMax * 2, null, leader.Start);
    }
}
