namespace Holdfast.Simulation.Tests;

/// <summary>The true state, whatever anybody believes: who lives and writes, whose reports were accepted.</summary>
internal sealed class Truth(World world)
{
    /// <summary>A guard needs so long to wake after its whole machine was suspended; meanwhile only the sink's check holds.</summary>
    private static readonly TimeSpan WakeMax = TimeSpan.FromMilliseconds(500);

    private const int AcceptedMax = 64;

    private readonly Dictionary<string, Queue<long>> _accepted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<(Site By, int Life, string Name, long Epoch), (ComponentState State, long At)> _states = [];

    /// <summary>I1: whoever else still lives and could write belongs to the past of this task.</summary>
    internal void Check(Sink sink, IncrSyncWorker writer, List<IncrSyncWorker> others)
    {
        if (writer.Epoch < sink.Tried && !IsExcused(world, writer))
        {
            world.Broken("I1", $"{writer.Host.Name} writes {sink.Task} under epoch {writer.Epoch}, "
                + $"{sink.Tried} has written already");
        }

        foreach (var other in others)
        {
            if (!ReferenceEquals(other, writer) && !other.IsDead && other.Epoch <= writer.Epoch && !IsExcused(world, other))
            {
                world.Broken("I1", $"{sink.Task} has two writers: epoch {writer.Epoch} on {writer.Host.Name} "
                    + $"and epoch {other.Epoch} on {other.Host.Name}");
            }
        }
    }

    /// <summary>I1: an accepted write never goes back to an older epoch.</summary>
    internal void Moved(Sink sink, IncrSyncWorker writer)
    {
        world.Count("writes");
        if (writer.Epoch < sink.Epoch)
        {
            world.Broken("I1", $"epoch {writer.Epoch} of {sink.Task} moved the checkpoint after epoch {sink.Epoch}");
        }
    }

    internal static bool IsExcused(World world, Worker worker) => worker.Host.Machine.IsSuspended
        || world.Time.Now - worker.Host.Machine.ResumedAt <= WakeMax.Ticks;

    /// <summary>A collector applied this report and answers it.</summary>
    internal void Accepted(HostReport report)
    {
        world.Count("heartbeats");
        if (!_accepted.TryGetValue(report.Host, out var times))
        {
            _accepted[report.Host] = times = new Queue<long>();
        }

        _named[report.Host] = Math.Max(report.Incarnation, _named.GetValueOrDefault(report.Host));
        times.Enqueue(world.Time.Now);
        if (times.Count > AcceptedMax)
        {
            times.Dequeue();
        }
    }

    /// <summary>An earlier life of the host named itself above this one.</summary>
    internal bool IsNamedBelow(HostReport report) => report.Incarnation < _named.GetValueOrDefault(report.Host);

    /// <summary>The host is no more: it is none of those that are silent.</summary>
    internal void Forget(string host)
    {
        _accepted.Remove(host);
        _named.Remove(host);
    }

    /// <summary>A scheduler took in these reports.</summary>
    internal void Heard(Site by, IEnumerable<HostReport> reports)
    {
        foreach (var component in reports.SelectMany(r => r.Components ?? []))
        {
            _states[(by, by.Lives, component.Name, component.Epoch)] = (component.State, world.Time.Now);
        }
    }

    /// <summary>A report of this host was accepted between so long ago and so long ago.</summary>
    internal bool WasAccepted(string host, TimeSpan from, TimeSpan to)
    {
        var (first, last) = (world.AskedAt - from.Ticks, world.AskedAt - to.Ticks);
        return _accepted.TryGetValue(host, out var times) && times.Any(t => t > first && t < last);
    }

    /// <summary>Hosts of a region that were accepted once, and those of them whose last one is older than this.</summary>
    internal (int Known, List<Host> Silent) Silent(string region, TimeSpan silence)
    {
        var known = world.Hosts
            .Where(h => h.Region == region && _accepted.ContainsKey(h.Name) && !world.Watch.IsMaintained(h.Name)).ToList();
        return (known.Count, known.Where(h => world.AskedAt - _accepted[h.Name].Last() > silence.Ticks).ToList());
    }

    /// <summary>The component's state when this life of a scheduler heard of it last, and how long ago that was.</summary>
    internal (ComponentState State, TimeSpan Ago)? LastState(Site by, string name, long epoch) =>
        _states.TryGetValue((by, by.Lives, name, epoch), out var last) ? (last.State, TimeSpan.FromTicks(world.Time.Now - last.At)) : null;
}
