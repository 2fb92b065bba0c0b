namespace Holdfast.Heartbeat.Tests;

/// <summary>A component's configuration goes to the supervisor of its host, and to nobody else.</summary>
[Trait("Category", "slow")]
public sealed class ComponentConfigTests : RunningService
{
    private const string Name = "10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:1";
    private const string First = """{"incrSync":{"sink":{"password":"p1"}}}""";
    private const string Second = """{"incrSync":{"sink":{"password":"p2"}}}""";

    private Task Place(string? config, long epoch = 1, DesiredState desired = DesiredState.Running, string host = "h1") =>
        App.Services.GetRequiredService<DesiredComponents>().Place(
            Placed(Name, epoch: epoch, desired: desired, host: host) with { Config = config }, Limit.Token);

    private static string PathOf(string host) => $"/api/v1/hosts/{host}/components/{Uri.EscapeDataString(Name)}/config";

    private async Task<HttpResponseMessage> Get(string host, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, PathOf(host));
        request.Headers.Authorization = token is null ? Http.DefaultRequestHeaders.Authorization : new("Bearer", token);
        return await Http.SendAsync(request, Limit.Token);
    }

    private async Task<string> TokenOf(string host)
    {
        using var made = await Http.PostAsync($"/api/v1/hosts/{host}/tokens", null, Limit.Token);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Limit.Token)).GetProperty("token").GetString()!;
    }

    private async Task<string> Served(string host) => await (await Get(host)).Content.ReadAsStringAsync(Limit.Token);

    [Fact]
    public async Task The_list_says_the_digest_and_the_host_fetches_the_text_that_it_is_of()
    {
        await Place(First);
        await Hear(Report());
        Admit(1, 1);
        var desired = Assert.Single((await Hear(Report(sequence: 2))).Components!);
        Assert.Equal(ComponentConfig.DigestOf(First), desired.ConfigDigest);
        using var answer = await Get("h1", await TokenOf("h1"));
        Assert.Equal((HttpStatusCode.OK, First), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Limit.Token)));
        Assert.Equal((true, $"\"{desired.ConfigDigest}\""), (answer.Headers.CacheControl?.NoStore, answer.Headers.ETag?.Tag));
    }

    [Fact]
    public async Task Another_host_a_reader_and_nobody_are_refused()
    {
        await Place(First);
        using var other = await Get("h1", await TokenOf("h2"));
        Assert.Equal((HttpStatusCode.Forbidden, "HB-204"), (other.StatusCode, await Code(other)));
        var secret = "hf_a-reader-s-own-token-of-this-test";
        await App.Services.GetRequiredService<IDocuments<ApiToken>>().Insert(
            new ApiToken("reader", ApiTokens.DigestOf(secret), [Scopes.Read, Scopes.Operate], "t", DateTimeOffset.UnixEpoch, null),
            Limit.Token);
        using var reader = await Get("h1", secret);
        Assert.Equal((HttpStatusCode.Forbidden, "PF-106"), (reader.StatusCode, await Code(reader)));
        Http.DefaultRequestHeaders.Authorization = null;
        using var nobody = await Get("h1");
        Assert.Equal((HttpStatusCode.Unauthorized, "PF-101"), (nobody.StatusCode, await Code(nobody)));
    }

    [Fact]
    public async Task What_has_no_configuration_here_is_unknown()
    {
        await Place(null);
        using var without = await Get("h1");
        Assert.Equal((HttpStatusCode.NotFound, "HB-407"), (without.StatusCode, await Code(without)));
        using var elsewhere = await Get("h2");
        Assert.Equal((HttpStatusCode.NotFound, "HB-407"), (elsewhere.StatusCode, await Code(elsewhere)));
    }

    [Fact]
    public async Task The_placement_that_holds_has_its_configuration_whatever_comes_late()
    {
        await Place(First, epoch: 1);
        await Place(Second, epoch: 2);
        await Place(First, epoch: 1);
        await App.Services.GetRequiredService<ComponentConfigs>().Keep(Placed(Name, epoch: 1) with { Config = First }, Limit.Token);
        Assert.Equal(Second, await Served("h1"));
    }

    [Fact]
    public async Task It_is_forgotten_with_the_component_and_with_the_host()
    {
        var rows = App.Services.GetRequiredService<IDocuments<ConfigRow>>();
        await Place(First);
        await Place(First, host: "h2");
        await Place(null, epoch: 2, desired: DesiredState.Absent);
        Assert.Equal(["h2"], (await rows.Query(DocumentQuery<ConfigRow>.All, Limit.Token)).Items.Select(row => row.Document.Host));
        await App.Services.GetRequiredService<DesiredComponents>().Empty("h2", Limit.Token);
        Assert.Equal(0, await rows.Count(DocumentQuery<ConfigRow>.All, Limit.Token));
    }

    [Fact]
    public async Task A_placement_as_the_version_before_said_it_has_none()
    {
        await Place(null);
        Assert.DoesNotContain("configDigest", JsonSerializer.Serialize(
            App.Services.GetRequiredService<DesiredComponents>().Find("h1")!.Components, Json), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_is_nowhere_in_the_state_file_and_is_served_all_the_same()
    {
        await Place("""{"password":"of-the-source"}""");
        Assert.Equal("""{"password":"of-the-source"}""", await Served("h1"));
        await App.StopAsync(Limit.Token);
        foreach (var file in Directory.GetFiles(DataPath, "holdfast.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain("of-the-source", await reader.ReadToEndAsync(Limit.Token), StringComparison.Ordinal);
        }
    }
}
