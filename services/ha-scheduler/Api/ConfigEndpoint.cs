using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Publishing;
using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Config;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>ha.config as people see it. Pure.</summary>
internal static class HaConfigViews
{
    extension(HaConfigView)
    {
        internal static HaConfigView Of(HeldConfig held) =>
            new(held.Config) { Version = held.Version, ChangedBy = held.Document?.By, ChangedAt = held.Document?.At };
    }
}

/// <summary>Parameters of a change beside its body.</summary>
internal sealed record ChangeTerms(
    [property: FromQuery(Name = "reason")] string? Reason,
    [property: FromHeader(Name = "If-Match")] string? IfMatch,
    [property: FromHeader(Name = OperatorText.UserHeader)] string? User)
{
    private const string Token = "token";

    /// <summary>Name that is recorded for the change: the one that the caller gives, else the token.</summary>
    internal string By => User ?? Token;

    /// <summary>False when the version that the caller has read is not this one.</summary>
    internal bool Meets(int version) => IfMatch is null or "*" || VersionOf(IfMatch) == version;

    internal Fault? Check()
    {
        List<FieldFault> faults = [];
        if (IfMatch is not (null or "*") && VersionOf(IfMatch) is null)
        {
            faults.Add(new FieldFault("If-Match", IfMatch, "must be the version that GET shows"));
        }

        faults.AddRange(new[] { OperatorText.BadUser(User), OperatorText.BadReason(Reason) }.OfType<FieldFault>());
        return faults.Count == 0 ? null : Fault.Invalid("HA-102", "Correct them or leave them out; nothing was changed.", faults);
    }

    private static int? VersionOf(string tag) =>
        int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}

/// <summary>ha.config over HTTP: read, changed, and who changed it.</summary>
internal static class ConfigEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var config = routes.MapLoadedGroup("/api/v1/ha/config", "ha");
        config.MapGet("", (HaConfigStore store, HttpResponse response) => Answer(store.Held, response))
            .WithSummary("ha.config as it holds now, the reference's keys first.").Produces<HaConfigView>();
        config.MapPut("", Put).Accepts<HaConfig>("application/json").WithMetadata(NamesWhatIsTwice.Mark)
            .WithSummary("Changes the keys that are given; the rest keep their values.")
            .WithDescription("A region's or task's override is given whole; null removes it. If-Match with the version that was read "
                + "refuses the change when there is a later one; reason and X-Holdfast-User are kept with it.")
            .Produces<HaConfigView>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(412);
        config.MapGet("/schema", (Settings settings) => Results.Ok(HaConfigDeclared.Of(settings.Profile)))
            .WithSummary("Every key with its meaning, unit, bounds, defaults by profile, and what it must be to other keys.")
            .Produces<HaConfigSchema>();
        config.MapGet("/history", History).WithSummary("Who changed what, when and why, newest first.")
            .Produces<ListPage<HaConfigChangeView>>().ProducesProblem(400);
    }

    private static async Task<IResult> Put(
        HttpContext http, [AsParameters] ChangeTerms terms, HaConfigStore store, ConfigPublisher publisher, CancellationToken cancel)
    {
        if (terms.Check() is { } bad)
        {
            return bad.ToResult();
        }

        var body = await http.Request.ReadJson(cancel, namesTwice: true);
        if (body.ValueKind != JsonValueKind.Object)
        {
            return Fault.Invalid("HA-101", "Send one JSON object of keys; nothing was changed.",
                new FieldFault("body", null, "must be an object")).ToResult();
        }

        // Another replica may have changed it a moment ago.
        var held = await store.Load(cancel);
        if (!terms.Meets(held.Version))
        {
            return Outdated(StatusCodes.Status412PreconditionFailed, $"ha.config is at version {held.Version}, not {terms.IfMatch}.");
        }

        var merged = store.Merge(held, JsonObject.Create(body)!);
        if (merged.Fault is { } fault)
        {
            return fault.ToResult();
        }

        var (config, ignored) = (merged.Value!.Config, merged.Value.Ignored);
        if (config == held.Config)
        {
            return Answer(held, http.Response, ignored);
        }

        var changed = await store.Change(held, config, terms.By, terms.Reason, cancel);
        // In both cases there is a version that not every replica knows.
        publisher.Hurry();
        return changed
            ? Answer(store.Held, http.Response, ignored)
            : Outdated(StatusCodes.Status409Conflict, "Somebody else changed ha.config at the same time.");
    }

    private static async Task<IResult> History(HaConfigStore store, string? cursor, int? limit, CancellationToken cancel)
    {
        if (limit is < 1 or > Paging.LimitMax)
        {
            return Paging.BadLimit(limit.Value).ToResult();
        }

        var below = int.MaxValue;
        if (cursor is not null && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out below))
        {
            return Fault.Invalid("HA-102", "Ask for the first page again, without a cursor.",
                new FieldFault("cursor", cursor, "must be as the page before gave it")).ToResult();
        }

        var take = limit ?? Paging.LimitDefault;
        var found = await store.History(below, take + 1, cancel);
        var page = found.Take(take).Select(HaConfigDifference.Of).ToList();
        return Results.Ok(new ListPage<HaConfigChangeView>(
            page, found.Count > take ? page[^1].Version.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static IResult Answer(HeldConfig held, HttpResponse response, IReadOnlyList<IgnoredKey>? ignored = null)
    {
        response.Headers.ETag = $"\"{held.Version}\"";
        return Results.Ok(HaConfigView.Of(held) with { Ignored = ignored });
    }

    private static IResult Outdated(int status, string why) =>
        new Fault("HA-107", status, "Changed meanwhile", why, "Read it again, then repeat the change.").ToResult();
}
