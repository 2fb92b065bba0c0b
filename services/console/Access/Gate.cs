using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using System.Security.Claims;

namespace Holdfast.ConsoleUi.Access;

/// <summary>On what is shown to people who are not logged in: login, setup, the files of the pages.</summary>
internal sealed class OpenToAll
{
    internal static OpenToAll Mark { get; } = new();
}

/// <summary>
/// Before the console's endpoints, and no others: headers that keep foreign scripts out, who is there, and the way to the
/// login for who is not.
/// </summary>
internal static class Gate
{
    internal const string Cookie = "holdfast_session";
    private const string Name = ClaimTypes.Name;
    internal const string SessionClaim = "session";
    internal const string AddressClaim = "address";

    /// <summary>Scripts and connections to this host alone; styles of elements are what the charts are drawn with.</summary>
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
        + "style-src-elem 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    internal static void Use(IApplicationBuilder app)
    {
        UnknownPage.Use(app);
        app.UseWhen(
            context => context.GetEndpoint()?.Metadata.GetMetadata<AsksByItself>() is not null,
            console =>
            {
                console.Use(Pass);
                console.UseAntiforgery();
            });
    }

    private static async Task Pass(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        var sessions = context.RequestServices.GetRequiredService<Sessions>();
        var person = await sessions.Find(context.Request.Cookies[Cookie], context.RequestAborted);
        if (person is not null)
        {
            context.User = ToPrincipal(person);
        }
        else if (context.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is null)
        {
            SendToLogin(context);
            return;
        }

        await next(context);
    }

    private static void SendToLogin(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var wanted = context.Request.Path + context.Request.QueryString;
        context.Response.Redirect(wanted == "/" ? "/login" : $"/login?next={Uri.EscapeDataString(wanted)}");
    }

    private static ClaimsPrincipal ToPrincipal(Person person) => new(new ClaimsIdentity(
    [
        new Claim(Name, person.Name), new Claim(ClaimTypes.Role, person.Role.ToString()), new Claim(SessionClaim, person.Session),
        new Claim(AddressClaim, person.Address),
    ], "session"));

    /// <summary>Null: not logged in.</summary>
    internal static Person? PersonOf(ClaimsPrincipal user) => user.Identity is { IsAuthenticated: true, Name: { } name }
        ? new Person(name, Enum.Parse<Role>(user.FindFirstValue(ClaimTypes.Role)!), user.FindFirstValue(SessionClaim)!,
            user.FindFirstValue(AddressClaim)!)
        : null;

    /// <summary>A path of this site, or the first page: nobody is sent elsewhere.</summary>
    internal static string Local(string? next) =>
        next is { Length: > 0 and < 2000 } && next[0] == '/' && !next.StartsWith("//", StringComparison.Ordinal)
            && !next.Contains('\\', StringComparison.Ordinal) && !next.Any(char.IsControl) ? next : "/";
}
