using System.Collections.Concurrent;
using System.Security.Cryptography;
using Holdfast.Platform.Tls;

namespace Holdfast.Platform.State.Sealing;

/// <summary>One key of the file.</summary>
/// <param name="Id">Tells it from others without telling it; stands in everything that it has sealed.</param>
internal sealed record SecretKey(string Id, byte[] Bytes);

/// <summary>
/// The keys with which secrets are sealed before they are stored (decision 44): a file with one key in each line, 64 hex digits. The
/// first one seals, each of them opens. A file that changes is taken without a restart.
/// </summary>
public sealed class SecretKeys
{
    /// <summary>Start of a sealed text: then come the key's id, and nonce, text and tag in base64.</summary>
    internal const string Prefix = "sealed:1:";

    /// <summary>Before a text that begins like one of these two and was stored without a key.</summary>
    private const string Plain = "plain:";

    /// <summary>A sentence that begins so says that a secret is there and cannot be opened.</summary>
    internal const string UnopenedCode = "PF-219";

    internal const string FileName = "secrets.key";

    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeysMax = 8;
    private const int IdLength = 8;

    /// <summary>Opened texts that are remembered, and how long one is at most: alerting reads its channels with every pass.</summary>
    private const int OpenedMax = 4096;
    private const int OpenedLengthMax = 1024;

    private readonly ConcurrentDictionary<(string Where, string Sealed), string> _opened = new();

    private SecretKeys(Reread<IReadOnlyList<SecretKey>>? file) => File = file;

    /// <summary>Nothing is sealed.</summary>
    public static SecretKeys None { get; } = new(null);

    /// <summary>Null: nothing is sealed.</summary>
    internal Reread<IReadOnlyList<SecretKey>>? File { get; }

    public IReadOnlyList<string> Ids => [.. Keys.Select(key => key.Id)];

    private IReadOnlyList<SecretKey> Keys => File?.Current ?? [];

    /// <summary>
    /// As the settings name it. Where the state is one file of this machine and nothing is named, the key is in the data directory, and the
    /// first start makes it. A store that several machines share is sealed only with a key that all of them are given, or that is there.
    /// </summary>
    /// <returns>Fault: PF-218, the file cannot be used.</returns>
    public static Outcome<SecretKeys> Load(Settings settings)
    {
        if (settings.SecretsKey is { } named)
        {
            return Open(named);
        }

        var file = Path.Combine(settings.DataDirectory, FileName);
        if (settings.Store is { SqliteFile: null } && !System.IO.File.Exists(file))
        {
            return None;
        }

        try
        {
            CreateIfAbsent(file);
            PrivateFiles.Close(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unusable(file, error.Message);
        }

        return Open(file);
    }

    private static Outcome<SecretKeys> Open(string file)
    {
        var (made, whyNot) = Reread<IReadOnlyList<SecretKey>>.Open([file], files => Parse(Encoding.ASCII.GetString(files[0])));
        return made is null ? Unusable(file, whyNot!) : new SecretKeys(made);
    }

    internal static IReadOnlyList<SecretKey> Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length is < 1 or > KeysMax
            ? throw new FormatException($"it has {lines.Length} lines; a key in each, 1 to {KeysMax} of them")
            : lines.Any(line => line.Length != KeyBytes * 2 || !line.All(char.IsAsciiHexDigit))
            ? throw new FormatException($"a key is {KeyBytes * 2} hex digits, as openssl rand -hex {KeyBytes} makes them")
            : [.. lines.Select(line => Convert.FromHexString(line)).Select(bytes => new SecretKey(IdOf(bytes), bytes))];
    }

    /// <param name="where">Place that the text belongs to: moved elsewhere it does not open.</param>
    internal string Seal(string text, string where)
    {
        if (Keys is not [var key, ..])
        {
            return text.StartsWith(Prefix, StringComparison.Ordinal) || text.StartsWith(Plain, StringComparison.Ordinal)
                ? Plain + text : text;
        }

        var plain = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(key.Bytes, TagBytes);
        cipher.Encrypt(bytes.AsSpan(0, NonceBytes), plain, bytes.AsSpan(NonceBytes, plain.Length),
            bytes.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(where));
        return $"{Prefix}{key.Id}:{Convert.ToBase64String(bytes)}";
    }

    /// <summary>
    /// Throws <see cref="StateUnavailableException"/> with PF-219 when it cannot be opened: it is there, and cannot be read.
    /// </summary>
    internal string Open(string stored, string where)
    {
        if (!stored.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return stored.StartsWith(Plain, StringComparison.Ordinal) ? stored[Plain.Length..] : stored;
        }

        if (_opened.TryGetValue((where, stored), out var before))
        {
            return before;
        }

        var text = Decrypt(stored, where);
        if (text.Length <= OpenedLengthMax)
        {
            if (_opened.Count >= OpenedMax)
            {
                _opened.Clear();
            }

            _opened[(where, stored)] = text;
        }

        return text;
    }

    /// <summary>Tells whether it is stored in the way in which a new write would store it.</summary>
    internal bool IsCurrent(string stored) => Keys is not [var key, ..]
        || stored.StartsWith($"{Prefix}{key.Id}:", StringComparison.Ordinal);

    /// <summary>The id of the key that has sealed it; null: it is not sealed.</summary>
    internal static string? KeyOf(string stored) =>
        stored.StartsWith(Prefix, StringComparison.Ordinal) && stored.IndexOf(':', Prefix.Length) == Prefix.Length + IdLength
            ? stored.Substring(Prefix.Length, IdLength) : null;

    private string Decrypt(string stored, string where)
    {
        var id = KeyOf(stored);
        if (Keys.FirstOrDefault(k => k.Id == id) is not { } key)
        {
            throw Unopened(where,
                $"is sealed with key {id}, which {(File is null ? "no --secrets-key gives" : $"is not in {File.Files}")}");
        }

        try
        {
            var bytes = Convert.FromBase64String(stored[(Prefix.Length + IdLength + 1)..]);
            var plain = new byte[Math.Max(0, bytes.Length - NonceBytes - TagBytes)];
            using var cipher = new AesGcm(key.Bytes, TagBytes);
            cipher.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length),
                bytes.AsSpan(NonceBytes + plain.Length), plain, Encoding.UTF8.GetBytes(where));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception error) when (error is CryptographicException or FormatException or ArgumentException)
        {
            throw Unopened(where, "was changed after it was sealed, or is another document's");
        }
    }

    private static StateUnavailableException Unopened(string where, string why) => new(
        $"{UnopenedCode} The secret of {where} {why}. Put the key back into the file of --secrets-key, or set the secret anew.");

    private static Fault Unusable(string file, string why) => Fault.Invalid("PF-218",
        "Name a readable file with a key in each line (openssl rand -hex 32), the one in use first.",
        new FieldFault("secrets-key", file, $"must be usable: {why}"));

    private static string IdOf(byte[] key) =>
        Convert.ToHexStringLower(SHA256.HashData([.. "holdfast secret key "u8, .. key]))[..IdLength];

    /// <summary>Written aside and linked into place, so that no other process ever reads half a key.</summary>
    private static void CreateIfAbsent(string file)
    {
        if (System.IO.File.Exists(file))
        {
            return;
        }

        var aside = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = PrivateFiles.OfFile };
        using (var stream = new FileStream(aside, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
            stream.Flush(flushToDisk: true);
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
