using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Explain;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>Explains acts and holds, present and past ones.</summary>
internal static class WhyEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var ha = routes.MapLoadedGroup("/api/v1/ha", "ha");
        ha.MapGet("/decisions", Decisions)
            .WithSummary("The decision history, newest first, for seven days. Filters: object (by any of its names; a task's with those "
                + "of its components), from and to, code (act or HA-2xx). With object and at: the one decision that held at that moment.")
            .Produces<ListPage<DecisionRecord>>().ProducesProblem(400).ProducesProblem(404);
        ha.MapGet("/why/{*id}", WhyOf)
            .WithSummary("Why an object is as it is: a host, a component (any of its names), a Store, a task (task:ID or ID), "
                + "region:NAME.")
            .Produces<WhyView>().ProducesProblem(404);
    }

    private static async Task<IResult> WhyOf(string id, WhyAnswers answers, CancellationToken cancel) =>
        await answers.Of(id, cancel) is { } view ? Results.Ok(view) : Unknown(id).ToResult();

    private static async Task<IResult> Decisions(SchedulerDecisionLog decisionLog, ObjectNames names, TimeProvider time, string? @object,
        string? from, string? to, string? at, string? code, string? cursor, int? limit, CancellationToken cancel)
    {
        if (limit is < 1 or > Paging.LimitMax)
        {
            return Paging.BadLimit(limit.Value).ToResult();
        }

        var faults = new List<FieldFault>();
        var (begin, end, moment) = (Time("from", from, faults), Time("to", to, faults), Time("at", at, faults));
        Check(@object, at, moment, from is not null || to is not null || code is not null, time.GetUtcNow(), faults);
        if (faults.Count > 0)
        {
            return Fault.Invalid("HA-144", "Correct the named parameters; leave one out to ask for everything.", faults).ToResult();
        }

        return moment is { } then
            ? await At(names.ObjectOf(@object!), then, decisionLog, names, cancel)
            : await Paging.Stored(limit, most => decisionLog.History(
                new DecisionQuery(@object is null ? null : names.ObjectsOf(@object), begin, end, code, cursor, most), cancel));
    }

    private static async Task<IResult> At(string @object, DateTimeOffset at, SchedulerDecisionLog decisionLog, ObjectNames names,
        CancellationToken cancel)
    {
        var held = await decisionLog.StoredLast(@object, at, cancel);
        return held is null && !names.IsKnown(@object)
            ? Unknown(@object).ToResult()
            : Results.Ok(new ListPage<DecisionRecord>([held ?? DecisionRecord.Well(@object, at)], null));
    }

    private static void Check(
        string? @object, string? at, DateTimeOffset? moment, bool others, DateTimeOffset now, List<FieldFault> faults)
    {
        if (at is null)
        {
            return;
        }

        if (@object is null)
        {
            faults.Add(new FieldFault("object", null, "must be given with at"));
        }

        if (others)
        {
            faults.Add(new FieldFault("at", at, "goes without from, to and code"));
        }

        if (moment is { } then && (then > now || now - then > DecisionLimits.Kept))
        {
            faults.Add(new FieldFault("at", at,
                $"must lie within the last {DecisionLimits.Kept.TotalDays:0} days: older decisions are not kept"));
        }
    }

    private static DateTimeOffset? Time(string field, string? given, List<FieldFault> faults)
    {
        if (given is null)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        faults.Add(new FieldFault(field, given, "must be a time such as 2026-01-31T12:00:00Z"));
        return null;
    }

    private static Fault Unknown(string id) => Fault.NotFound("HA-113", "object", id,
        "Give a host, a component's name or its registration's id, a Store's name, a task as task:ID, or region:NAME.");
}
