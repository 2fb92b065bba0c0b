using System.Security.Cryptography;
using Holdfast.Contracts.Views;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;
using Holdfast.Heartbeat.Tokens;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Heartbeat.Api;

/// <summary>
/// GET, POST and DELETE /api/v1/hosts/{id}/tokens: a host may have its token before it is heard for the first time, and two
/// while one succeeds the other.
/// </summary>
internal sealed class HostTokensEndpoint(IDocuments<HostTokensRow> store, HostTokens tokens, Audit audit, TimeProvider time)
{
    private const int AttemptsMax = 5;

    /// <summary>24 random bytes.</summary>
    /// <param name="kind">Before them, so that people see what they have.</param>
    internal static string NewSecret(string kind) => kind + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    internal static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    internal static void Map(IEndpointRouteBuilder routes, HostTokensEndpoint endpoint)
    {
        const string Path = "/api/v1/hosts/{id}/tokens";
        routes.MapGet(Path, endpoint.List).WithTags("tokens").WithSummary("The tokens of a host's supervisor, without their secrets.")
            .Produces<ListPage<HostTokenView>>().ProducesProblem(401).ProducesProblem(403);
        routes.MapPost(Path, endpoint.Make).WithTags("tokens")
            .WithSummary("Makes a token with which this host's supervisor, and no other, reports. Its secret is in this answer and nowhere "
                + "else. Two may hold at a time.")
            .Produces<MadeHostToken>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409);
        routes.MapDelete(Path + "/{token}", endpoint.Revoke).WithTags("tokens")
            .WithSummary("Revokes a host's token: every replica refuses it within two seconds.")
            .Produces(204).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    private async Task<IResult> List(string id, CancellationToken cancel) => Results.Ok(new ListPage<HostTokenView>(
        [.. ((await store.Find(id, cancel))?.Document.Tokens ?? []).Select(t => new HostTokenView(t.Id, t.By, t.At))], null));

    private async Task<IResult> Make(string id, HttpContext context, CancellationToken cancel)
    {
        if (!HostId.IsValid(id))
        {
            return HostFaults.BadHostId(id).ToResult();
        }

        var secret = NewSecret("hft_");
        var token = new HostToken(NewId(), ApiTokens.DigestOf(secret), Caller.NameOf(context), time.GetUtcNow());
        var changed = await Change(id, row => HostTokenRules.With(row, id, token), cancel);
        await Note(context, "make host token", id, token.Id, changed.Fault);
        context.Response.Headers.CacheControl = "no-store";
        return changed.ToResult(_ => Results.Created(
            $"/api/v1/hosts/{Uri.EscapeDataString(id)}/tokens", new MadeHostToken(id, token.Id, secret)));
    }

    private async Task<IResult> Revoke(string id, string token, HttpContext context, CancellationToken cancel)
    {
        var changed = await Change(id, row => HostTokenRules.Without(row, id, token, time.GetUtcNow()), cancel);
        await Note(context, "revoke host token", id, token, changed.Fault);
        return changed.ToResult(_ => Results.NoContent());
    }

    /// <summary>Stores what the rule makes of the row as it is then.</summary>
    internal async Task<Outcome<HostTokensRow>> Change(
        string host, Func<HostTokensRow?, Outcome<HostTokensRow>> change, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var stored = await store.Find(host, cancel);
            var next = change(stored?.Document);
            if (next.Fault is not null)
            {
                return next;
            }

            if (stored is { } known ? await store.Replace(next.Value!, known.Version, cancel) : await store.Insert(next.Value!, cancel))
            {
                tokens.Take(next.Value!);
                return next;
            }
        }

        return HostFaults.SettingsChanged(host);
    }

    private Task Note(HttpContext context, string what, string host, string token, Fault? fault) =>
        audit.Note(Caller.NameOf(context), Caller.AddressOf(context), what, host, fault?.Code ?? "done",
            fault is null ? $"token {token}" : null);
}
