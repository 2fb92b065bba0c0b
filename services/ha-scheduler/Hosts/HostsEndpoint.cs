using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler;

/// <summary>A host as people see it. Silence in seconds, on the scheduler's own clock.</summary>
internal sealed record HostView
{
    public required string Host { get; init; }
    public required HostState State { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }
    public required string Address { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required double SilenceSeconds { get; init; }
    public string? Incident { get; init; }
    public long? Incarnation { get; init; }
    public Usage? Usage { get; init; }
    public Quotas? Quotas { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>An operator wants it empty.</summary>
    public Drain? Drain { get; init; }

    /// <summary>An operator works on it.</summary>
    public Maintenance? Maintenance { get; init; }

    /// <summary>Components that are registered there: the scheduler's own, and Stores.</summary>
    public required int Placed { get; init; }

    public required int Stores { get; init; }

    /// <summary>What really runs there, as the host said last.</summary>
    public required IReadOnlyList<ComponentReport> Components { get; init; }
}

internal static class HostsEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var hosts = routes.MapLoadedGroup("/api/v1/hosts", "hosts");
        hosts.MapGet("", List).WithSummary("Hosts with their state, load and what runs there. q: in id, address, IDC.")
            .Produces<ListPage<HostView>>();
        hosts.MapGet("/{id}", Get).WithSummary("One host.").Produces<HostView>().ProducesProblem(404);
    }

    private static IResult List(Cluster cluster, LivenessFeed feed, string? cursor, int? limit, string? region, string? state, string? q)
    {
        if (state is not null && !Enum.TryParse<HostState>(state, ignoreCase: true, out _))
        {
            return Fault.Invalid("HA-103", "Use one of the states, or leave the filter out.",
                new FieldFault("state", state, $"must be one of {string.Join(", ", Enum.GetNames<HostState>())}")).ToResult();
        }

        var found = feed.Hosts(cluster.Hosts.All
            .Where(v => region is null || v.Region == region)
            .Where(v => state is null || v.State.ToString().Equals(state, StringComparison.OrdinalIgnoreCase))
            .Where(v => string.IsNullOrEmpty(q) || Any(q, v.Host, v.Address, v.Idc))
            .Select(v => (v, TimeSpan.Zero)));
        var counts = new Counts(cluster);
        return Paging.Page(found, h => h.Verdict.Host, h => View(h, counts), cursor, limit);
    }

    /// <summary>The text is somewhere in one of these, whatever its case.</summary>
    internal static bool Any(string text, params ReadOnlySpan<string?> fields)
    {
        foreach (var field in fields)
        {
            if (field?.Contains(text, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    private static IResult Get(string id, Cluster cluster, LivenessFeed feed) => cluster.Hosts.Find(id) is { } verdict
        ? Results.Ok(View(feed.Hosts([(verdict, TimeSpan.Zero)])[0], new Counts(cluster)))
        : Problems.NotFound("HA-110", "host", id, "See GET /api/v1/hosts for the hosts that have reported.").ToResult();

    /// <summary>What is registered on each host.</summary>
    private sealed class Counts(Cluster cluster)
    {
        internal IReadOnlyDictionary<string, int> Placed { get; } = cluster.Components.All.Select(c => c.Host).OfType<string>()
            .CountBy(h => h, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

        internal IReadOnlyDictionary<string, int> Stores { get; } = cluster.Stores.All
            .Where(s => s.Placed.Desired != DesiredState.Absent)
            .CountBy(s => s.Placed.Host, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
    }

    private static HostView View(HostSnapshot host, Counts counts) => new()
    {
        Host = host.Verdict.Host,
        State = host.Verdict.State,
        Region = host.Verdict.Region,
        Idc = host.Verdict.Idc,
        Address = host.Verdict.Address,
        Since = host.Verdict.Since,
        SilenceSeconds = Math.Round(host.Silence.TotalSeconds, 3),
        Incident = host.Verdict.Incident,
        Incarnation = host.Reported?.Report.Incarnation,
        Usage = host.Reported?.Report.Usage,
        Quotas = host.Reported?.Quotas,
        Tags = host.Reported?.Tags,
        Drain = host.Verdict.Drain,
        Maintenance = host.Verdict.Maintenance,
        Placed = counts.Placed.GetValueOrDefault(host.Verdict.Host),
        Stores = counts.Stores.GetValueOrDefault(host.Verdict.Host),
        Components = host.Reported?.Components ?? [],
    };
}
