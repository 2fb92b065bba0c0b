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
    private const string LiveConnection = "/_blazor";

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
        if (context.Request.Path.StartsWithSegments(LiveConnection, StringComparison.Ordinal) && IsForeign(context))
        {
            await Faults.Foreign.Write(context);
            return;
        }

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

    private static bool IsForeign(HttpContext context)
    {
        var headers = context.Request.Headers;
        var address = context.RequestServices.GetRequiredService<Settings>().PublicUrl;
        return IsForeign(headers["Sec-Fetch-Site"].ToString(), headers.Origin.ToString(), context.Request.Host.Value ?? "",
            Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Authority : "");
    }

    /// <summary>
    /// Whether a page of somebody else opens a live connection with a person's cookies. Browsers let every page do so. A cookie that is
    /// for the same site is for every port of a host, and for its neighbours under one name. Pure.
    /// </summary>
    /// <param name="site">Sec-Fetch-Site, which a browser sends over TLS and to loopback; it decides where it is there.</param>
    /// <param name="origin">Origin, which it sends always; empty: this is no browser.</param>
    /// <param name="host">As this process was asked for.</param>
    /// <param name="known">As people ask for it, before a proxy that asks by another name.</param>
    internal static bool IsForeign(string site, string origin, string host, string known) => site.Length > 0
        ? site is not ("same-origin" or "none")
        : origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && (Same(uri.Authority, host) || Same(uri.Authority, known)));

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static void SendToLogin(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(LiveConnection, StringComparison.Ordinal))
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
