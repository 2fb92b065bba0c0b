using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.ConsoleUi.Access;

/// <summary>
/// A browser that asks for a page that does not exist gets one of the console's, with its menu, and not what a program gets. A person
/// cannot go on from a line of JSON.
/// </summary>
internal static class UnknownPage
{
    /// <summary>Served to programs, whoever asks.</summary>
    private static readonly string[] Others = ["/api", "/openapi", "/health", "/metrics", "/assets", "/_framework", "/_blazor"];

    internal static void Use(IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is null && IsNavigation(context.Request) && Page(context.RequestServices) is { } page)
        {
            context.SetEndpoint(page);
        }

        if (IsIt(context.GetEndpoint()))
        {
            // Not before it is drawn: what has that status already is not drawn.
            context.Response.OnStarting(() =>
            {
                context.Response.StatusCode = context.Response.StatusCode == StatusCodes.Status200OK
                    ? StatusCodes.Status404NotFound : context.Response.StatusCode;
                return Task.CompletedTask;
            });
        }

        return next(context);
    });

    /// <summary>A person's browser goes there.</summary>
    internal static bool IsNavigation(HttpRequest request) => HttpMethods.IsGet(request.Method)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !Others.Any(other => request.Path.StartsWithSegments(other, StringComparison.OrdinalIgnoreCase));

    private static Endpoint? Page(IServiceProvider services) =>
        services.GetRequiredService<EndpointDataSource>().Endpoints.FirstOrDefault(IsIt);

    private static bool IsIt(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<ComponentTypeMetadata>()?.Type == typeof(Pages.NotFound);
}
