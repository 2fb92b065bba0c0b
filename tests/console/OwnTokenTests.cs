using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Gateway;
using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>The console's own token on a real store: nobody has to look after it.</summary>
public sealed class OwnTokenTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly ServiceProvider _provider;
    private readonly IDocuments<ApiToken> _tokens;
    private readonly OwnToken _own;

    public OwnTokenTests()
    {
        // The store has a clock of its own: days pass here.
        _provider = new ServiceCollection().AddSqliteState(_directory.Location).AddDocuments(ApiToken.Collection).BuildServiceProvider();
        _tokens = _provider.GetRequiredService<IDocuments<ApiToken>>();
        _own = Own("c1", 8089);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _own.Dispose();
        _provider.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_is_there_before_anybody_asks_and_is_not_among_the_tokens_of_people()
    {
        await _own.StartAsync(Cancel);
        var people = new Tokens(_tokens, _time);
        Assert.Null((await people.Make("ci", [Scopes.Read], 0, "admin", Cancel)).Fault);
        Assert.Equal(["ci"], (await people.All(Cancel)).Select(t => t.Name));
        Assert.Contains(await Digests(), d => d == ApiTokens.DigestOf(_own.Secret));
        await _own.StopAsync(Cancel);
    }

    /// <summary>After a restore of the store each page said for ever that its token was not accepted.</summary>
    [Fact]
    public async Task A_token_that_is_refused_is_made_again_once_for_all_who_were_refused_with_it_and_not_without_end()
    {
        var before = _own.Secret;
        Assert.True(await _own.Renew(before, Cancel));
        var after = _own.Secret;
        Assert.NotEqual(before, after);
        Assert.True(await _own.Renew(before, Cancel));
        Assert.Equal(after, _own.Secret);
        Assert.Equal([ApiTokens.DigestOf(after)], await Digests());

        // A service that refuses that one, too, refuses them all.
        Assert.False(await _own.Renew(after, Cancel));
        Assert.Equal(after, _own.Secret);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await _own.Renew(after, Cancel));
    }

    [Fact]
    public async Task Each_console_of_a_machine_has_one_and_those_of_consoles_that_are_gone_end()
    {
        using var other = Own("c1", 8090);
        await _own.Renew(_own.Secret, Cancel);
        await other.Renew(other.Secret, Cancel);
        Assert.Equal(2, (await Digests()).Count);
        await _tokens.UpsertMany([new ApiToken("console@c1", "old", [Scopes.Read], "console", _time.GetUtcNow(), null),
            new ApiToken("console@gone", "gone", [Scopes.Read], "console", _time.GetUtcNow(), null)], Cancel);
        _time.Advance(TimeSpan.FromDays(1));
        await _own.StartAsync(Cancel);
        await Eventually.Holds(async () => (await Digests()).Count == 2 ? null : "still there", TimeSpan.FromSeconds(60));
        await _own.StopAsync(Cancel);
        // One that an earlier release made and that has no end is for a person to revoke.
        Assert.Equal(["console@gone"], (await new Tokens(_tokens, _time).All(Cancel)).Select(t => t.Name));
    }

    private OwnToken Own(string instance, int port) =>
        new(_tokens, new Settings { Instance = instance, Port = port }, _time, NullLogger<OwnToken>.Instance);

    private async Task<IReadOnlyList<string>> Digests() =>
        [.. (await _tokens.Query(DocumentQuery<ApiToken>.All.Take(10), Cancel)).Items.Select(i => i.Document.Digest)];
}
