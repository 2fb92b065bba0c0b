using System.Collections.Concurrent;
using Holdfast.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Holdfast.Platform.Http;

/// <summary>
/// Chooses the log level of a request. Successes are logged at Debug, for ten thousand hosts report every few seconds. Slow and failed
/// requests are logged at Warning, but only a few of one kind in a while, for they fail all at once. Metrics count them all.
/// </summary>
internal sealed class RequestLogLevel(TimeProvider time)
{
    internal const int WarningsMax = 10;
    internal static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(string Route, int Status), Counted> _warned = new();

    private sealed record Counted(TimeSpan From, int Count);

    internal LogEventLevel Of(HttpContext context, TimeSpan took)
    {
        var endpoint = context.GetEndpoint();
        var holds = endpoint?.Metadata.GetMetadata<HoldsItsAnswer>() is not null
            || context.Response.StatusCode == StatusCodes.Status101SwitchingProtocols;
        // A question whether something is there has been answered.
        var isAnswer = context.Response.StatusCode == StatusCodes.Status404NotFound && HttpMethods.IsGet(context.Request.Method)
            && endpoint is not null;
        return IsFinding(
            isAnswer ? StatusCodes.Status200OK : context.Response.StatusCode, took, holds, context.RequestAborted.IsCancellationRequested)
            && MayWarn((endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "", context.Response.StatusCode)
                ? LogEventLevel.Warning
                : LogEventLevel.Debug;
    }

    /// <summary>Pure. Who hangs up has not been refused anything.</summary>
    internal static bool IsFinding(int status, TimeSpan took, bool holds, bool aborted) =>
        !aborted && (status >= StatusCodes.Status400BadRequest || (!holds && took > SlowAfter));

    /// <summary>The routes and statuses that there are bound what is kept.</summary>
    private bool MayWarn(string route, int status)
    {
        var now = time.GetElapsedTime(0);
        var counted = _warned.AddOrUpdate(
            (route, status), _ => new Counted(now, 1),
            (_, before) => now - before.From >= Window ? new Counted(now, 1) : before with { Count = before.Count + 1 });
        return counted.Count <= WarningsMax;
    }
}

/// <summary>
/// A line for each request, without what may be secret: no query, no header, no body. Of an address outside of the API it has the route
/// alone, for anybody may put anything there.
/// </summary>
internal static class RequestLogging
{
    private const string Code = "Code";
    private const int PathMax = 200;
    private const string Line = "{RequestMethod} {RequestPath} answered {StatusCode} {Code} in {Elapsed:0.0} ms";

    internal static void UseRequestLogging(this WebApplication app)
    {
        var level = app.Services.GetRequiredService<RequestLogLevel>();
        // Not the process's static one, which nobody has set.
        var logger = app.Services.GetRequiredService<ILogger>();
        var findings = new Findings(logger.ForContext(Constants.SourceContextPropertyName, typeof(RequestLogging).FullName), level,
            app.Services.GetRequiredService<TimeProvider>());
        app.Use(next =>
        {
            var all = ((IApplicationBuilder)app).New();
            all.UseSerilogRequestLogging(options =>
            {
                options.Logger = logger;
                options.MessageTemplate = Line;
                options.GetLevel = (context, elapsed, _) => level.Of(context, TimeSpan.FromMilliseconds(elapsed));
                options.GetMessageTemplateProperties = (context, _, elapsed, status) =>
                [
                    new LogEventProperty("RequestMethod", new ScalarValue(Shown(context.Request.Method))),
                    new LogEventProperty("RequestPath", new ScalarValue(PathOf(context))),
                    new LogEventProperty("StatusCode", new ScalarValue(status)),
                    new LogEventProperty(Code, new ScalarValue(CodeOf(context))),
                    new LogEventProperty("Elapsed", new ScalarValue(elapsed)),
                ];
            });
            all.Run(next);
            var logged = all.Build();
            return context => context.GetEndpoint()?.Metadata.GetMetadata<LogsFindingsAlone>() is null
                || logger.IsEnabled(LogEventLevel.Debug)
                ? logged(context)
                : findings.Watch(context, next);
        });
    }

    /// <summary>The hot path: nothing is made for a request that goes well.</summary>
    private sealed class Findings(ILogger logger, RequestLogLevel level, TimeProvider time)
    {
        internal Task Watch(HttpContext context, RequestDelegate next)
        {
            var began = time.GetTimestamp();
            var answered = next(context);
            if (!answered.IsCompletedSuccessfully)
            {
                return Wait(context, answered, began);
            }

            Look(context, began);
            return Task.CompletedTask;
        }

        private async Task Wait(HttpContext context, Task answered, long began)
        {
            await answered;
            Look(context, began);
        }

        private void Look(HttpContext context, long began)
        {
            if (context.Response.StatusCode < StatusCodes.Status400BadRequest)
            {
                return;
            }

            var took = time.GetElapsedTime(began);
            logger.Write(level.Of(context, took), Line, Shown(context.Request.Method), PathOf(context), context.Response.StatusCode,
                CodeOf(context), took.TotalMilliseconds);
        }
    }

    private static string CodeOf(HttpContext context) => context.Items[Code] as string ?? "-";

    /// <summary>The code of the fault that the request is answered with.</summary>
    internal static void Note(HttpContext context, string? code) => context.Items[Code] = code;

    internal static string PathOf(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        return path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase) || path.StartsWith("/health/", StringComparison.Ordinal)
            ? Shown(path)
            : (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "elsewhere";
    }

    /// <summary>In one line and of no great length, whatever was sent.</summary>
    private static string Shown(string text) =>
        string.Concat(text.Take(PathMax).Select(letter => char.IsControl(letter) ? '?' : letter));
}
