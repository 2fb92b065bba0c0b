using Holdfast.Platform.Http;

namespace Holdfast.Platform.Explain;

/// <summary>A question about kept decisions; a member that is null asks for nothing.</summary>
/// <param name="Objects">Any of them, by the names that decisions are recorded under.</param>
/// <param name="To">Up to and with this moment.</param>
public sealed record DecisionQuery(
    IReadOnlyList<string>? Objects = null, DateTimeOffset? From = null, DateTimeOffset? To = null, string? Code = null,
    string? Cursor = null, int Limit = Paging.LimitDefault);
