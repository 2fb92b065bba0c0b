using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Platform.Tls;

/// <summary>
/// Certificates that this process shows, and authorities that it believes. <see cref="CredentialWatch"/> reads the files again.
/// </summary>
/// <param name="Server">Of the HTTP listener; null: it speaks plain HTTP.</param>
/// <param name="Broker">Shown to the broker; null: nothing.</param>
/// <param name="Trust">Null: the system's authorities.</param>
public sealed record TlsFiles(Reread<KeyPair>? Server, Reread<KeyPair>? Broker, Trust? Trust)
{
    public static TlsFiles None { get; } = new(null, null, null);

    /// <summary>All that the settings name, or every file that cannot be used.</summary>
    public static Outcome<TlsFiles> Load(Settings settings, TimeProvider time)
    {
        var faults = new List<FieldFault>();
        var files = new TlsFiles(
            Pair("tls-cert", settings.TlsCertificate, settings.TlsKey, time, faults),
            Pair("rabbitmq-cert", settings.BrokerCertificate, settings.BrokerKey, time, faults),
            Authorities(settings.TlsAuthorities, faults));
        return faults.Count == 0 ? files : Fault.Invalid("PF-211",
            "Name PEM files that this user may read: the certificate (with those between it and its authority after it) and its key, "
            + "not encrypted. Nothing was started.", faults);
    }

    /// <summary>Trust for calls; the process's own certificate is believed as it is, since the key to it is here.</summary>
    /// <param name="toItself">The called server is this process.</param>
    public SocketsHttpHandler Handler(bool toItself = false)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (toItself && Server is { } own)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is X509Certificate2 shown && shown.RawDataMemory.Span.SequenceEqual(own.Current.Leaf.RawDataMemory.Span)
                    ? true : throw new AuthenticationException("PF-213 what answers is not this process: it shows another certificate");
        }
        else if (Trust is { } trust)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = trust.Accepts;
        }

        return handler;
    }

    /// <summary>Offer of the listener's handshake: the newest certificate.</summary>
    public SslServerAuthenticationOptions Offer() => new()
    {
        ServerCertificateContext = Server!.Current.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    private static Reread<KeyPair>? Pair(string field, string? certificate, string? key, TimeProvider time, List<FieldFault> faults)
    {
        if (certificate is null || key is null)
        {
            return null;
        }

        var (made, whyNot) = KeyPair.Read(certificate, key, time);
        if (whyNot is not null)
        {
            faults.Add(new FieldFault(field, $"{certificate}, {key}", $"must be a certificate and its key: {whyNot}"));
        }

        return made;
    }

    private static Trust? Authorities(string? file, List<FieldFault> faults)
    {
        if (file is null)
        {
            return null;
        }

        var (made, whyNot) = Trust.Read(file);
        if (whyNot is not null)
        {
            faults.Add(new FieldFault("tls-ca", file, $"must be a file of certificates: {whyNot}"));
        }

        return made;
    }
}
