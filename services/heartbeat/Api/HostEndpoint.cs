using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Heartbeat.Api;

/// <summary>
/// PATCH /api/v1/hosts/{id}: quotas, tags, drain and maintenance of a host that was heard. GET is the scheduler's, and
/// so is what follows: a host in drain keeps its desired list until the scheduler has moved the work.
/// </summary>
internal sealed class HostEndpoint(
    HostRegistry hosts, IDocuments<RegistrationRow> store, BatchWindow window, CollectorHealth health,
        TimeProvider time)
{
    private const int AttemptsMax = 5;

    /// <summary>The author of a change is known by the one token only.</summary>
    private const string Who = "token";

    internal static void Map(IEndpointRouteBuilder routes, HostEndpoint endpoint) => routes
        .MapPatch("/api/v1/hosts/{id}", async (string id, HttpRequest request, CancellationToken cancel) =>
            await endpoint.Change(id, await request.ReadJson(cancel), cancel))
        .WithTags("hosts")
        .WithSummary("Sets a host's quotas and tags, drain and maintenance; what is left out stays as it is.")
        .WithDescription(
            "drain: true or {reason}; maintenance: {reason, owner, until}, until an ISO 8601 time at most a year ahead. "
            + "false or null ends either.")
        .Accepts<HostSettings>("application/json")
        .Produces<HostRegistration>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);

    internal async Task<IResult> Change(string id, JsonElement body, CancellationToken cancel)
    {
        if (GrantFaults.Of(health.IsLoaded ? Grants.Grant : Grants.NotLoaded) is { } notNow)
        {
            return notNow.ToResult();
        }

        var change = HostChangeRules.Read(body, time.GetUtcNow());
        if (change.Fault is { } invalid)
        {
            return invalid.ToResult();
        }

        // One that was deleted is unknown until it is heard again, whatever is left of its row.
        return hosts.Find(id) is null
            && (await store.Find(id, cancel) is not { Document: var row } || row is { ForgottenAt: not null })
            ? HostFaults.UnknownHost(id).ToResult()
            : (await Store(id, change.Value!, cancel)).ToResult();
    }

    private async Task<Outcome<HostRegistration>> Store(string id, HostChange change, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var stored = await store.Find(id, cancel);
            var next = change.Applied(id, stored?.Document, Who, health.Id, health.Stamp());
            var isStored = stored is { } known
                ? await store.Replace(next, known.Version, cancel)
                : await store.Insert(next, cancel);
            if (isStored)
            {
                hosts.Register(next.Registration);
                window.Add(next.Registration);
                return next.Registration;
            }
        }

        return HostFaults.SettingsChanged(id);
    }
}
