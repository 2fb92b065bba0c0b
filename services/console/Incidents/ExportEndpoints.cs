using Holdfast.ConsoleUi.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.ConsoleUi.Incidents;

/// <summary>An incident as a file: Markdown for the report, JSON for programs.</summary>
internal static class ExportEndpoints
{
    private static readonly JsonSerializerOptions Indented = new(ApiExchange.Json) { WriteIndented = true };

    internal static void Map(IEndpointRouteBuilder routes)
    {
        Inside(routes.MapGet("/incidents/{id}/export.md", (string id, IncidentReader reader) =>
            Export(id, reader, "text/markdown; charset=utf-8", "md", Timeline.Markdown)));
        Inside(routes.MapGet("/incidents/{id}/export.json", (string id, IncidentReader reader) =>
            Export(id, reader, "application/json", "json", facts => JsonSerializer.Serialize(new
            {
                facts.Ticket,
                Timeline = Timeline.Of(facts),
                facts.Alerts,
                facts.Deliveries,
                facts.Decisions,
                facts.Unanswered,
            }, Indented))));
    }

    private static void Inside(RouteHandlerBuilder endpoint) => endpoint.ExcludeFromDescription().WithMetadata(AsksByItself.Mark);

    private static async Task<IResult> Export(
        string id, IncidentReader reader, string type, string ending, Func<IncidentFacts, string> write) =>
        (await reader.Read(id)).ToResult(facts =>
            Results.File(Encoding.UTF8.GetBytes(write(facts)), type, $"incident-{FileName(id)}.{ending}"));

    private static string FileName(string id) => new([.. id.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
}
