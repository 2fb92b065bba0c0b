using Holdfast.Contracts;

namespace Holdfast.Fleet;

/// <summary>A host that may take work, with what already stands on it.</summary>
public sealed record Candidate(string Host, string Region, string Idc, Usage Usage, Quotas Quotas, int Stores, int Others);

/// <summary>The reference's bottlenecks: a host takes work only below all three.</summary>
public static class Headroom
{
    public const double CpuMax = 0.85;
    public const double MemoryMax = 0.85;
    public const double DiskMax = 0.90;

    public static bool HasNoBottleneck(Usage usage) => usage.Cpu < CpuMax && usage.Memory < MemoryMax && usage.Disk < DiskMax;
}

/// <summary>
/// Hands out places in one region: the least filled host first (by quota share, then load, then name), never past a
/// quota, never onto a host with a bottleneck. Stores have a quota of their own, all other components share one.
/// What it hands out counts at once, so that one plan never overfills a host.
/// </summary>
public sealed class Placement
{
    private readonly PriorityQueue<Seat, (double Filled, double Load, string Host)> _stores = new();
    private readonly PriorityQueue<Seat, (double Filled, double Load, string Host)> _others = new();

    public Placement(IEnumerable<Candidate> candidates)
    {
        foreach (var candidate in candidates.Where(c => Headroom.HasNoBottleneck(c.Usage)))
        {
            Offer(_stores, new Seat(candidate, candidate.Stores, candidate.Quotas.Stores));
            Offer(_others, new Seat(candidate, candidate.Others, candidate.Quotas.Others));
        }
    }

    /// <summary>A host for one more component of this kind, or null when none has room.</summary>
    public string? Take(ComponentKind kind)
    {
        var seats = kind == ComponentKind.Store ? _stores : _others;
        if (!seats.TryDequeue(out var seat, out _))
        {
            return null;
        }

        Offer(seats, seat with { Taken = seat.Taken + 1 });
        return seat.Candidate.Host;
    }

    private static void Offer(PriorityQueue<Seat, (double, double, string)> seats, Seat seat)
    {
        if (seat.Taken < seat.Quota)
        {
            var usage = seat.Candidate.Usage;
            seats.Enqueue(seat, ((double)seat.Taken / seat.Quota, Math.Max(usage.Cpu, usage.Memory), seat.Candidate.Host));
        }
    }

    private readonly record struct Seat(Candidate Candidate, int Taken, int Quota);
}
