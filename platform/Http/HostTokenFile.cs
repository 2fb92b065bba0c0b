using Holdfast.Platform.Tls;

namespace Holdfast.Platform.Http;

/// <summary>
/// Hosts' tokens that a deployment hands out by itself, such as docker-compose.yml: a host's id and the SHA-256 of its token in each
/// line. They hold beside those in the store, for as long as they stand there.
/// </summary>
public static class HostTokenFile
{
    internal const string Rule =
        "must be a readable file; in each line a host's id and the SHA-256 of its token (64 hex digits), a blank between them";

    private const int DigestLength = 64;

    /// <summary>Null: none is named. The settings have looked at it: a file that went meanwhile gives nobody until it is back.</summary>
    /// <returns>Hosts by the digests of their tokens.</returns>
    public static Reread<IReadOnlyDictionary<string, string>>? Open(string? file) => file is null ? null
        : Reread<IReadOnlyDictionary<string, string>>.Open([file], files => Parse(Encoding.UTF8.GetString(files[0]))).Made;

    internal static bool IsSound(string file) => Open(file) is not null;

    /// <summary>Throws <see cref="FormatException"/> with the number of the line that breaks the rule, never with what it holds.</summary>
    internal static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var hosts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (line, number) in text.Split('\n').Select((line, i) => (line.Trim(), i + 1)))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var host, { Length: DigestLength } digest]
                || !digest.All(char.IsAsciiHexDigit))
            {
                throw new FormatException($"line {number} is not a host's id and 64 hex digits");
            }

            hosts[digest.ToLowerInvariant()] = host;
        }

        return hosts;
    }
}
