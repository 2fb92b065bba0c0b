namespace Holdfast.Heartbeat.Tests;

/// <summary>As the service takes them, over HTTP.</summary>
[Trait("Category", "slow")]
public sealed class HostTokensTests : RunningService
{
    [Fact]
    public async Task A_host_reports_with_its_own_token_and_with_no_other_host_s()
    {
        var (_, secret) = await Make("h1");
        await Speaks(secret, "h1", null);
        await Speaks(secret, "h2", "HB-204");
        using var other = await As(secret, HttpMethod.Patch, "/api/v1/hosts/h1", new { drain = true });
        Assert.Equal((HttpStatusCode.Forbidden, "PF-106"), (other.StatusCode, await Code(other)));
        await Speaks("hft_guessed", "h1", "PF-102");
    }

    [Fact]
    public async Task A_host_that_names_another_one_takes_nothing_from_it_and_makes_nobody_up()
    {
        var (_, thief) = await Make("h1");
        var (_, owner) = await Make("h2");
        await Speaks(owner, "h2", null);
        var forged = Report(incarnation: 99, sequence: 1_000_000, address: "10.6.6.6", host: "h2");
        using var refused = await As(thief, HttpMethod.Post, "/api/v1/heartbeats", forged);
        Assert.Equal((HttpStatusCode.Forbidden, "HB-204"), (refused.StatusCode, await Code(refused)));
        using var invented = await As(thief, HttpMethod.Post, "/api/v1/heartbeats", forged with { Host = "h3" });
        Assert.Equal("HB-204", await Code(invented));
        var hosts = App.Services.GetRequiredService<HostRegistry>();
        Assert.Equal("10.0.0.1", hosts.Find("h2")?.Known.Address);
        Assert.Null(hosts.Find("h3"));
        await Speaks(owner, "h2", null);
    }

    [Fact]
    public async Task Two_tokens_hold_until_the_old_one_is_revoked()
    {
        var (old, first) = await Make("h1");
        var (_, second) = await Make("h1");
        using var third = await Http.PostAsync("/api/v1/hosts/h1/tokens", null, Limit.Token);
        Assert.Equal((HttpStatusCode.Conflict, "HB-405"), (third.StatusCode, await Code(third)));
        await Speaks(first, "h1", null);
        await Speaks(second, "h1", null);
        using var revoked = await Http.DeleteAsync($"/api/v1/hosts/h1/tokens/{old}", Limit.Token);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await Speaks(first, "h1", "PF-102");
        await Speaks(second, "h1", null);
    }

    [Fact]
    public async Task What_another_replica_made_or_revoked_is_known_within_seconds()
    {
        var rows = App.Services.GetRequiredService<IDocuments<HostTokensRow>>();
        var token = new HostToken("a", ApiTokens.DigestOf("secret-of-h3"), "elsewhere", TimeProvider.System.GetUtcNow());
        await rows.Insert(new HostTokensRow("h3", [token], token.At), Limit.Token);
        await UntilSpeaks("secret-of-h3", "h3", null);
        await rows.Replace(new HostTokensRow("h3", [], TimeProvider.System.GetUtcNow()), 1, Limit.Token);
        await UntilSpeaks("secret-of-h3", "h3", "PF-102");
    }

