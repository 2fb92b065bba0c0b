using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Index;

/// <summary>A count, with the first names of what was counted.</summary>
internal sealed record Noted(int Count, IReadOnlyList<string> First)
{
    private const int NamesMax = 3;

    internal static Noted Of(IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToList();
        return new Noted(all.Count, [.. all.Take(NamesMax)]);
    }
}
