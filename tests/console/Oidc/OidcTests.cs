namespace Holdfast.ConsoleUi.Tests.Oidc;

/// <summary>Sign-in at a provider: who comes in, and all that is refused.</summary>
public sealed class OidcTests(OidcScene scene) : OidcVisits(scene)
{
    [Fact]
    public async Task Somebody_whom_the_provider_vouches_for_comes_in_and_the_audit_says_by_which_provider()
    {
        _scene.Reset("Grace@Example.com");
        Assert.Equal("/servers?a=b", await _visitor.SignIn("/servers?a=b"));
        Assert.True(_visitor.IsInside);
        Assert.Contains("grace@example.com", (await _visitor.Go("/servers")).Text, StringComparison.Ordinal);
        var asked = Assert.Single(Provider.Visits);
        Assert.Contains("code_challenge_method=S256", asked, StringComparison.Ordinal);
        Assert.Contains("scope=openid%20profile%20email", asked, StringComparison.Ordinal);
        Assert.DoesNotContain(Provider.Secret, Uri.UnescapeDataString(asked), StringComparison.Ordinal);

        var told = await Console.LastLogin();
        Assert.Equal(("grace@example.com", "done"), (told.By, told.Outcome));
        Assert.Equal($"by {Provider.Issuer}, subject id of Grace@Example.com, as Viewer", told.Detail);
        Assert.Equal(Role.Viewer, (await Console.Of<Users>().Find("grace@example.com", Cancel))!.Role);
    }

