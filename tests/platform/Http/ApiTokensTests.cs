namespace Holdfast.Platform.Tests.Http;

/// <summary>API tokens that end, or are revoked, on a real store.</summary>
public sealed class ApiTokensTests : IDisposable
{
    private static readonly string Digest = ApiTokens.DigestOf("hf_secret");

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly ServiceProvider _provider;
    private readonly ApiTokens _tokens;

    public ApiTokensTests()
    {
        // The store has a clock of its own.
        _provider = new ServiceCollection().AddSqliteState(_directory.Location)
            .AddDocuments(ApiToken.Collection).AddDocuments(ReadingRule.Collection).BuildServiceProvider();
        _tokens = new ApiTokens(Documents<ApiToken>(), Documents<ReadingRule>(), _time, NullLogger<ApiTokens>.Instance);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _tokens.Dispose();
        _provider.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_token_that_has_ended_is_none_from_that_moment_also_where_it_is_known()
    {
        await Made(_time.GetUtcNow().AddDays(1));
        Assert.Equal("token:ci", (await _tokens.Find(Digest, Cancel))!.Name);
        _time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.NotNull(_tokens.FindKnown(Digest));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(_tokens.FindKnown(Digest));
        Assert.Null(await _tokens.Find(Digest, Cancel));
    }

    [Fact]
    public async Task A_token_that_is_revoked_is_none_with_the_next_look_and_one_without_an_end_holds_until_then()
    {
        await Made(null);
        _time.Advance(TimeSpan.FromDays(4000));
        Assert.NotNull(await _tokens.Find(Digest, Cancel));
        await Documents<ApiToken>().Delete("ci", 1, Cancel);
        // Somebody else's guess makes it look at once; its own interval would.
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await _tokens.Find(ApiTokens.DigestOf("hf_guess"), Cancel));
        Assert.Null(_tokens.FindKnown(Digest));
    }

    [Fact]
    public async Task What_is_kept_is_no_token()
    {
        await Made(null);
        Assert.Null(await _tokens.Find(ApiTokens.DigestOf(Digest), Cancel));
    }

    private Task<bool> Made(DateTimeOffset? until) => Documents<ApiToken>().Insert(
        new ApiToken("ci", Digest, [Scopes.Read], "test", _time.GetUtcNow(), until), Cancel);

    private IDocuments<T> Documents<T>() where T : class => _provider.GetRequiredService<IDocuments<T>>();
}
