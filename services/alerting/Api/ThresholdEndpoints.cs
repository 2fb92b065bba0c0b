using Holdfast.Alerting.Config;
using Holdfast.Alerting.State;
using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Alerting.Api;

/// <summary>alarm.thresholds with the reference's keys, and which version that is.</summary>
/// <param name="DelayThreshold">Seconds by protection level: HIGH 1 to 300, MEDIUM 30 to 600, LOW 300 to 10,800.</param>
/// <param name="FailedLengthOfTimeThreshold">As DelayThreshold.</param>
/// <param name="AlarmRestrainTimeOfMin">Minutes, 1 to 600, for HIGH, MEDIUM, LOW and IGNORE.</param>
/// <param name="Version">0: the defaults. Sent along with a change, that one is refused if another one came before it.</param>
/// <param name="By">Who changed them last.</param>
/// <param name="At">When.</param>
/// <param name="Ignored">Keys of this change that mean nothing here, such as OMS has; absent: there were none.</param>
internal sealed record ThresholdsView(
    IReadOnlyDictionary<string, int> DelayThreshold, IReadOnlyDictionary<string, int> FailedLengthOfTimeThreshold,
    IReadOnlyDictionary<string, int> AlarmRestrainTimeOfMin, int Version, string? By, DateTimeOffset? At,
    IReadOnlyList<string>? Ignored)
{
    internal static ThresholdsView Of(Thresholds.Shown shown) => new(
        shown.Values.DelayThreshold, shown.Values.FailedLengthOfTimeThreshold, shown.Values.AlarmRestrainTimeOfMin,
        shown.Version, shown.By, shown.At, shown.Ignored.Count == 0 ? null : shown.Ignored);
}

internal static class ThresholdEndpoints
{
    internal static void MapThresholds(this IEndpointRouteBuilder routes)
    {
        var thresholds = routes.MapGroup("/api/v1/alerts/thresholds").WithTags("alerts");
        thresholds.MapGet("", Get).WithSummary("alarm.thresholds as they hold now, the reference's keys first.")
            .Produces<ThresholdsView>();
        thresholds.MapPut("", Put).Accepts<ThresholdsView>("application/json")
            .WithSummary("Changes the keys that are given, levels within them too; the rest keep their values.")
            .WithDescription("OMS's own JSON can be sent whole, with its rule key around the others or beside them; keys that mean nothing "
                + "here are passed over, and ignored names them. With the version that was read, a change that somebody else's came before "
                + "is refused; by and at are passed over. X-Holdfast-User, 1 to 64 characters, is kept as who changed them, else whose "
                + "token it was.")
            .Produces<ThresholdsView>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(409);
        thresholds.MapGet("/history", History).WithSummary("Every change with who, when, before and after, newest first.")
            .Produces<ListPage<ThresholdsVersion>>().ProducesProblem(400);
    }

    private static async Task<IResult> Get(Thresholds thresholds, CancellationToken cancel) =>
        Results.Ok(ThresholdsView.Of(Thresholds.Show(await thresholds.Newest(cancel))));

    private static async Task<IResult> Put(HttpRequest request, Thresholds thresholds, ThresholdsLoop loop, CancellationToken cancel)
    {
        var changed = await thresholds.Change(await request.ReadJson(cancel), Caller.PersonOf(request.HttpContext), cancel);
        loop.Hurry();
        return changed.ToResult(shown => Results.Ok(ThresholdsView.Of(shown)));
    }

    private static async Task<IResult> History(
        string? cursor, string? limit, IDocuments<ThresholdsVersion> versions, CancellationToken cancel)
    {
        var faults = new List<FieldFault>();
        var most = Limits.Read(limit, faults);
        return faults.Count > 0
            ? Faults.Query(faults).ToResult()
            : await Paged.Page(versions, Thresholds.History.Take(most).After(string.IsNullOrEmpty(cursor) ? null : cursor), cancel);
    }
}
