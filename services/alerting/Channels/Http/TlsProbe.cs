using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Alerting.Channels.Http;

/// <summary>
/// Asks a receiver that ended a connection right after the TLS handshake, without an answer, what it wanted. Many servers say nothing
/// when they speak HTTP/2 only, or when they miss a certificate of the client. Handshakes only, and only after a failure.
/// </summary>
internal sealed class TlsProbe(Uri target, TargetTls tls, bool allowsAll)
{
    private bool _asked;

    /// <returns>Beginning with a code; null: neither, or it cannot be told.</returns>
    internal async Task<string?> Ask(CancellationToken cancel)
    {
        var takesHttp1 = await Takes(SslApplicationProtocol.Http11, cancel);
        return _asked ? tls.Own is null ? Misunderstanding.OwnWanted : Misunderstanding.OwnRefused
            : !takesHttp1 && await Takes(SslApplicationProtocol.Http2, cancel) ? Misunderstanding.Http2Only : null;
    }

    private async Task<bool> Takes(SslApplicationProtocol offered, CancellationToken cancel)
    {
        try
        {
            return await Agreed(offered, cancel) == offered;
        }
        catch (Exception error) when (error is IOException or AuthenticationException or System.Net.Sockets.SocketException)
        {
            return false; // some end the handshake
        }
    }

    private async Task<SslApplicationProtocol> Agreed(SslApplicationProtocol offered, CancellationToken cancel)
    {
        await using var connection = new SslStream(
            await TargetGuard.Connect(new DnsEndPoint(target.IdnHost, target.Port), allowsAll, cancel));
        var options = new SslClientAuthenticationOptions { TargetHost = target.IdnHost, ApplicationProtocols = [offered] };
        tls.Configure(options);
        options.ClientCertificateContext = null;
        options.LocalCertificateSelectionCallback = Chosen;
        await connection.AuthenticateAsClientAsync(options, cancel);
        return connection.NegotiatedApplicationProtocol;
    }

    /// <summary>Called before the handshake too; with the receiver's certificate it is the receiver that asks.</summary>
    private X509Certificate2 Chosen(
        object sender, string host, X509CertificateCollection local, X509Certificate? receiver, string[] issuers)
    {
        _asked |= receiver is not null;
        return receiver is null ? null! : tls.Own!;
    }
}
