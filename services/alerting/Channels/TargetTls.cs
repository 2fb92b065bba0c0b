using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Platform.Tls;

namespace Holdfast.Alerting.Channels;

/// <summary>Files on the service's machine by which a channel believes its receiver, and by which it is believed.</summary>
/// <param name="Kind">The settings that they stand in.</param>
internal sealed record TlsPaths(string Kind, string? Authorities, string? Certificate, string? Key, string? KeyPassword)
{
    /// <summary>The system's authorities, and no certificate of the client.</summary>
    internal static TlsPaths None { get; } = new("", null, null, null, null);
}

/// <summary>
/// TLS to one receiver. The receiver's certificate must be of an authority that is believed (the channel's own file, or the system's) and
/// name the receiver. The client's own certificate is shown where there is one. The files are looked at again every second, by what is in
/// them.
/// </summary>
internal sealed class TargetTls
{
    private readonly TlsPaths _paths;
    private readonly TimeProvider _time;
    private readonly Trust? _trust;
    private readonly Reread<KeyPair>? _own;

    private TargetTls(TlsPaths paths, TimeProvider time)
    {
        (_paths, _time) = (paths, time);
        var faults = new List<FieldFault>();
        if (paths.Authorities is { } authorities)
        {
            (_trust, var whyNot) = Trust.Read(authorities);
            Note(faults, "caFile", authorities, "must be a file of certificates", whyNot);
        }

        if (paths is { Certificate: { } certificate, Key: { } key })
        {
            (_own, var whyNot) = KeyPair.Read(certificate, key, time, paths.KeyPassword);
            Note(faults, "certificateFile", $"{certificate}, {key}", "must be a certificate and its key", whyNot);
        }

        Unusable = faults;
    }

    internal static TargetTls Open(TlsPaths paths, TimeProvider time) => new(paths, time);

    /// <summary>Files that cannot be used; nothing may be sent then.</summary>
    internal IReadOnlyList<FieldFault> Unusable { get; }

    /// <summary>Other contents are to be used from now on: the channel is opened anew.</summary>
    /// <param name="refused">Told once of files that changed and cannot be used: what they held before stays in use.</param>
    internal bool HasChanged(Action<string, string> refused) => Unusable.Count > 0
        ? new TargetTls(_paths, _time).Unusable.Count == 0
        : IsTaken(_trust?.Authorities, refused) | IsTaken(_own, refused);

    /// <summary>The client's own certificate; null: it has none.</summary>
    internal X509Certificate2? Own => _own?.Current.Leaf;

    internal void Configure(SslClientAuthenticationOptions ssl)
    {
        ssl.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        ssl.RemoteCertificateValidationCallback = Accepts;
        ssl.ClientCertificateContext = _own?.Current.Context;
    }

    internal bool Accepts(object? sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var (peer, shown) = ((sender as SslStream)?.TargetHostName ?? sender as string ?? "the receiver", certificate as X509Certificate2);
        var why = _trust is { } trust ? trust.WhyNot(peer, shown, chain, errors)
            : CertificateWords.WhyNot(peer, shown, errors, chain, "this machine's authorities are believed");
        return why is null ? true : throw new CertificateRefusedException(why);
    }

    private static bool IsTaken<T>(Reread<T>? file, Action<string, string> refused) where T : class
    {
        var look = file?.Check();
        if (look == Look.Refused)
        {
            refused(file!.Files, file.WhyNot);
        }

        return look == Look.Taken;
    }

    private void Note(List<FieldFault> faults, string field, string files, string rule, string? whyNot)
    {
        if (whyNot is not null)
        {
            faults.Add(new FieldFault($"{_paths.Kind}.{field}", files, $"{rule}: {whyNot}"));
        }
    }
}

/// <summary>Crosses SslStream and HttpClient, which only pass exceptions on.</summary>
internal sealed class CertificateRefusedException(string why) : AuthenticationException(why);
