using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Platform.Tls;

/// <summary>
/// Authorities that this process believes when it calls another one: those of one PEM file and no others. The name must match, too;
/// there is no way to switch either check off. The file may hold several, for the time of a change.
/// </summary>
public sealed class Trust
{
    /// <summary>A certificate for servers.</summary>
    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");

    private Trust(Reread<X509Certificate2Collection> authorities) => Authorities = authorities;

    public Reread<X509Certificate2Collection> Authorities { get; }

    /// <returns>Or why the file cannot be used.</returns>
    public static (Trust? Made, string? WhyNot) Read(string file)
    {
        var (made, whyNot) = Reread<X509Certificate2Collection>.Open([file], Parse);
        return (made is null ? null : new Trust(made), whyNot);
    }

    /// <summary>For SslStream and all that is built on it. Throws, because its own refusal does not say why.</summary>
    /// <exception cref="AuthenticationException">The certificate is not accepted, with the reason.</exception>
    public bool Accepts(object? sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var peer = (sender as SslStream)?.TargetHostName ?? "the other side";
        return WhyNot(peer, certificate as X509Certificate2, chain, errors) is { } why
            ? throw new AuthenticationException($"PF-213 the certificate of {peer} is refused: {why}")
            : true;
    }

    /// <summary>The reason why it is refused; null: it is accepted.</summary>
    public string? WhyNot(string peer, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(Authorities.Current);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.DisableCertificateDownloads = true;
        own.ChainPolicy.ApplicationPolicy.Add(ServerUse);
        if (chain is not null)
        {
            // Certificates that it showed besides its own.
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        }

        var isOfOurs = certificate is not null && own.Build(certificate);
        // The library judged it by the system's authorities, which are not asked here.
        return CertificateWords.WhyNot(
            peer, certificate, errors & ~SslPolicyErrors.RemoteCertificateChainErrors, isOfOurs ? null : own,
            $"{Authorities.Files} holds {string.Join(", ", Authorities.Current.Select(c => $"'{c.Subject}'"))}");
    }

    private static X509Certificate2Collection Parse(IReadOnlyList<byte[]> files)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Encoding.UTF8.GetString(files[0]));
        return authorities.Count > 0 ? authorities : throw new FormatException("it holds no certificate in PEM (BEGIN CERTIFICATE)");
    }
}
