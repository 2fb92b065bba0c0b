using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Contracts;

namespace Holdfast.Platform.Tls;

/// <summary>A certificate with its key, and those between it and its authority, from PEM files.</summary>
public sealed class KeyPair
{
    private KeyPair(X509Certificate2 leaf, X509Certificate2Collection between) =>
        (Leaf, Context) = (leaf, SslStreamCertificateContext.Create(leaf, between, offline: true));

    public X509Certificate2 Leaf { get; }

    public SslStreamCertificateContext Context { get; }

    /// <summary>For logs and the audit; nothing of the key.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Leaf.Subject}, serial {Leaf.SerialNumber}, until {Iso.Seconds(new DateTimeOffset(Leaf.NotAfter.ToUniversalTime()))}");

    /// <returns>Or why the files cannot be used.</returns>
    /// <param name="certificate">Its PEM file.</param>
    /// <param name="key">The key's PEM file.</param>
    /// <param name="time">A certificate that has ended is refused.</param>
    /// <param name="password">Of the key; null: it is not encrypted.</param>
    public static (Reread<KeyPair>? Made, string? WhyNot) Read(
        string certificate, string key, TimeProvider time, string? password = null) =>
        Reread<KeyPair>.Open([certificate, key], files => Parse(files, time.GetUtcNow(), password));

    private static KeyPair Parse(IReadOnlyList<byte[]> files, DateTimeOffset now, string? password)
    {
        var (text, keyText) = (Encoding.UTF8.GetString(files[0]), Encoding.UTF8.GetString(files[1]));
        var leaf = password is null ? X509Certificate2.CreateFromPem(text, keyText)
            : X509Certificate2.CreateFromEncryptedPem(text, keyText, password);
        var until = new DateTimeOffset(leaf.NotAfter.ToUniversalTime());
        if (until <= now)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"the certificate '{leaf.Subject}' ended at {Iso.Seconds(until)}"));
        }

        var all = new X509Certificate2Collection();
        all.ImportFromPem(text);
        return new KeyPair(leaf, [.. all.Skip(1)]);
    }
}
