using Holdfast.Contracts.Views;
using Holdfast.Heartbeat.Assignments;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Logs;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;
using Holdfast.Platform.Http;
using Holdfast.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat.Api;

/// <summary>
/// GET /api/v1/components/{name}/logs, /stores/{name}/logs, /hosts/{id}/logs: asked of the host in the reply to its heartbeat, so
/// that hosts need no open port.
/// </summary>
internal sealed partial class LogsEndpoint(
    HostRegistry hosts, DesiredComponents desired, LogRequests requests, IDocuments<LogRow> store, CollectorHealth health,
    TimeProvider time, ILogger<LogsEndpoint> logger)
{
    private const int LinesDefault = 200;

    private const string Limits =
        "The last lines (1 to 1,000, 200 without) of each output, at most 64 KiB in all, also from rotated files; within 5 s. "
        + "Needs the token, although it changes nothing: logs may hold secrets.";

    private readonly ILogger _logger = logger;

    internal static void Map(IEndpointRouteBuilder routes, LogsEndpoint endpoint)
    {
        Describe(routes.MapGet("/api/v1/components/{name}/logs", (string name, string? host, int? lines, HttpContext context) =>
            endpoint.OfComponent(name, host, lines, isStore: false, context)), "components")
            .WithSummary("What a component printed last, where it is or, with host, where it was before.");
        Describe(routes.MapGet("/api/v1/stores/{name}/logs", (string name, string? host, int? lines, HttpContext context) =>
            endpoint.OfComponent(name, host, lines, isStore: true, context)), "stores")
            .WithSummary("What a Store printed last, where it is or, with host, where it was before.");
        Describe(routes.MapGet("/api/v1/hosts/{id}/logs", (string id, int? lines, HttpContext context) =>
            endpoint.Of(id, component: null, lines, context)), "hosts")
            .WithSummary("What a host's supervisor said last, since it started.");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string tag) => route
        .WithTags(tag).WithDescription(Limits).NeedsToken().WithMetadata(HoldsItsAnswer.Mark)
        .Produces<HostLog>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(409)
        .ProducesProblem(502).ProducesProblem(503).ProducesProblem(504);

    private Task<IResult> OfComponent(string name, string? host, int? lines, bool isStore, HttpContext context)
    {
        if (NotYet is { } fault)
        {
            return Task.FromResult(fault.ToResult());
        }

        var found = LogRules.Find(desired.Rows, name, isStore, host);
        return (host ?? found?.Host) is { } where
            ? Of(where, found?.Name ?? name, lines, context)
            : Task.FromResult(LogFaults.UnknownComponent(name, isStore).ToResult());
    }

    private async Task<IResult> Of(string host, string? component, int? lines, HttpContext context)
    {
        if (NotYet is { } notYet)
        {
            return notYet.ToResult();
        }

        if (lines is < 1 or > LogTail.LinesMax)
        {
            return LogFaults.BadLines(lines.Value).ToResult();
        }

        if (hosts.Find(host) is not { } entry)
        {
            return HostFaults.UnknownHost(host).ToResult();
        }

        var asked = new LogRow(Guid.NewGuid().ToString("N"), host, component, lines ?? LinesDefault, health.Id);
        context.Response.Headers.CacheControl = "no-store";
        return LogRules.WhyNot(host, Signs(entry)) is { } fault
            ? fault.ToResult()
            : (await Ask(asked, entry, context.RequestAborted)).ToResult();
    }

    private Fault? NotYet => GrantFaults.Of(health.IsLoaded ? Grants.Grant : Grants.NotLoaded);

    private LogSigns Signs(HostEntry entry) => entry.LogSigns(health.Now, health.Peers.AnyAlive(health.Now));

    private async Task<Outcome<HostLog>> Ask(LogRow asked, HostEntry entry, CancellationToken aborted)
    {
        if (requests.Begin(asked) is not { } open)
        {
            return LogFaults.TooMany;
        }

        var isShared = health.Peers.AnyAlive(health.Now);
        try
        {
            var tail = await Answer(open, isShared, aborted);
            LogAsked(asked.Component ?? "the supervisor", asked.Host, tail is not null);
            return tail is null ? LogFaults.Late(asked.Host, Signs(entry).Silence)
                : LogRules.WhyNot(asked, tail) is { } fault ? fault
                : new HostLog { Host = asked.Host, Component = asked.Component, At = time.GetUtcNow(), Outputs = tail.Outputs };
        }
        finally
        {
            requests.End(open);
            if (isShared)
            {
                await Remove(asked.Id);
            }
        }
    }

    /// <summary>Waits for the answer; null: none came in time.</summary>
    private async Task<LogTail?> Answer(OpenLog open, bool isShared, CancellationToken aborted)
    {
        try
        {
            var began = time.GetTimestamp();
            if (isShared)
            {
                // Its host may be talking to another collector.
                await store.Insert(open.Asked, aborted);
            }

            var left = LogRequests.WaitMax - time.GetElapsedTime(began);
            return await open.Answer.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, aborted);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Removes the request as it was inserted, or with the answer that another collector wrote.</summary>
    private async Task Remove(string id)
    {
        try
        {
            if (!await store.Delete(id, 1, CancellationToken.None))
            {
                await store.Delete(id, 2, CancellationToken.None);
            }
        }
        catch (StateUnavailableException error)
        {
            LogNotRemoved(id, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The log of {Component} on {Host} was asked for; answered: {Answered}")]
    private partial void LogAsked(string component, string host, bool answered);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Id} for a log stays in the store until the loop removes it: {Why}")]
    private partial void LogNotRemoved(string id, string why);
}
