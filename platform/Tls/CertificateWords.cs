using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Contracts;

namespace Holdfast.Platform.Tls;

/// <summary>Says why a certificate is refused, every cause of it: the library's own refusal names none. Pure.</summary>
public static class CertificateWords
{
    /// <param name="peer">The name by which it was called.</param>
    /// <param name="certificate">Certificate that it showed; null: none.</param>
    /// <param name="errors">As the library found them.</param>
    /// <param name="judged">The chain with what is wrong in it; null: nothing is.</param>
    /// <param name="believed">Description of the authorities that are believed, for people.</param>
    /// <returns>Null: nothing is wrong.</returns>
    public static string? WhyNot(
        string peer, X509Certificate2? certificate, SslPolicyErrors errors, X509Chain? judged, string believed)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "it showed none";
        }

        var causes = (judged?.ChainStatus ?? []).Select(s => s.Status).Where(s => s != X509ChainStatusFlags.NoError)
            .Select(status => Words(status, certificate, judged!.ChainPolicy.VerificationTime, believed));
        var all = (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? causes.Prepend($"it is not for '{peer}' but for {Names(certificate)}") : causes).Distinct(StringComparer.Ordinal).ToList();
        return all.Count > 0 ? string.Join("; ", all) : errors == SslPolicyErrors.None ? null : $"{errors}";
    }

    private static string Words(X509ChainStatusFlags status, X509Certificate2 certificate, DateTime at, string believed) => status switch
    {
        X509ChainStatusFlags.NotTimeValid when certificate.NotAfter < at => $"it ended at {Time(certificate.NotAfter)}",
        X509ChainStatusFlags.NotTimeValid when certificate.NotBefore > at => $"it begins at {Time(certificate.NotBefore)} only",
        X509ChainStatusFlags.NotTimeValid => "a certificate between it and its authority, or the authority's own, has ended",
        X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain when certificate.Issuer == certificate.Subject =>
            $"it is signed by itself ('{certificate.Subject}'), and {believed}",
        X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain =>
            $"it was issued by '{certificate.Issuer}', and {believed}",
        X509ChainStatusFlags.NotValidForUsage => "it is not for servers",
        X509ChainStatusFlags.Revoked => "its authority has revoked it",
        _ => $"{status}",
    };

    private static string Time(DateTime local) => Iso.Seconds(new DateTimeOffset(local.ToUniversalTime()));

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is null ? $"'{certificate.Subject}'"
            : string.Join(", ", names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(a => a.ToString()))
                .Select(n => $"'{n}'"));
    }
}
