using Holdfast.Alerting.Config;
using Holdfast.Alerting.State;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Alerting.Api;

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
                + $"is refused; by and at are passed over. {OperatorText.UserHeader}, 1 to {OperatorText.UserMax} characters, is kept as "
                + "who changed them, else whose token it was.")
            .Produces<ThresholdsView>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(409);
        thresholds.MapGet("/history", History).WithSummary("Every change with who, when, before and after, newest first.")
            .Produces<ListPage<ThresholdsVersion>>().ProducesProblem(400);
    }

    private static async Task<IResult> Get(Thresholds thresholds, CancellationToken cancel) =>
        Results.Ok(Of(Thresholds.Show(await thresholds.Newest(cancel))));

    private static async Task<IResult> Put(HttpRequest request, Thresholds thresholds, ThresholdsLoop loop, CancellationToken cancel)
    {
        var changed = await thresholds.Change(await request.ReadJson(cancel), Caller.PersonOf(request.HttpContext), cancel);
        loop.Hurry();
        return changed.ToResult(shown => Results.Ok(Of(shown)));
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

    private static ThresholdsView Of(Thresholds.Shown shown) => new(
        shown.Values.DelayThreshold, shown.Values.FailedLengthOfTimeThreshold, shown.Values.AlarmRestrainTimeOfMin,
        shown.Version, shown.By, shown.At, shown.Ignored.Count == 0 ? null : shown.Ignored);
}
