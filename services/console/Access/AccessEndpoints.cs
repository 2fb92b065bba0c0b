using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.ConsoleUi.Access;

/// <summary>The forms that set cookies: everything else of the pages goes over their live connection.</summary>
internal static class AccessEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        Open(routes.MapPost("/login", LogIn));
        Open(routes.MapPost("/setup", Setup));
        Open(routes.MapPost("/logout", LogOut));
        Open(routes.MapGet("/view", View));
    }

    private static void Open(RouteHandlerBuilder endpoint) => endpoint.DisableAntiforgery().ExcludeFromDescription()
        .WithMetadata(AsksByItself.Mark, OpenToAll.Mark);

    private static async Task<IResult> LogIn(HttpContext context, [FromForm] string? name, [FromForm] string? password,
        [FromForm] string? next, IAntiforgery forgery, Users users, Sessions sessions, Audit audit, CancellationToken cancel)
    {
        if (!await forgery.IsRequestValidAsync(context))
        {
            return Back("/login", Faults.NoForgery, next, name);
        }

        var (who, from) = (name?.Trim() ?? "", AddressOf(context));
        var user = await users.LogIn(who, password ?? "", cancel);
        await audit.Note(Users.IsName(who) ? who : "?", from, "log in", "console", user.Fault?.Code ?? "done");
        if (user.Fault is { } fault)
        {
            return Back("/login", fault, next, who);
        }

        await Enter(context, user.Value!, sessions, cancel);
        return Results.LocalRedirect(Gate.Local(next));
    }

    private static async Task<IResult> Setup(HttpContext context, [FromForm] string? key, [FromForm] string? password,
        [FromForm] string? again, IAntiforgery forgery, Users users, Sessions sessions, Audit audit, FirstAdministrator first,
        CancellationToken cancel)
    {
        if (!await forgery.IsRequestValidAsync(context))
        {
            return Back("/setup", Faults.NoForgery, null, null, key);
        }

        var user = password == again
            ? await users.Accept(key ?? "", password ?? "", cancel)
            : Faults.PasswordsDiffer;
        if (user.Fault is { } fault)
        {
            return Back("/setup", fault, null, null, key);
        }

        first.Forget();
        await sessions.EndAll(user.Value!.Name, cancel);
        await audit.Note(user.Value.Name, AddressOf(context), "set a password", user.Value.Name, "done");
        await Enter(context, user.Value, sessions, cancel);
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> LogOut(HttpContext context, IAntiforgery forgery, Sessions sessions, Audit audit,
        CancellationToken cancel)
    {
        if (await forgery.IsRequestValidAsync(context) && Gate.PersonOf(context.User) is { } person)
        {
            await sessions.End(person.Session, cancel);
            await audit.Note(person.Name, AddressOf(context), "log out", "console", "done");
            context.Response.Cookies.Delete(Gate.Cookie);
        }

        return Results.LocalRedirect("/login");
    }

    /// <summary>How pages look in this browser; nothing else changes.</summary>
    private static IResult View(HttpContext context, string? language, string? theme, string? next)
    {
        Remember(context, Viewing.LanguageCookie, language, Viewing.Languages);
        Remember(context, Viewing.ThemeCookie, theme, Viewing.Themes);
        return Results.LocalRedirect(Gate.Local(next));
    }

    private static void Remember(HttpContext context, string cookie, string? value, IReadOnlyList<string> allowed)
    {
        if (value is not null && allowed.Contains(value, StringComparer.Ordinal))
        {
            context.Response.Cookies.Append(cookie, value,
                new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true,
                    Secure = context.Request.IsHttps });
        }
    }

    private static async Task Enter(HttpContext context, User user, Sessions sessions, CancellationToken cancel)
    {
        var secret = await sessions.Begin(user.Name, AddressOf(context), context.Request.Headers.UserAgent.ToString(), cancel);
        context.Response.Cookies.Append(Gate.Cookie, secret, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = IsHttps(context),
            MaxAge = Sessions.LifeMax,
            IsEssential = true,
        });
    }

    /// <summary>The door may be what speaks HTTPS.</summary>
    private static bool IsHttps(HttpContext context) =>
        context.Request.IsHttps || context.Request.Headers["X-Forwarded-Proto"].ToString() == "https";

    private static string AddressOf(HttpContext context) => Caller.AddressOf(context);

    private static IResult Back(string path, Fault fault, string? next, string? name, string? key = null)
    {
        var query = QueryString.Create(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["code"] = fault.Code,
            ["next"] = next,
            ["name"] = name,
            ["key"] = key,
        }.Where(p => !string.IsNullOrEmpty(p.Value)));
        return Results.LocalRedirect(path + query);
    }
}
