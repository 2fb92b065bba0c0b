using System.Text.Encodings.Web;
using Holdfast.ConsoleUi.Access.Oidc;
using Holdfast.ConsoleUi.Wording;
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
        [FromForm] string? next, IAntiforgery forgery, Users users, Sessions sessions, FailedLogins failed, Audit audit,
        CancellationToken cancel)
    {
        if (!await forgery.IsRequestValidAsync(context))
        {
            return Back(context, "/login", Faults.NoForgery, next, name);
        }

        var (who, from) = (name?.Trim() ?? "", AddressOf(context));
        var user = await users.LogIn(who, password ?? "", from, cancel);
        if (user.Fault is { } fault)
        {
            await failed.Note(Users.IsName(who) ? who : "?", from, fault.Code);
            return Back(context, "/login", fault, next, who);
        }

        await audit.Note(who, from, FailedLogins.Deed, "console", "done");
        await Enter(context, user.Value!, sessions, null, cancel);
        return Results.LocalRedirect(Gate.Local(next));
    }

    private static async Task<IResult> Setup(HttpContext context, [FromForm] string? key, [FromForm] string? password,
        [FromForm] string? again, IAntiforgery forgery, Users users, Sessions sessions, Audit audit, FirstAdministrator first,
        CancellationToken cancel)
    {
        if (!await forgery.IsRequestValidAsync(context))
        {
            return Back(context, "/setup", Faults.NoForgery, null, null, key);
        }

        var user = password == again
            ? await users.Accept(key ?? "", password ?? "", AddressOf(context), cancel)
            : Faults.PasswordsDiffer;
        if (user.Fault is { } fault)
        {
            return Back(context, "/setup", fault, null, null, key);
        }

        first.Forget();
        await sessions.EndAll(user.Value!.Name, cancel);
        await audit.Note(user.Value.Name, AddressOf(context), "set a password", user.Value.Name, "done");
        await Enter(context, user.Value, sessions, null, cancel);
        return Results.LocalRedirect("/");
    }

    /// <summary>Here, and at the provider that the person came from.</summary>
    private static async Task<IResult> LogOut(HttpContext context, IAntiforgery forgery, Sessions sessions, Audit audit,
        OidcProvider provider, CancellationToken cancel)
    {
        if (!await forgery.IsRequestValidAsync(context) || Gate.PersonOf(context.User) is not { } person)
        {
            return Results.LocalRedirect("/login");
        }

        var ended = await sessions.End(person.Session, cancel);
        await audit.Note(person.Name, AddressOf(context), "log out", "console", "done");
        context.Response.Cookies.Delete(Gate.Cookie);
        if (ended?.Hint is not { } hint)
        {
            return Results.LocalRedirect("/login");
        }

        var there = await provider.EndOfSession(context, hint, $"{context.Request.Scheme}://{context.Request.Host}/login");
        return there.Fault is { } fault ? Back(context, "/login", fault, null, null)
            : there.Value is { } page ? Onward(context, page, 200, "Log out") : Results.LocalRedirect("/login");
    }

    /// <summary>Sets the look of pages in this browser; nothing else changes.</summary>
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

    /// <param name="hint">As <see cref="Session"/> has it.</param>
    internal static async Task Enter(HttpContext context, User user, Sessions sessions, string? hint, CancellationToken cancel)
    {
        var secret = await sessions.Begin(user.Name, AddressOf(context), context.Request.Headers.UserAgent.ToString(), hint, cancel);
        context.Response.Cookies.Append(Gate.Cookie, secret, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = Sessions.LifeMax,
            IsEssential = true,
        });
    }

    private static string AddressOf(HttpContext context) => Caller.AddressOf(context);

    internal static IResult Back(HttpContext context, string path, Fault fault, string? next, string? name, string? key = null)
    {
        var query = QueryString.Create(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["code"] = fault.Code,
            ["next"] = next,
            ["name"] = name,
            ["key"] = key,
        }.Where(p => !string.IsNullOrEmpty(p.Value)));
        return fault.RetryAfter is { } wait ? Later(context, path + query, fault, wait) : Results.LocalRedirect(path + query);
    }

    /// <summary>A program reads status and Retry-After; a browser goes on to the page that says it to a person.</summary>
    private static IResult Later(HttpContext context, string page, Fault fault, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Onward(context, page, fault.Status, $"{fault.Code} {fault.Title}");
    }

    /// <summary>Not by a status: a form's policy holds for where it leads, and a provider is not this site.</summary>
    private static IResult Onward(HttpContext context, string page, int status, string title)
    {
        context.Response.Headers["Refresh"] = $"0; url={page}";
        context.Response.Headers.CacheControl = "no-store";
        var (link, text) = (HtmlEncoder.Default.Encode(page), HtmlEncoder.Default.Encode(title));
        return Results.Content($"<!DOCTYPE html><title>{text}</title><p><a href=\"{link}\">{text}</a>",
            "text/html; charset=utf-8", statusCode: status);
    }
}
