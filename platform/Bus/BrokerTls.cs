using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Platform.Tls;
using MassTransit;
using RabbitMQ.Client;

namespace Holdfast.Platform.Bus;

/// <summary>
/// TLS to the broker: its certificate must be of an authority that is believed and name the host of the address; ours is
/// shown if there is one. Both are the newest of their files with each connection.
/// </summary>
internal sealed class BrokerTls(TlsFiles tls)
{
    /// <summary>Reason why the broker's certificate was last refused; null: it was not.</summary>
    internal string? Refusal { get; private set; }

    internal void Configure(IRabbitMqSslConfigurator ssl, string host)
    {
        ssl.ServerName = host;
        ssl.Protocol = SslProtocols.Tls12 | SslProtocols.Tls13;
        ssl.EnforcePolicyErrors(SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch
            | SslPolicyErrors.RemoteCertificateNotAvailable);
        ssl.CertificateValidationCallback = Accepts;
        if (tls.Broker is { } own)
        {
            ssl.CertificateSelectionCallback = (_, _, _, _, _) => own.Current.Leaf;
        }
    }

    /// <summary>Configures TLS in the same way for a connection without MassTransit.</summary>
    internal void Configure(SslOption ssl, string host)
    {
        ssl.Enabled = true;
        ssl.ServerName = host;
        ssl.Version = SslProtocols.Tls12 | SslProtocols.Tls13;
        ssl.CertificateValidationCallback = Accepts;
        if (tls.Broker is { } own)
        {
            ssl.CertificateSelectionCallback = (_, _, _, _, _) => own.Current.Leaf;
        }
    }

    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        try
        {
            var accepted = tls.Trust?.Accepts(sender, certificate, chain, errors) ?? BySystem(sender, certificate, chain, errors);
            Refusal = null;
            return accepted;
        }
        catch (AuthenticationException refused)
        {
            Refusal = refused.Message;
            throw;
        }
    }

    private static bool BySystem(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var peer = (sender as SslStream)?.TargetHostName ?? "the broker";
        var why = CertificateWords.WhyNot(peer, certificate as X509Certificate2, errors, chain, "this machine's authorities are believed");
        return why is null ? true
            : throw new AuthenticationException($"PF-213 the certificate of {peer} is refused: {why}; name its authority with --tls-ca");
    }
}
