using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Heartbeat;

/// <summary>Body of PATCH /api/v1/hosts/{id}: what is left out stays as it is.</summary>
public sealed record HostChange
{
    public QuotasChange? Quotas { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
}

/// <summary>At most so many Stores and so many other components, 0 to 10,000 each.</summary>
public sealed record QuotasChange(int? Stores, int? Others);

/// <summary>PATCH /api/v1/hosts/{id}: quotas and tags of a host that was heard. GET is the scheduler's.</summary>
internal sealed class HostEndpoint(
    HostRegistry hosts, IDocuments<RegistrationRow> store, BatchWindow window, CollectorStanding standing,
        TimeProvider time)
{
    internal const int QuotaMax = 10_000;
    internal const int TagsMax = 32;
    internal const int TagLengthMax = 64;
    private const int AttemptsMax = 5;

    internal static void Map(IEndpointRouteBuilder routes, HostEndpoint endpoint) => routes
        .MapPatch("/api/v1/hosts/{id}", (string id, HostChange change, CancellationToken cancel) =>
            endpoint.Change(id, change, cancel))
        .WithTags("hosts")
        .WithSummary("Sets a host's quotas and tags; what is left out stays as it is.")
        .Produces<HostRegistration>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);

    private async Task<IResult> Change(string id, HostChange change, CancellationToken cancel)
    {
        if (HeartbeatFaults.Of(standing.IsLoaded ? Grants.Grant : Grants.NotLoaded) is { } notNow)
        {
            return notNow.ToResult();
        }

        if (Check(change) is { } invalid)
        {
            return invalid.ToResult();
        }

        return hosts.Find(id) is null
            ? HeartbeatFaults.UnknownHost(id).ToResult()
            : (await Store(id, change, cancel)).ToResult();
    }

    private async Task<Outcome<HostRegistration>> Store(string id, HostChange change, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var stored = await store.Find(id, cancel);
            var next = Applied(id, stored?.Document, change, standing.Id, time.GetUtcNow());
            var isStored = stored is { } known
                ? await store.Replace(next, known.Version, cancel)
                : await store.Insert(next, cancel);
            if (isStored)
            {
                var registration = new HostRegistration(id, next.Quotas, next.Tags);
                hosts.Register(registration);
                window.Add(registration);
                return registration;
            }
        }

        return HeartbeatFaults.SettingsChanged(id);
    }

    internal static RegistrationRow Applied(string id, RegistrationRow? row, HostChange change, string by,
        DateTimeOffset at)
    {
        var quotas = row?.Quotas ?? Quotas.Unset;
        return new RegistrationRow(
            id,
            new Quotas(change.Quotas?.Stores ?? quotas.Stores, change.Quotas?.Others ?? quotas.Others),
            change.Tags ?? row?.Tags ?? [],
            by,
            at);
    }

    /// <summary>All that is wrong with a change, or null.</summary>
    internal static Fault? Check(HostChange change)
    {
        var faults = new List<FieldFault>();
        Quota("quotas.stores", change.Quotas?.Stores, faults);
        Quota("quotas.others", change.Quotas?.Others, faults);
        var tags = change.Tags ?? [];
        if (tags.Count > TagsMax)
        {
            faults.Add(new FieldFault("tags", tags.Count, $"must be at most {TagsMax}"));
        }

        var broken = tags.Take(TagsMax).Select((tag, i) => (tag, i)).Where(t => !IsTag(t.tag));
        faults.AddRange(broken.Select(t => new FieldFault($"tags[{t.i}]", t.tag,
            $"must be 1 to {TagLengthMax} of the characters letters, digits, '.', '_', ':', '-', '=', '/'")));
        var doubled = tags.GroupBy(tag => tag, StringComparer.Ordinal).Where(group => group.Count() > 1);
        faults.AddRange(doubled.Select(group => new FieldFault("tags", group.Key, "must be unique")));
        if (change is { Quotas: null or { Stores: null, Others: null }, Tags: null })
        {
            faults.Add(new FieldFault("body", null, "must change quotas.stores, quotas.others or tags"));
        }

        return faults.Count == 0 ? null : HeartbeatFaults.BadSettings(faults);
    }

    private static void Quota(string field, int? quota, List<FieldFault> faults)
    {
        if (quota is < 0 or > QuotaMax)
        {
            faults.Add(new FieldFault(field, quota, $"must be 0 to {QuotaMax}"));
        }
    }

    private static bool IsTag(string? tag) =>
        tag is { Length: > 0 and <= TagLengthMax }
            && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-' or '=' or '/');
}
