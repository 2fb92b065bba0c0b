using Holdfast.HaScheduler.Replay;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>Body of POST /api/v1/ha/replay.</summary>
/// <param name="From">Passes before are not decided again.</param>
/// <param name="To">Passes after are not read; at most an hour after from.</param>
/// <param name="Config">Keys of ha.config to try instead; null: none.</param>
internal sealed record ReplayQuestion(DateTimeOffset? From, DateTimeOffset? To, JsonObject? Config);

/// <summary>Replays passes that this replica recorded, on a thread of its own: one request at a time, ended with its caller.</summary>
internal sealed class ReplayEndpoint(Settings settings)
{
    private static readonly TimeSpan SpanMax = TimeSpan.FromHours(1);

    private int _isBusy;

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapLoadedGroup("/api/v1/ha", "ha")
        .MapPost("/replay", (ReplayQuestion body, ReplayEndpoint replay, CancellationToken cancel) => replay.Ask(body, cancel))
        .WithSummary("The passes that this replica recorded in a span of time, decided again; with config: what that had decided.")
        .Produces<ReplayResult>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(503);

    private async Task<IResult> Ask(ReplayQuestion body, CancellationToken cancel)
    {
        if (Broken(body) is { Count: > 0 } faults)
        {
            return Fault.Invalid("HA-154", "Name a span of at most an hour; 'holdfast replay' on the data directory takes any.", faults)
                .ToResult();
        }

        if (settings.ReplayMb == 0)
        {
            return RecordsNothing.ToResult();
        }

        if (Interlocked.Exchange(ref _isBusy, 1) == 1)
        {
            return Busy.ToResult();
        }

        try
        {
            var request = new ReplayRequest(settings.DataDirectory, body.Config?.ToJsonString(), body.From, body.To);
            var replayed = await Task.Factory.StartNew(() => PassReplay.Run(request, _ => cancel.ThrowIfCancellationRequested()),
                cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return replayed.ToResult(result => Results.Ok(result with
            {
                Files = [.. result.Files.Select(f => f with { File = Path.GetFileName(f.File) })],
            }));
        }
        finally
        {
            Interlocked.Exchange(ref _isBusy, 0);
        }
    }

    private static List<FieldFault> Broken(ReplayQuestion body)
    {
        var faults = new List<FieldFault>();
        if (body.From is null)
        {
            faults.Add(new FieldFault("from", null, "must be a time such as 2026-01-31T12:00:00Z"));
        }

        if (body.To is null)
        {
            faults.Add(new FieldFault("to", null, "must be a time such as 2026-01-31T12:00:00Z"));
        }

        if (body.To <= body.From || body.To - body.From > SpanMax)
        {
            faults.Add(new FieldFault("to", $"{body.To:O}", "must be after from, by at most an hour"));
        }

        return faults;
    }

    private static readonly Fault RecordsNothing = new("HA-156", 409, "Nothing is recorded",
        "This replica was started with --replay-mb 0 and keeps no passes.", "Start it with --replay-mb 256, or ask another replica.");

    private static readonly Fault Busy = new("HA-155", 409, "A replay is under way",
        "This replica decides one span of time again at a time.", "Ask again when it has ended.");
}
