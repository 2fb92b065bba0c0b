using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Holdfast.Data.Config;
using Holdfast.Platform.Tls;
using Holdfast.StoreWire;
using Microsoft.Extensions.Logging;

namespace Holdfast.Data.Network;

/// <summary>
/// The certificate that a component shows to those who read it, and the authorities that it trusts. The files are read again when they
/// change; open connections stay as they are.
/// </summary>
internal sealed partial class WireTls(Reread<KeyPair>? server, Trust? trust, TimeProvider time, ILogger<WireTls> logger)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    private readonly ILogger<WireTls> _logger = logger;

    /// <summary>TLS of a server; null: it has no certificate.</summary>
    internal Func<SslServerAuthenticationOptions>? Offer => server is null ? null : () => new SslServerAuthenticationOptions
    {
        ServerCertificateContext = server.Current.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    /// <summary>All that a configuration names.</summary>
    /// <exception cref="ConfigException">A file cannot be used.</exception>
    internal static WireTls Load(TlsConfig? own, string? authorities, TimeProvider time, ILogger<WireTls> logger)
    {
        Reread<KeyPair>? server = null;
        Trust? trust = null;
        if (own is not null)
        {
            (server, var whyNot) = KeyPair.Read(own.Certificate, own.Key, time);
            Check($"tls: {own.Certificate}, {own.Key}", whyNot);
        }

        if (authorities is not null)
        {
            (trust, var whyNot) = Trust.Read(authorities);
            Check($"authorities: {authorities}", whyNot);
        }

        return new WireTls(server, trust, time, logger);
    }

    /// <summary>TLS for a call of a Store; null: it is on this host and speaks plainly.</summary>
    /// <exception cref="Engine.Seams.SourceFaultException">It is elsewhere, and there is nobody to believe.</exception>
    internal SslClientAuthenticationOptions? Call(IPEndPoint store) => OwnHost.Is(store.Address) ? null
        : trust is { } believed ? new SslClientAuthenticationOptions
        {
            TargetHost = store.Address.ToString(),
            RemoteCertificateValidationCallback = believed.Accepts,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        }
        : throw new Engine.Seams.SourceFaultException(new Engine.Seams.SourceFault("DP-342",
            $"The Store at {store} is on another host, and no authorities are configured to believe it by.",
            "Give authorities: the PEM file of the fleet's.", IsPassing: true));

    /// <summary>Looks at the files until it is cancelled.</summary>
    internal async Task Watch(CancellationToken cancel)
    {
        if (server is null && trust is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                See(server);
                See(trust?.Authorities);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
    }

    private static void Check(string files, string? whyNot)
    {
        if (whyNot is not null)
        {
            throw new ConfigException("DP-341", $"{files}: cannot be used: {whyNot}");
        }
    }

    private void See<T>(Reread<T>? file)
        where T : class
    {
        switch (file?.Check())
        {
            case Look.Taken:
                LogTaken(file.Files);
                break;
            case Look.Refused:
                LogRefused(file.Files, file.WhyNot);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Files} changed and is in use from now on")]
    private partial void LogTaken(string files);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "DP-343 {Files} changed and cannot be used, so what it held before stays in use: {Why}")]
    private partial void LogRefused(string files, string why);
}
