using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Platform.Tls;

namespace Holdfast.Stores.Mongo;

/// <summary>
/// <c>tlsCAFile</c> and <c>tlsCertificateKeyFile</c> of the address, which the driver for .NET leaves out of what it reads: without
/// this it would ask the system's authorities. Options that end verification are refused.
/// </summary>
internal sealed class MongoTls
{
    private static readonly string[] Unverified =
        ["tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames", "sslverifycertificate"];

    private readonly Trust? _trust;
    private readonly Reread<KeyPair>? _own;
    private readonly Lock _looking = new();

    private MongoTls(Trust? trust, Reread<KeyPair>? own) => (_trust, _own) = (trust, own);

    /// <summary>Otherwise the rule that it breaks; no part of the address but names of files is in it.</summary>
    internal static (MongoTls? Tls, string? WhyNot) Read(string address, TimeProvider time)
    {
        var options = Options(address);
        if (Unverified.FirstOrDefault(options.ContainsKey) is { } unverified)
        {
            return (null, $"must not have {unverified}: certificates are always verified; name the server's authority with tlsCAFile");
        }

        var (authorities, own) = (options.GetValueOrDefault("tlscafile"), options.GetValueOrDefault("tlscertificatekeyfile"));
        if ((authorities ?? own) is not null && !(options.GetValueOrDefault("tls") ?? options.GetValueOrDefault("ssl") ?? "")
            .Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return (null, "must have tls=true where it names tlsCAFile or tlsCertificateKeyFile");
        }

        var (trust, whyNoTrust) = authorities is null ? (null, null) : Trust.Read(authorities);
        var (pair, whyNoPair) = own is null ? (null, null) : KeyPair.Read(own, own, time);
        return whyNoTrust is not null ? (null, $"must name a file of certificates with tlsCAFile: {whyNoTrust}")
            : whyNoPair is not null ? (null, $"must name a file of a certificate and its key with tlsCertificateKeyFile: {whyNoPair}")
            : (new MongoTls(trust, pair), null);
    }

    internal void Apply(MongoClientSettings settings)
    {
        if (_trust is null && _own is null)
        {
            return;
        }

        // Both are read again with each connection, so that new files serve without a restart.
        settings.SslSettings = new SslSettings
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = _trust is null ? null : Accepts,
            ClientCertificateSelectionCallback = _own is null ? null : (_, _, _, _, _) => Own(),
        };
    }

    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        lock (_looking)
        {
            _trust!.Authorities.Check();
        }

        return _trust.Accepts(sender, certificate, chain, errors);
    }

    private X509Certificate2 Own()
    {
        lock (_looking)
        {
            _own!.Check();
        }

        return _own.Current.Leaf;
    }

    private static Dictionary<string, string> Options(string address)
    {
        var at = address.IndexOf('?', Math.Max(address.LastIndexOf('@'), 0));
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var option in at < 0 ? [] : address[(at + 1)..].Split('&', ';'))
        {
            if (option.Split('=', 2) is [var name, var value])
            {
                options[name] = Uri.UnescapeDataString(value);
            }
        }

        return options;
    }
}
