using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Index;

/// <summary>So many, with the first names of them.</summary>
internal sealed record Noted(int Count, IReadOnlyList<string> First)
{
    private const int NamesMax = 3;

    internal static Noted Of(IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToList();
        return new Noted(all.Count, [.. all.Take(NamesMax)]);
    }
}
