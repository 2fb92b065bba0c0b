using System.Security.Cryptography;
using Holdfast.Platform.Tls;

namespace Holdfast.Platform.Http;

/// <summary>
/// The installation's token, which may do everything: <c>HOLDFAST_TOKEN</c>, else the file that <c>HOLDFAST_TOKEN_FILE</c> names,
/// else <c>{data}/token</c>, which the first start creates with mode 0600. A file may hold two, a line each, for the time of a
/// change: both are accepted, and who reads the file sends the first. <see cref="CredentialWatch"/> reads it again.
/// </summary>
public sealed class TokenAuth
{
    /// <summary>Shorter ones can be guessed.</summary>
    private const int LengthMin = 16;

    private const int CountMax = 2;

    private readonly IReadOnlyList<byte[]>? _given;

    private TokenAuth(IReadOnlyList<byte[]>? given, Reread<IReadOnlyList<byte[]>>? file) => (_given, File) = (given, file);

    /// <summary>Null: the token came in the environment, and stays what it is.</summary>
    internal Reread<IReadOnlyList<byte[]>>? File { get; }

    /// <summary>Tells tokens apart without telling them.</summary>
    internal string Fingerprints => string.Join(", ", Digests.Select(d => Convert.ToHexStringLower(d.AsSpan(0, 4))));

    private IReadOnlyList<byte[]> Digests => File?.Current ?? _given!;

    public static Outcome<TokenAuth> Load(string dataDirectory)
    {
        if (Environment.GetEnvironmentVariable("HOLDFAST_TOKEN") is { Length: > 0 } given)
        {
            return given.Trim().Length >= LengthMin ? new TokenAuth([Bearer.DigestOf(given.Trim())], null)
                : Unusable("HOLDFAST_TOKEN", TooShort(given.Trim()));
        }

        var named = Environment.GetEnvironmentVariable("HOLDFAST_TOKEN_FILE");
        var file = string.IsNullOrEmpty(named) ? Path.Combine(dataDirectory, "token") : named;
        try
        {
            if (string.IsNullOrEmpty(named))
            {
                CreateIfAbsent(file);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unusable(file, error.Message);
        }

        var (made, whyNot) = Reread<IReadOnlyList<byte[]>>.Open([file], files => Parse(Encoding.UTF8.GetString(files[0])));
        return made is null ? Unusable(file, whyNot!) : new TokenAuth(null, made);
    }

    internal bool Accepts(Bearer? bearer)
    {
        if (bearer is null)
        {
            return false;
        }

        var isKnown = false;
        foreach (var known in Digests)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(bearer.Digest, known);
        }

        return isKnown;
    }

    private static IReadOnlyList<byte[]> Parse(string text)
    {
        var tokens = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return tokens.Length is < 1 or > CountMax
            ? throw new FormatException($"it has {tokens.Length} lines; one token, or two, a line each")
            : tokens.FirstOrDefault(t => t.Length < LengthMin) is { } little ? throw new FormatException(TooShort(little))
            : [.. tokens.Select(Bearer.DigestOf)];
    }

    private static string TooShort(string token) => $"a token has {token.Length} characters; it must have at least {LengthMin}";

    private static Fault Unusable(string source, string why) => Fault.Invalid("PF-203",
        "Make the file readable for this user, give a longer token, or delete the file so that the next start creates one.",
        new FieldFault("token", source, $"must be usable: {why}"));

    /// <summary>Written aside and linked into place, so that no other process ever reads half a token.</summary>
    private static void CreateIfAbsent(string file)
    {
        if (System.IO.File.Exists(file))
        {
            return;
        }

        var aside = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var stream = new StreamWriter(aside, options))
        {
            stream.WriteLine(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        }

        try
        {
            System.IO.File.Move(aside, file, overwrite: false);
        }
        catch (IOException) when (System.IO.File.Exists(file))
        {
            System.IO.File.Delete(aside);
        }
    }
}
