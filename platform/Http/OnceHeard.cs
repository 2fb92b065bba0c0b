using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>An answer that rests on what hosts have said.</summary>
public interface IHeardOf
{
    /// <summary>
    /// Time at which any host's report was last heard: the state is as old. Null: none in this life, or it needs no reports.
    /// </summary>
    DateTimeOffset? AsOf { get; set; }
}

/// <summary>
/// A service that has just started has not heard the hosts yet: what it would list of what runs there is untrue. It waits for
/// a moment, and says so if that is not enough. After a while it answers all the same: a host that died meanwhile is never heard.
/// </summary>
public static class OnceHeard
{
    /// <summary>Shorter than anybody waits for a list.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    internal static readonly Fault NotYet = new("PF-217", 503, "Still listening to the hosts",
        "The service has started a moment ago and has not heard all hosts yet: what runs there is not known.",
        "Try again in a second; after twice a host's heartbeat and some seconds it answers, whoever is silent.");

    /// <param name="endpoint">It answers what hosts have said.</param>
    /// <param name="hasHeard">They have said it in this life of the service.</param>
    /// <param name="silence">Since any host's report was heard last; null: none was.</param>
    public static TBuilder AnswersOnce<TBuilder>(
        this TBuilder endpoint, Func<IServiceProvider, bool> hasHeard, Func<IServiceProvider, TimeSpan?> silence)
        where TBuilder : IEndpointConventionBuilder => endpoint.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        if (!await Heard(() => hasHeard(http.RequestServices), TimeOf(http), http.RequestAborted))
        {
            return Refuse(http);
        }

        var answer = await next(context);
        if (answer is IValueHttpResult { Value: IHeardOf heard })
        {
            heard.AsOf = TimeOf(http).GetUtcNow() - silence(http.RequestServices);
        }

        return answer;
    });

    /// <summary>True as soon as it is, false once that has taken too long.</summary>
    internal static async Task<bool> Heard(Func<bool> hasHeard, TimeProvider time, CancellationToken cancel)
    {
        var from = time.GetTimestamp();
        while (!hasHeard())
        {
            if (time.GetElapsedTime(from) >= WaitMax)
            {
                return false;
            }

            await Task.Delay(Look, time, cancel);
        }

        return true;
    }

    private static IResult Refuse(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return NotYet.ToResult();
    }

    private static TimeProvider TimeOf(HttpContext http) =>
        http.RequestServices.GetService(typeof(TimeProvider)) as TimeProvider ?? TimeProvider.System;
}
