using System.Security.Cryptography;
using Holdfast.ConsoleUi.Gateway;
using Holdfast.Platform.State;

namespace Holdfast.ConsoleUi.Access;

/// <summary>API tokens that administrators make for programs.</summary>
internal sealed class Tokens(IDocuments<ApiToken> tokens, TimeProvider time)
{
    private const int NameMax = 64;
    private const int DaysMax = 3650;

    /// <summary>Those of people and programs; the console's own is nobody's to look after.</summary>
    internal async Task<IReadOnlyList<ApiToken>> All(CancellationToken cancel) =>
        [.. (await tokens.Query(DocumentQuery<ApiToken>.All.Take(ApiTokens.TokensMax), cancel)).Items.Select(i => i.Document)
            .Where(t => !OwnToken.IsOwn(t))];

    /// <summary>The secret, shown once and kept nowhere.</summary>
    /// <param name="days">0: until it is deleted.</param>
    internal async Task<Outcome<string>> Make(string name, IReadOnlyList<string> scopes, int days, string by, CancellationToken cancel)
    {
        if (!Ids.IsAscii(name, NameMax, Ids.Marks))
        {
            return Faults.BadToken("name", name, Ids.AsciiRule(NameMax, Ids.Marks));
        }

        if (scopes.Count == 0 || scopes.Except(Scopes.All, StringComparer.Ordinal).Any())
        {
            return Faults.BadToken("scopes", scopes.Count == 0 ? null : string.Join(", ", scopes),
                $"must be at least one of {string.Join(", ", Scopes.All)}");
        }

        if (days is < 0 or > DaysMax)
        {
            return Faults.BadToken("days", $"{days}", $"must be 0 (no end) to {DaysMax}");
        }

        if (await tokens.Count(DocumentQuery<ApiToken>.All, cancel) >= ApiTokens.TokensMax)
        {
            return Faults.BadToken("name", name, $"cannot be added: there are {ApiTokens.TokensMax} tokens; revoke one first");
        }

        var secret = "hf_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var now = time.GetUtcNow();
        var token = new ApiToken(name, ApiTokens.DigestOf(secret), scopes, by, now, days == 0 ? null : now.AddDays(days));
        return await tokens.Insert(token, cancel) ? secret : Faults.BadToken("name", name, "must not be taken");
    }

    /// <summary>Of any token, also one that an earlier version made.</summary>
    internal static bool IsName(string name) =>
        name.Length is >= 1 and <= NameMax && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    internal async Task<bool> Delete(string name, CancellationToken cancel) =>
        await tokens.Find(name, cancel) is { } found && await tokens.Delete(name, found.Version, cancel);
}
