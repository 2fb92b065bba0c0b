using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.ConsoleUi.Access;

/// <summary>The filters of the audit, as an address has them. Each must match exactly; from is included, to is not.</summary>
internal sealed record AuditQuestion(string? By, string? What, string? On, string? Outcome, DateTimeOffset? From, DateTimeOffset? To)
{
    internal AuditFilter Filter => new(By, What, On, Outcome, From, To);
}

/// <summary>The audit for programs, which needs the scope administer, and as a file for people who are logged in.</summary>
internal static class AuditEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/audit", Read).WithTags("tokens")
            .WithSummary("What people and programs changed, newest first: who, when, what, from where; never a secret.")
            .Produces<ListPage<AuditEntry>>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);
        routes.MapGet("/api/v1/audit/export", Export).WithTags("tokens")
            .WithSummary("All entries that match, as a file. format: csv or json (default).")
            .Produces<IReadOnlyList<AuditEntry>>(200, "application/json", "text/csv")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);
        routes.MapGet("/audit/export", Export).ExcludeFromDescription().WithMetadata(AsksByItself.Mark);
    }

    private static async Task<IResult> Read(
        [AsParameters] AuditQuestion question, Audit audit, string? cursor, int? limit, CancellationToken cancel)
    {
        var take = limit ?? Paging.LimitDefault;
        if (take is < 1 or > Paging.LimitMax)
        {
            return Paging.BadLimit(take).ToResult();
        }

        var page = await audit.Read(question.Filter, cursor, take, cancel);
        return Results.Ok(new ListPage<AuditEntry>([.. page.Items.Select(i => i.Document)], page.Next));
    }

    private static IResult Export([AsParameters] AuditQuestion question, Audit audit, string? format, CancellationToken cancel)
    {
        var wanted = string.IsNullOrEmpty(format) ? "json" : format;
        return AuditExport.Formats.Contains(wanted, StringComparer.Ordinal)
            ? Results.Stream(to => AuditExport.Write(to, wanted, audit.All(question.Filter, cancel), cancel),
                AuditExport.TypeOf(wanted), $"audit.{wanted}")
            : Faults.BadFormat(wanted).ToResult();
    }
}
