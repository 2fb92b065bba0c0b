using System.Diagnostics.Metrics;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Intake;
using Holdfast.Heartbeat.Tokens;
using Holdfast.Platform.Http;
using Holdfast.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace Holdfast.Heartbeat.Api;

/// <summary>
/// POST /api/v1/heartbeats: reads and writes the wire, and holds replies; what is answered is <see cref="ReportIntake"/>'s and
/// <see cref="Replies"/>'.
/// </summary>
internal sealed class HeartbeatEndpoint(ReportIntake intake, Replies replies, Refusals refusals, Settings settings, TimeProvider time)
{
    private static readonly Counter<long> Refused = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.heartbeat.refused", "{heartbeat}", "Heartbeats that were refused, by code");

    internal static void Map(IEndpointRouteBuilder routes, HeartbeatEndpoint endpoint) => routes
        .MapPost(HostTokens.ReportPath, endpoint.Hear)
        .WithTags("heartbeats")
        .WithSummary(
            "A supervisor reports its host; the reply is its lease and, when it changed, what the host should run.")
        .WithDescription(
            "With wait=SECONDS (0 to 30) the reply is held until the desired list is newer than desiredVersion, "
            + "but no longer than half a lease. A component that breaks the rules is taken as Abnormal with the reason (HB-107); "
            + "only what is wrong with the host's own part refuses the report.")
        .WithMetadata(
            JudgesItsBody.Mark,
            HoldsItsAnswer.Mark,
            LogsFindingsAlone.Mark,
            new Action<HostReport>(_ => { }).Method,
            new AcceptsMetadata(["application/json"], typeof(HostReport)),
            new ProducesResponseTypeMetadata(200, typeof(HeartbeatReply), ["application/json"]),
            new ProducesResponseTypeMetadata(400, typeof(ProblemDetails), ["application/problem+json"]),
            new ProducesResponseTypeMetadata(403, typeof(ProblemDetails), ["application/problem+json"]),
            new ProducesResponseTypeMetadata(409, typeof(ProblemDetails), ["application/problem+json"]),
            new ProducesResponseTypeMetadata(413, typeof(ProblemDetails), ["application/problem+json"]),
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
            await Refuse(ReportFaults.BadWait(context.Request.Query["wait"]), context, null);
            return;
        }

        var heard = await Read(context);
        if (heard.Fault is { } fault)
        {
            await Refuse(fault, context, heard.Host);
            return;
        }

        await Answer(heard.Report!, wait, context);
    }

    private static async ValueTask<HeardBody> Read(HttpContext context)
    {
        try
        {
            return await HeartbeatWire.Read(context.Request.BodyReader, HeartbeatWire.Parse, context.RequestAborted);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return new HeardBody(null, Problems.TooLarge(error), null);
        }
    }

    private async Task Answer(HostReport report, TimeSpan wait, HttpContext context)
    {
        if (HostTokenRules.WhyNot(Caller.Of(context), report.Host, settings.HostTokensOnly) is { } notYours)
        {
            await Refuse(notYours, context, report.Host);
            return;
        }

        var heard = intake.Hear(report);
        if (heard.Fault is { } fault)
        {
            await Refuse(fault, context, report.Host);
            return;
        }

        var reply = heard.Reply!;
        if (wait > TimeSpan.Zero && heard.MayBeHeld)
        {
            reply = await Hold(heard, wait, context.RequestAborted);
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            replies.Say(reply, report.Host);
            await HeartbeatWire.Write(reply, context);
        }
    }

    /// <summary>Held until the list is newer, the host is heard anew, withholding ends, or the wait is over.</summary>
    private async Task<HeartbeatReply> Hold(Heard heard, TimeSpan wait, CancellationToken aborted)
    {
        var hold = replies.BeginHold(heard, wait);
        if (hold.AtOnce is { } reply)
        {
            return reply;
        }

        await ((Task)hold.News.WaitAsync(hold.Limit, time, aborted)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return replies.Of(heard);
    }

    private Task Refuse(Fault fault, HttpContext context, string? host)
    {
        refusals.Note(host, fault, context);
        Refused.Add(1, new KeyValuePair<string, object?>("code", fault.Code));
        if (fault.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return fault.Write(context);
    }
}
