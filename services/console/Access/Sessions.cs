using System.Collections.Concurrent;
using System.Security.Cryptography;
using Holdfast.Platform.State;

namespace Holdfast.ConsoleUi.Access;

/// <summary>Sessions of the people who are logged in, looked up at most every few seconds for each browser.</summary>
internal sealed class Sessions(IDocuments<Session> sessions, Users users, Settings settings, TimeProvider time)
{
    internal static readonly TimeSpan LifeMax = TimeSpan.FromHours(12);
    private static readonly TimeSpan RememberedMax = TimeSpan.FromSeconds(3);
    private const int RememberedCountMax = 10_000;
    private const int BrowserMax = 200;

    private readonly ConcurrentDictionary<string, (Person? Person, long At)> _remembered = new(StringComparer.Ordinal);

    /// <summary>The cookie's value.</summary>
    /// <param name="hint">As <see cref="Session"/> has it.</param>
    internal async Task<string> Begin(string user, string address, string browser, string? hint, CancellationToken cancel)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        await sessions.Insert(new Session(ApiTokens.DigestOf(secret), user, now, now + LifeMax, address,
            browser.Length > BrowserMax ? browser[..BrowserMax] : browser, hint), cancel);
        await sessions.DeleteMany(DocumentQuery<Session>.All.Where(s => s.Until, Match.Less, now).OrderBy(s => s.Until), cancel);
        return secret;
    }

    /// <summary>Finds the person whose cookie has this value, as of now; null: nobody, any more.</summary>
    internal Task<Person?> Find(string? secret, CancellationToken cancel) =>
        secret is { Length: 64 } ? FindById(ApiTokens.DigestOf(secret), cancel) : Task.FromResult<Person?>(null);

    internal async Task<Person?> FindById(string id, CancellationToken cancel)
    {
        if (_remembered.TryGetValue(id, out var seen) && time.GetElapsedTime(seen.At) < RememberedMax)
        {
            return seen.Person;
        }

        var session = (await sessions.Find(id, cancel))?.Document;
        var user = session is not null && session.Until > time.GetUtcNow() ? await users.Find(session.User, cancel) : null;
        var person = user?.MayComeIn(settings.Oidc?.Issuer) == true ? new Person(user.Name, user.Role, id, session!.Address) : null;
        if (_remembered.Count > RememberedCountMax)
        {
            _remembered.Clear();
        }

        _remembered[id] = (person, time.GetTimestamp());
        return person;
    }

    /// <returns>What has ended; null: it had ended before.</returns>
    internal async Task<Session?> End(string id, CancellationToken cancel)
    {
        Session? ended = null;
        if (await sessions.Find(id, cancel) is { } found)
        {
            await sessions.Delete(id, found.Version, cancel);
            ended = found.Document;
        }

        _remembered.TryRemove(id, out _);
        return ended;
    }

    internal async Task<IReadOnlyList<Session>> Of(string user, CancellationToken cancel) =>
        [.. (await sessions.Query(DocumentQuery<Session>.All.Where(s => s.User, Match.Equal, user), cancel)).Items
            .Select(i => i.Document).Where(s => s.Until > time.GetUtcNow())];

    internal async Task EndAll(string user, CancellationToken cancel)
    {
        await sessions.DeleteMany(DocumentQuery<Session>.All.Where(s => s.User, Match.Equal, user).OrderBy(s => s.User), cancel);
        _remembered.Clear();
    }
}
