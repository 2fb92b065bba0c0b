using Holdfast.Platform.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Http;

/// <summary>Every error leaves as RFC 9457 problem+json with <c>code</c>, <c>workaround</c> and, for bad fields, <c>errors</c>.</summary>
public static class Problems
{
    public static IResult ToResult(this Fault fault) => Results.Problem(
        title: fault.Title,
        detail: fault.Detail,
        statusCode: fault.Status,
        type: $"urn:holdfast:error:{fault.Code}",
        extensions: Extensions(fault));

    /// <summary>For the paths where an <see cref="IResult"/> would cost too much.</summary>
    public static Task Write(this Fault fault, HttpContext context) => fault.ToResult().ExecuteAsync(context);

    public static IResult ToResult<T>(this Outcome<T> outcome, Func<T, IResult>? success = null) =>
        outcome.Fault is { } fault ? fault.ToResult() : success?.Invoke(outcome.Value!) ?? Results.Ok(outcome.Value);

    internal static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            SuppressDiagnosticsCallback = suppress => suppress.Exception is StateUnavailableException || BadInput.Means(suppress.Exception),
            ExceptionHandler = context => FromException(context.Features.Get<IExceptionHandlerFeature>()?.Error, context).Write(context),
        });
        app.UseStatusCodePages(context => FromStatus(context.HttpContext).Write(context.HttpContext));
    }

    private static Dictionary<string, object?> Extensions(Fault fault)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["code"] = fault.Code,
            ["workaround"] = fault.Workaround,
        };
        if (fault.Fields.Count > 0)
        {
            extensions["errors"] = fault.Fields;
        }

        return extensions;
    }

    private static Fault FromException(Exception? error, HttpContext context) => BadInput.Of(error, context) ?? error switch
    {
        StateUnavailableException => new Fault("PF-301", 503, "The state store does not answer", error.Message,
            "Nothing was changed. See /health/ready/{service} and the service's log; try again when the store answers."),
        _ => new Fault("PF-500", 500, "Unexpected error", "The service met an error that it did not expect; it is in its log.",
            "Look up the trace id in the service's log and report it."),
    };

    public static Fault TooLarge(BadHttpRequestException error) =>
        new("PF-104", 413, "The request is too large", error.Message, "Send less in one request.");

    /// <summary>A body that is not JSON of the documented shape: the path in it and what was expected there.</summary>
    public static Fault Malformed(JsonException json) => BodyFaults.Malformed(json, null);

    private static Fault FromStatus(HttpContext context) => context.Response.StatusCode switch
    {
        404 => new Fault("PF-404", 404, "No such path", $"Nothing is served at {context.Request.Path}.",
            "See /openapi/v1.json for all paths."),
        405 => new Fault("PF-405", 405, "Method not allowed", $"{context.Request.Method} is not served at {context.Request.Path}.",
            "See /openapi/v1.json for the methods of each path."),
        415 => BodyFaults.NotJson(context.Request.ContentType),
        var status =>
            new Fault("PF-400", status, "Refused", $"The request was refused with status {status}.", "Compare it with /openapi/v1.json."),
    };

    internal static IServiceCollection AddProblems(this IServiceCollection services) => services.AddProblemDetails(
        options => options.CustomizeProblemDetails = problem => RequestLogging.Note(
            problem.HttpContext, problem.ProblemDetails.Extensions.TryGetValue("code", out var code) ? code as string : null));
}