    [Fact]
    public async Task The_store_and_the_audit_hold_no_secret_and_the_audit_says_who_made_and_revoked_what()
    {
        var (id, secret) = await Make("h1");
        using var revoked = await Http.DeleteAsync($"/api/v1/hosts/h1/tokens/{id}", Limit.Token);
        using var unknown = await Http.DeleteAsync("/api/v1/hosts/h1/tokens/none", Limit.Token);
        Assert.Equal("HB-406", await Code(unknown));
        var page = await App.Services.GetRequiredService<Audit>().Read(new AuditFilter(), null, 10, Limit.Token);
        var audit = page.Items.Select(i => i.Document).ToList();
        Assert.Equal(
            [("revoke host token", "HB-406"), ("revoke host token", "done"), ("make host token", "done")],
            audit.Where(a => a.On == "h1").Select(a => (a.What, a.Outcome)));
        Assert.All(audit.Where(a => a.On == "h1"), a => Assert.Equal("installation token", a.By));
        await App.StopAsync(Limit.Token);
        foreach (var file in Directory.GetFiles(DataPath, "holdfast.db*"))
        {
            Assert.DoesNotContain(secret, System.Text.Encoding.Latin1.GetString(await ReadShared(file)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_host_is_enrolled_with_its_one_time_token_and_speaks_with_its_own_from_then_on()
    {
        var oneTime = await Enrolment("h7");
        var digest = ApiTokens.DigestOf("hft_made-on-h7");
        Assert.Equal("HB-408", await Enrols("h7", oneTime, "short"));
        Assert.Equal("HB-206", await Enrols("h8", oneTime, digest));
        Assert.Equal("HB-206", await Enrols("h7", "hfe_guessed", digest));
        Assert.Equal("HB-206", await Enrols("h7", Http.DefaultRequestHeaders.Authorization!.Parameter!, digest));
        await Speaks(oneTime, "h7", "PF-102");
        Assert.Null(await Enrols("h7", oneTime, digest));
        Assert.Null(await Enrols("h7", oneTime, digest));
        await Speaks("hft_made-on-h7", "h7", null);
        Assert.Equal("HB-207", await Enrols("h7", oneTime, ApiTokens.DigestOf("stolen")));
        await Speaks("hft_made-on-h7", "h7", null);
    }

    [Fact]
    public async Task A_newer_one_time_token_takes_the_place_of_the_one_before_and_the_audit_has_both_ends()
    {
        var first = await Enrolment("h6");
        var second = await Enrolment("h6");
        Assert.Equal("HB-206", await Enrols("h6", first, ApiTokens.DigestOf("x")));
        Assert.Null(await Enrols("h6", second, ApiTokens.DigestOf("x")));
        using var bad = await Http.PostAsJsonAsync("/api/v1/hosts/h6/tokens/enrolment", new { minutes = 0 }, Limit.Token);
        Assert.Equal("HB-408", await Code(bad));
        using var stranger = new HttpClient { BaseAddress = Http.BaseAddress };
        using var refused = await stranger.PostAsync("/api/v1/hosts/h6/tokens/enrolment", null, Limit.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var page = await App.Services.GetRequiredService<Audit>().Read(new AuditFilter { On = "h6" }, null, 10, Limit.Token);
        Assert.Equal([("host:h6", "enrol"), ("installation token", "make one-time token"), ("installation token", "make one-time token")],
            page.Items.Select(i => (i.Document.By, i.Document.What)));
    }

    private async Task<string> Enrolment(string host)
    {
        using var made = await Http.PostAsync($"/api/v1/hosts/{host}/tokens/enrolment", null, Limit.Token);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Limit.Token)).GetProperty("token").GetString()!;
    }

    private async Task<string?> Enrols(string host, string token, string digest)
    {
        using var answer = await As(token, HttpMethod.Post, $"/api/v1/hosts/{host}/enrolment", new { digest });
        return answer.IsSuccessStatusCode ? null : await Code(answer);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("ü")]
    public async Task A_host_id_that_no_report_can_have_gets_no_token(string host)
    {
        using var refused = await Http.PostAsync($"/api/v1/hosts/{Uri.EscapeDataString(host)}/tokens", null, Limit.Token);
        Assert.Equal("HB-404", await Code(refused));
    }

    [Fact]
    public async Task Tokens_are_neither_listed_nor_made_without_a_token()
    {
        using var stranger = new HttpClient { BaseAddress = Http.BaseAddress };
        using var listed = await stranger.GetAsync("/api/v1/hosts/h1/tokens", Limit.Token);
        using var made = await stranger.PostAsync("/API/v1/hosts/h1/tokens/", null, Limit.Token);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (listed.StatusCode, made.StatusCode));
    }

    private static async Task<byte[]> ReadShared(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var read = new byte[stream.Length];
        await stream.ReadExactlyAsync(read);
        return read;
    }

    private async Task<(string Id, string Secret)> Make(string host)
    {
        using var made = await Http.PostAsync($"/api/v1/hosts/{host}/tokens", null, Limit.Token);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var body = await made.Content.ReadFromJsonAsync<JsonElement>(Limit.Token);
        return (body.GetProperty("id").GetString()!, body.GetProperty("token").GetString()!);
    }

    private async Task<HttpResponseMessage> As(string token, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, options: Json) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Http.SendAsync(request, Limit.Token);
    }

    private long _sequence;

    private async Task<string?> Outcome(string token, string host)
    {
        using var answer = await As(token, HttpMethod.Post, "/api/v1/heartbeats", Report(sequence: ++_sequence, host: host));
        return answer.IsSuccessStatusCode ? null : await Code(answer);
    }

    private async Task Speaks(string token, string host, string? code) => Assert.Equal(code, await Outcome(token, host));

    private async Task UntilSpeaks(string token, string host, string? code)
    {
        while (await Outcome(token, host) != code)
        {
            await Task.Delay(Seconds(0.2), TimeProvider.System, Limit.Token);
        }
    }
}

/// <summary>Heartbeats that take only hosts' own tokens.</summary>
public sealed class HostTokensOnlyTests : RunningService
{
    private string Given => Path.Combine(DataPath, "host-tokens");

    private protected override Settings Settings
    {
        get
        {
            File.WriteAllText(Given, $"# given by a deployment\nh2 {ApiTokens.DigestOf("token-of-h2")}\n");
            return base.Settings with { HostTokensOnly = true, HostTokenFile = Given };
        }
    }

    [Fact]
    public async Task A_token_that_a_file_gives_holds_for_as_long_as_it_stands_there()
    {
        Assert.Null(await Outcome("h2", "token-of-h2", 1));
        Assert.Equal("HB-204", await Outcome("h1", "token-of-h2", 2));
        await File.WriteAllTextAsync(Given, $"h2 {ApiTokens.DigestOf("next-token-of-h2")}\n", Limit.Token);
        for (var sequence = 3; await Outcome("h2", "next-token-of-h2", sequence) is not null; sequence++)
        {
            await Task.Delay(Seconds(0.2), TimeProvider.System, Limit.Token);
        }

        Assert.Equal("PF-102", await Outcome("h2", "token-of-h2", 1000));
    }

    private async Task<string?> Outcome(string host, string token, long sequence)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/heartbeats")
            { Content = JsonContent.Create(Report(sequence: sequence, host: host), options: Json) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await Http.SendAsync(request, Limit.Token);
        return answer.IsSuccessStatusCode ? null : await Code(answer);
    }

    [Fact]
    public async Task The_installation_s_token_reports_no_host()
    {
        using var refused = await Post(Report());
        Assert.Equal((HttpStatusCode.Forbidden, "HB-205"), (refused.StatusCode, await Code(refused)));
    }
}
