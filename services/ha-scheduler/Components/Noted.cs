using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler;

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
