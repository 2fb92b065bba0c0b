using System.Diagnostics.Metrics;
using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Holdfast.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace Holdfast.Heartbeat;

/// <summary>
/// POST /api/v1/heartbeats. The hot path of the system: no store, no bus, no log line, no lock that spans two hosts;
/// what was heard is handed to the window and the registry, whose loops do the rest.
/// </summary>
internal sealed class HeartbeatEndpoint(
    HostRegistry hosts, DesiredComponents desired, BatchWindow window, Collector collector, CollectorStanding standing,
    CurrentTerms current, TimeProvider time)
{
    private static readonly Counter<long> Accepted = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.heartbeat.accepted", "{heartbeat}", "Heartbeats that were applied");

    private static readonly Counter<long> Refused = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.heartbeat.refused", "{heartbeat}", "Heartbeats that were refused, by code");

    internal static void Map(IEndpointRouteBuilder routes, HeartbeatEndpoint endpoint) => routes
        .MapPost("/api/v1/heartbeats", endpoint.Hear)
        .WithTags("heartbeats")
        .WithSummary(
            "A supervisor reports its host; the reply is its lease and, when it changed, what the host should run.")
        .WithDescription(
            "With wait=SECONDS (0 to 30) the reply is held until the desired list is newer than desiredVersion, "
            + "but no longer than half a lease.")
        .WithMetadata(
            new Action<HostReport>(_ => { }).Method,
            new AcceptsMetadata(["application/json"], typeof(HostReport)),
            new ProducesResponseTypeMetadata(200, typeof(HeartbeatReply), ["application/json"]),
            new ProducesResponseTypeMetadata(400, typeof(ProblemDetails), ["application/problem+json"]),
            new ProducesResponseTypeMetadata(409, typeof(ProblemDetails), ["application/problem+json"]),
            new ProducesResponseTypeMetadata(503, typeof(ProblemDetails), ["application/problem+json"]))
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = "wait",
                In = ParameterLocation.Query,
                Description = "Seconds to hold the reply for a newer desired list, 0 to 30.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Number },
            });
            return Task.CompletedTask;
        });

    internal async Task Hear(HttpContext context)
    {
        if (!HeartbeatWire.TryWait(context.Request, out var wait))
        {
            await Refuse(HeartbeatFaults.BadWait(context.Request.Query["wait"]), context);
            return;
        }

        var body = context.Request.BodyReader;
        var read = await HeartbeatWire.ReadAll(body, context.RequestAborted);
        var parsed = HeartbeatWire.Parse(read.Buffer);
        body.AdvanceTo(read.Buffer.End);
        if (parsed.Fault is { } fault)
        {
            await Refuse(fault, context);
            return;
        }

        await Answer(parsed.Value!, wait, context);
    }

    private async Task Answer(HostReport report, TimeSpan wait, HttpContext context)
    {
        var terms = current.Now;
        var now = standing.Now;
        if (HeartbeatFaults.Of(standing.Decide(now)) is { } notNow)
        {
            await Refuse(notNow, context);
            return;
        }

        if (hosts.FindOrAdd(report.Host) is not { } cell)
        {
            await Refuse(HeartbeatFaults.TooManyHosts, context);
            return;
        }

        var verdict = cell.Hear(report, standing.Circumstances(now), terms, out var lacksComponents);
        if (verdict.Step == Step.Recognise)
        {
            await HeartbeatWire.Write(Recognised(report, terms), context);
        }
        else if (verdict.Step == Step.Apply)
        {
            await Applied(new Heard(cell, report, terms, lacksComponents), wait, context);
        }
        else
        {
            TellConflict(verdict, report);
            await Refuse(HeartbeatFaults.Refused(verdict.Step, report, verdict.Next, now), context);
        }
    }

    /// <summary>A report that was applied, with the terms of the moment: how long it is held must not shorten its lease.</summary>
    private readonly record struct Heard(HostCell Cell, HostReport Report, Terms Terms, bool LacksComponents);

    private async Task Applied(Heard heard, TimeSpan wait, HttpContext context)
    {
        if (window.Add(heard.Cell))
        {
            collector.Hurry();
        }

        hosts.Touch(heard.Cell);
        if (standing.IsLeaving)
        {
            // The last batch may have been sealed just before this report came: then nobody hears of the lease.
            await Refuse(HeartbeatFaults.Of(Grants.Leaving)!, context);
            return;
        }

        Accepted.Add(1);
        var reply = Reply(heard);
        if (wait > TimeSpan.Zero && reply.Components is null or { Count: 0 })
        {
            var holdMax = heard.Terms.HoldMax;
            reply = await Hold(heard, wait < holdMax ? wait : holdMax, context.RequestAborted);
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            await HeartbeatWire.Write(reply, context);
        }
    }

    /// <summary>Held until the list is newer, the host is heard anew, withholding ends, or the wait is over.</summary>
    private async Task<HeartbeatReply> Hold(Heard heard, TimeSpan wait, CancellationToken aborted)
    {
        var news = heard.Cell.BeginWait(heard.Report);
        // Asked again: the list may have changed just before the wait began.
        var reply = Reply(heard);
        var now = standing.Now;
        var withheld = heard.Cell.Known.WithheldUntil - now;
        var isNews = reply.Components is { Count: > 0 } || (reply.Components is not null && reply.DesiredVersion > 0);
        if (isNews || standing.IsLeaving)
        {
            return reply;
        }

        await ((Task)news.WaitAsync(withheld > TimeSpan.Zero && withheld < wait ? withheld : wait, time, aborted))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Reply(heard);
    }

    private HeartbeatReply Reply(in Heard heard)
    {
        var (cell, report, terms, lacksComponents) = heard;
        var (superseded, withheld) = cell.Withholds(report, standing.Now);
        var version = report.DesiredVersion;
        IReadOnlyList<DesiredComponent>? components = null;
        if (withheld && !superseded)
        {
            (version, components) = (0, []);
        }
        else if (!superseded)
        {
            components = desired.NewerThan(report.DesiredVersion, report.Host, out version)?.Components;
        }

        return new HeartbeatReply
        {
            Lease = terms.Lease.TotalSeconds,
            KillGrace = terms.KillGrace.TotalSeconds,
            Interval = terms.Interval.TotalSeconds,
            DesiredVersion = version,
            ServerTime = time.GetUtcNow(),
            Components = components,
            SendComponents = lacksComponents,
        };
    }

    /// <summary>Lease 0: a duplicate grants nothing, whoever reads it without looking at Applied.</summary>
    private HeartbeatReply Recognised(HostReport report, Terms terms) => new()
    {
        Lease = 0,
        KillGrace = terms.KillGrace.TotalSeconds,
        Interval = terms.Interval.TotalSeconds,
        DesiredVersion = report.DesiredVersion,
        ServerTime = time.GetUtcNow(),
        Applied = false,
    };

    private void TellConflict(in Verdict verdict, HostReport report)
    {
        if (verdict.Conflict)
        {
            window.Add(new HostConflict(report.Host, verdict.Next.Address!, verdict.Next.Incarnation, report.Address,
                report.Incarnation, time.GetUtcNow()));
        }
    }

    private static Task Refuse(Fault fault, HttpContext context)
    {
        Refused.Add(1, new KeyValuePair<string, object?>("code", fault.Code));
        if (fault.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return fault.Write(context);
    }
}
