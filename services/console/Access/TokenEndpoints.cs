using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.ConsoleUi.Access;

/// <summary>Body of POST /api/v1/tokens.</summary>
/// <param name="Name">1 to 64 of letters, digits, '.', '_', '-', a letter or a digit among them.</param>
/// <param name="Scopes">Of read, report, operate, deploy, configure, administer.</param>
/// <param name="Days">Until it ends; 0: until it is revoked.</param>
internal sealed record TokenWish(string? Name, IReadOnlyList<string>? Scopes, int? Days);

/// <summary>API tokens for programs; all of it needs the scope administer.</summary>
internal sealed class TokenEndpoints(Tokens tokens, Audit audit)
{
    internal static void Map(IEndpointRouteBuilder routes, TokenEndpoints endpoint)
    {
        routes.MapGet("/api/v1/tokens", endpoint.List).WithTags("tokens").WithSummary("API tokens, without their secrets.")
            .Produces<ListPage<TokenView>>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);
        routes.MapPost("/api/v1/tokens", endpoint.Make).WithTags("tokens")
            .WithSummary("Makes an API token. Its secret is in this answer and nowhere else.")
            .Produces<MadeToken>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);
        routes.MapDelete("/api/v1/tokens/{name}", endpoint.Revoke).WithTags("tokens")
            .WithSummary("Revokes an API token: every service refuses it within two seconds.")
            .Produces(204).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
    }

    private async Task<IResult> List(string? cursor, int? limit, CancellationToken cancel) => Paging.Page(
        await tokens.All(cancel), t => t.Name, t => new TokenView(t.Name, t.Scopes, t.By, t.At, t.Until), cursor, limit);

    private async Task<IResult> Make(TokenWish wish, HttpContext context, CancellationToken cancel)
    {
        var (name, scopes) = (wish.Name ?? "", wish.Scopes ?? []);
        var made = await tokens.Make(name, scopes, wish.Days ?? 0, Caller.NameOf(context), cancel);
        await Note(context, "make token", Tokens.IsName(name) ? name : "?", made.Fault, string.Join(", ", scopes));
        context.Response.Headers.CacheControl = "no-store";
        return made.ToResult(secret => Results.Created($"/api/v1/tokens/{name}", new MadeToken(name, scopes, secret)));
    }

    private async Task<IResult> Revoke(string name, HttpContext context, CancellationToken cancel)
    {
        var fault = await tokens.Delete(name, cancel) ? null : Faults.UnknownToken(name);
        await Note(context, "revoke token", Tokens.IsName(name) ? name : "?", fault, null);
        return fault?.ToResult() ?? Results.NoContent();
    }

    private Task Note(HttpContext context, string what, string on, Fault? fault, string? detail) =>
        audit.Note(Caller.NameOf(context), Caller.AddressOf(context), what, on, fault?.Code ?? "done", detail);
}
