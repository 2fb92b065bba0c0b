using Holdfast.HaScheduler.State;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.DecisionLog;

/// <summary>A question about kept decisions; a member that is null asks for nothing.</summary>
/// <param name="Objects">Any of them, by the names that decisions are recorded under.</param>
/// <param name="To">Up to and with this moment.</param>
internal sealed record DecisionQuery(
    IReadOnlyList<string>? Objects, DateTimeOffset? From, DateTimeOffset? To, string? Code, string? Cursor = null,
    int Limit = Paging.LimitDefault)
{
    /// <summary>Newest first.</summary>
    internal DocumentQuery<DecisionRecord> ToQuery()
    {
        var query = DocumentQuery<DecisionRecord>.All.OrderBy(d => d.At, descending: true).Take(Limit).After(Cursor);
        query = Objects switch
        {
            null => query,
            [var one] => query.Where(d => d.Object, Match.Equal, one),
            _ => query.Where(d => d.Object, Match.In, Objects),
        };
        query = From is null ? query : query.Where(d => d.At, Match.GreaterOrEqual, From);
        query = To is null ? query : query.Where(d => d.At, Match.LessOrEqual, To);
        return Code is null ? query : query.Where(d => d.Code, Match.Equal, Code);
    }
}
