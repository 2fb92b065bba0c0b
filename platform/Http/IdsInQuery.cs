using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Platform.Http;

/// <summary>
/// A path with <c>-</c> for an id takes the id from the query, under the parameter's own name: <c>/api/v1/tasks/-?id=..</c>.
/// Ids that a path cannot carry are refused when something is made; what an earlier version stored under one is reached so.
/// </summary>
internal static class IdsInQuery
{
    internal static void UseIdsInQuery(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is RouteEndpoint { RoutePattern.Parameters.Count: 0 })
        {
            return next(context);
        }

        var values = context.Request.RouteValues;
        foreach (var name in Left(values))
        {
            if (context.Request.Query.TryGetValue(name, out var given) && given is [{ Length: > 0 } id])
            {
                values[name] = id;
            }
        }

        return next(context);
    });

    private static List<string> Left(RouteValueDictionary values)
    {
        List<string> left = [];
        foreach (var (name, value) in values)
        {
            if (value is Ids.InQuery)
            {
                left.Add(name);
            }
        }

        return left;
    }
}
