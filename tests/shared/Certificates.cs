using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Tests;

/// <summary>A certificate authority of one test, whose certificates lie as PEM files in the test's directory.</summary>
internal sealed class Authority : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly string _directory;

    internal Authority(string directory, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
        (_directory, File) = (directory, Path.Combine(directory, name + ".pem"));
        System.IO.File.WriteAllText(File, _root.ExportCertificatePem());
    }

    /// <summary>Its own certificate.</summary>
    internal string File { get; }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A certificate and its key: files NAME.crt and NAME.key.</summary>
    /// <param name="names">DNS names and IP addresses that it is for.</param>
    /// <param name="daysLeft">Below 0: it has ended.</param>
    internal (string Certificate, string Key) Issue(string name, IReadOnlyList<string> names, int daysLeft = 20)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, false));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var one in names)
        {
            if (IPAddress.TryParse(one, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(one);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        using var issued = request.Create(_root, Now.AddDays(-20), Now.AddDays(daysLeft), RandomNumberGenerator.GetBytes(8));
        var (certificate, keyFile) = (Path.Combine(_directory, name + ".crt"), Path.Combine(_directory, name + ".key"));
        System.IO.File.WriteAllText(certificate, issued.ExportCertificatePem());
        System.IO.File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificate, keyFile);
    }

    public void Dispose() => _root.Dispose();
}
