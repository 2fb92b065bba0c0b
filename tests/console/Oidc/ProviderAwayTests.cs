using System.Net;
using Microsoft.AspNetCore.Http;

namespace Holdfast.ConsoleUi.Tests.Oidc;

/// <summary>A provider that does not answer, or answers as another one, keeps nobody out who has a password here.</summary>
public sealed class ProviderAwayTests
{
    [Theory]
    [InlineData("gone")]
    [InlineData("silent")]
    [InlineData("broken")]
    [InlineData("another")]
    public async Task Local_users_come_in_and_the_page_says_that_the_provider_is_away(string how)
    {
        await using var provider = await StandInProvider.Start();
        provider.Claimed = how == "another" ? "https://id.example.org" : null;
        provider.Before = context => Fails(context, how);
        await using var console = await ServedConsole.Start(_ => ServedConsole.Settings(provider.Issuer));
        if (how == "gone")
        {
            await provider.DisposeAsync();
        }

        await console.Local("root");
        using var visitor = new Visitor(console.Url);
        var page = (await visitor.Go("/login")).Text;
        Assert.Contains("CO-130", page, StringComparison.Ordinal);
        Assert.Contains("Log in with Stand-in", page, StringComparison.Ordinal);
        if (how != "silent")
        {
            Assert.Equal("/login?code=CO-130&next=%2Fservers", (await visitor.Go("/login/oidc?next=/servers")).Next);
        }

        using var inside = await visitor.Send("/login", "/login", ("name", "root"), ("password", ServedConsole.Password));
        Assert.Equal((HttpStatusCode.Redirect, "/"), (inside.StatusCode, inside.Headers.Location!.OriginalString));
        Assert.True(visitor.IsInside);
    }

    [Fact]
    public async Task Who_logs_out_while_the_provider_is_away_is_told_that_its_own_session_goes_on()
    {
        var provider = await StandInProvider.Start();
        await using var console = await ServedConsole.Start(_ => ServedConsole.Settings(provider.Issuer));
        using var visitor = new Visitor(console.Url);
        Assert.Equal("/", await visitor.SignIn());
        await provider.DisposeAsync();
        using var left = await visitor.Send("/", "/logout");
        Assert.Equal("/login?code=CO-136", left.Headers.Location!.OriginalString);
        Assert.StartsWith("/login", (await visitor.Go("/servers")).Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_provider_there_is_no_word_of_it_and_no_way_to_it()
    {
        await using var console = await ServedConsole.Start(_ => null);
        using var visitor = new Visitor(console.Url);
        Assert.DoesNotContain("Log in with", (await visitor.Go("/login")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Go("/login/oidc")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Go("/login/oidc/callback")).Status);
    }

    private static async Task<bool> Fails(HttpContext context, string how)
    {
        if (how == "silent")
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else if (how == "broken")
        {
            context.Response.StatusCode = 503;
        }

        return how is "silent" or "broken";
    }
}
