using Holdfast.Contracts.Views;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;
using Holdfast.Heartbeat.Tokens;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Heartbeat.Api;

/// <summary>A request for a one-time token.</summary>
/// <param name="Minutes">It can be spent for so long, 1 to 10,080; null: an hour.</param>
internal sealed record EnrolmentRequest(int? Minutes);

/// <summary>
/// POST /api/v1/hosts/{id}/tokens/enrolment makes a one-time token; POST /api/v1/hosts/{id}/enrolment spends it: a host's first token
/// comes onto the host without a person who carries one that holds for good.
/// </summary>
internal sealed class EnrolmentEndpoint(HostTokensEndpoint hostTokens, HostTokens tokens, Refusals refusals, Audit audit, TimeProvider time)
{
    private const int MinutesMax = 7 * 24 * 60;
    private const int MinutesUsual = 60;
    private const int DigestLength = 64;

    internal static void Map(IEndpointRouteBuilder routes, EnrolmentEndpoint endpoint)
    {
        routes.MapPost("/api/v1/hosts/{id}/tokens/enrolment", endpoint.Make).WithTags("tokens")
            .WithSummary("Makes a one-time token, with which this host's supervisor makes a token of its own known.")
            .WithDescription("The one that was made before for this host cannot be spent any more. "
                + "DELETE /api/v1/hosts/{id}/tokens/enrolment revokes it. Its secret is in this answer and nowhere else.")
            .Produces<MadeEnrolment>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409);
        routes.MapPost("/api/v1/hosts/{id}/enrolment", endpoint.Spend).WithTags("heartbeats")
            .WithSummary("A supervisor makes its token known. The bearer token is the host's one-time token, and no other will do.")
            .WithDescription("The host's former tokens hold no more. The same token may be sent again: an answer may be lost.")
            .Produces(204).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409);
    }

    private async Task<IResult> Make(string id, EnrolmentRequest? request, HttpContext context, CancellationToken cancel)
    {
        if (!HostId.IsValid(id))
        {
            return HostFaults.BadHostId(id).ToResult();
        }

        if (request?.Minutes is < 1 or > MinutesMax)
        {
            return TokenFaults.BadEnrolment(new FieldFault("minutes", request.Minutes, $"must be 1 to {MinutesMax}")).ToResult();
        }

        var secret = HostTokensEndpoint.NewSecret("hfe_");
        var now = time.GetUtcNow();
        var enrolment = new HostEnrolment(ApiTokens.DigestOf(secret), Caller.NameOf(context), now,
            now + TimeSpan.FromMinutes(request?.Minutes ?? MinutesUsual));
        var changed = await hostTokens.Change(id, row => HostTokenRules.With(row, id, enrolment), cancel);
        await audit.Note(Caller.NameOf(context), Caller.AddressOf(context), "make one-time token", id, changed.Fault?.Code ?? "done",
            changed.Fault is null ? $"until {Iso.Seconds(enrolment.Until)}" : null);
        context.Response.Headers.CacheControl = "no-store";
        return changed.ToResult(_ => Results.Created(
            $"/api/v1/hosts/{Uri.EscapeDataString(id)}/tokens", new MadeEnrolment(id, secret, enrolment.Until)));
    }

    private async Task<IResult> Spend(string id, EnrolledToken given, HttpContext context, CancellationToken cancel)
    {
        if (given.Digest is not { Length: DigestLength } || !given.Digest.All(char.IsAsciiHexDigitLower))
        {
            return TokenFaults.BadEnrolment(new FieldFault(
                "digest", null, "must be the SHA-256 of the token, 64 lower-case hex digits")).ToResult();
        }

        var oneTime = Caller.TokenDigestOf(context);
        if (oneTime is null || !await tokens.IsEnrolment(id, oneTime, cancel))
        {
            // Nothing is stored for who guesses.
            var unknown = TokenFaults.UnknownEnrolment(id);
            refusals.Note(null, unknown, context);
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return unknown.ToResult();
        }

        var token = new HostToken(HostTokensEndpoint.NewId(), given.Digest, $"host:{id}", time.GetUtcNow());
        var changed = await hostTokens.Change(id, row => HostTokenRules.Enrolled(row, id, oneTime, token), cancel);
        await audit.Note($"host:{id}", Caller.AddressOf(context), "enrol", id, changed.Fault?.Code ?? "done");
        return changed.ToResult(_ => Results.NoContent());
    }
}