    [Theory]
    [InlineData("aud", "its audience is another")]
    [InlineData("azp", "it is not an answer as the standard has it")]
    [InlineData("iss", "its issuer is another")]
    [InlineData("exp", "it does not hold now: compare the clocks")]
    [InlineData("nbf", "it does not hold now: compare the clocks")]
    [InlineData("no exp", "it does not hold now: compare the clocks")]
    [InlineData("nonce", "its nonce is not of this sign-in")]
    [InlineData("no nonce", "its nonce is not of this sign-in")]
    [InlineData("forged", "its signature does not hold")]
    [InlineData("none", "its signature does not hold")]
    [InlineData("HS256", "its signature does not hold")]
    public async Task A_token_that_proves_nothing_is_refused_with_its_reason_in_the_audit(string wrong, string why)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Provider.Claims = claims => _ = wrong switch
        {
            "aud" => claims["aud"] = "another client",
            "azp" => claims["azp"] = "another client",
            "iss" => claims["iss"] = "https://id.example.org",
            "exp" => (claims["nbf"] = now - 600, claims["exp"] = now - 180),
            "nbf" => claims["nbf"] = now + 180,
            "no exp" => claims.Remove("exp"),
            "nonce" => claims["nonce"] = "of another sign-in",
            "no nonce" => (object)claims.Remove("nonce"),
            _ => wrong,
        };
        (Provider.Forges, Provider.Algorithm) = (wrong == "forged", wrong is "none" or "HS256" ? wrong : "RS256");
        Assert.StartsWith("/login?code=CO-132", await _visitor.SignIn(), StringComparison.Ordinal);
        Assert.False(_visitor.IsInside);
        var told = await Console.LastLogin();
        Assert.Equal(("?", "CO-132", $"by {Provider.Issuer}: {why}"), (told.By, told.Outcome, told.Detail));
    }

    [Theory]
    [InlineData("exp", -60)]
    [InlineData("nbf", 60)]
    public async Task Clocks_may_differ_by_a_minute(string claim, int seconds)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Provider.Claims = claims => (claims["nbf"], claims[claim]) = (now - 600, now + seconds);
        Assert.Equal("/", await _visitor.SignIn());
    }

    [Fact]
    public async Task An_answer_is_for_one_browser_and_is_taken_once_also_with_cookies_that_somebody_has_kept()
    {
        var begun = await _visitor.Go("/login/oidc");
        var kept = _visitor.Cookies.ToList();
        var back = (await _visitor.Go(begun.Next)).Next;
        using var stranger = new Visitor(Console.Url);
        Assert.StartsWith("/login?code=CO-135", (await stranger.Go(back)).Next, StringComparison.Ordinal);
        Assert.False(stranger.IsInside);
        Assert.Equal("/", (await _visitor.Go(back)).Next);

        Assert.StartsWith("/login?code=CO-135", (await _visitor.Go(back)).Next, StringComparison.Ordinal);
        foreach (var cookie in kept)
        {
            stranger.Keep(cookie);
        }

        Assert.StartsWith("/login?code=CO-135", (await stranger.Go(back)).Next, StringComparison.Ordinal);
        Assert.False(stranger.IsInside);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?code=1")]
    [InlineData("?code=1&state=made-up")]
    [InlineData("?error=access_denied&state=made-up")]
    [InlineData("?id_token=a.b.c&state=made-up")]
    public async Task What_nobody_asked_for_is_refused(string query)
    {
        Assert.Equal("/login?code=CO-135", (await _visitor.Go("/login/oidc/callback" + query)).Next);
        Assert.False(_visitor.IsInside);
    }

    [Fact]
    public async Task A_claim_that_gives_no_role_is_a_refusal_with_a_code_and_the_name_in_the_audit()
    {
        _scene.Reset("eve");
        Provider.Groups = ["other", "HF-ADMINS", "hf-admins "];
        var page = await _visitor.SignIn("/servers");
        Assert.Equal("/login?code=CO-133&next=%2Fservers", page);
        Assert.Contains("oidc-roles", (await _visitor.Go(page)).Text, StringComparison.Ordinal);
        var told = await Console.LastLogin();
        Assert.Equal(("eve", "CO-133", $"by {Provider.Issuer}: groups has 3 values, none of them with a role"),
            (told.By, told.Outcome, told.Detail));
        Assert.Null(await Console.Of<Users>().Find("eve", Cancel));
    }

    [Fact]
    public async Task The_role_is_the_highest_that_the_provider_gives_now()
    {
        _scene.Reset("frank");
        Provider.Groups = ["hf-watch", "hf-admins"];
        Assert.Equal("/", await _visitor.SignIn());
        Assert.Equal(Role.Administrator, (await Console.Of<Users>().Find("frank", Cancel))!.Role);
        Provider.Groups = ["hf-watch"];
        Assert.Equal("/", await _visitor.SignIn());
        Assert.Equal(Role.Viewer, (await Console.Of<Users>().Find("frank", Cancel))!.Role);
    }

    [Fact]
    public async Task Nobody_gets_the_name_of_somebody_else()
    {
        await Console.Local("root");
        _scene.Reset("root");
        Provider.Groups = ["hf-admins"];
        Assert.StartsWith("/login?code=CO-134", await _visitor.SignIn(), StringComparison.Ordinal);

        _scene.Reset("heidi");
        Assert.Equal("/", await _visitor.SignIn());
        Provider.Subject = "another heidi";
        using var other = new Visitor(Console.Url);
        Assert.StartsWith("/login?code=CO-134", await other.SignIn(), StringComparison.Ordinal);
        Assert.False(other.IsInside);

        // Nor a password for it here.
        Assert.Equal("CO-104", (await Console.Of<Users>().Invite("heidi", Role.Administrator, "test", Cancel)).Fault?.Code);
        using var refused = await other.Send("/login", "/login", ("name", "heidi"), ("password", ServedConsole.Password));
        Assert.Contains("CO-101", refused.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_turned_back_at_the_provider_is_told_so_and_no_word_of_its_is_shown()
    {
        Provider.Error = "access_denied";
        Assert.StartsWith("/login?code=CO-131", await _visitor.SignIn(), StringComparison.Ordinal);
        Provider.Error = "server_error";
        using var other = new Visitor(Console.Url);
        var page = await other.SignIn();
        Assert.StartsWith("/login?code=CO-131", page, StringComparison.Ordinal);
        Assert.DoesNotContain("call 555", (await other.Go(page)).Text, StringComparison.Ordinal);
        Assert.Equal($"by {Provider.Issuer}: the provider says server_error", (await Console.LastLogin()).Detail);
    }

    [Fact]
    public async Task Nobody_is_sent_to_another_site() => Assert.Equal("/", await _visitor.SignIn("//evil.example"));

    [Fact]
    public async Task A_session_ends_here_and_at_the_provider_and_when_an_administrator_says_so()
    {
        _scene.Reset("judy");
        Assert.Equal("/", await _visitor.SignIn());
        using var left = await _visitor.Send("/", "/logout");
        var onward = left.Headers.GetValues("Refresh").Single();
        Assert.StartsWith($"0; url={Provider.Issuer}/end?", onward, StringComparison.Ordinal);
        Assert.Contains("id_token_hint=ey", onward, StringComparison.Ordinal);
        Assert.Contains($"post_logout_redirect_uri={Uri.EscapeDataString(Console.Url + "/login")}", onward, StringComparison.Ordinal);
        Assert.StartsWith("/login", (await _visitor.Go("/servers")).Next, StringComparison.Ordinal);

        Assert.Equal("/", await _visitor.SignIn());
        await Console.Of<Sessions>().EndAll("judy", Cancel);
        Assert.StartsWith("/login", (await _visitor.Go("/servers")).Next, StringComparison.Ordinal);
    }
}
