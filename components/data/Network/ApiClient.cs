using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Data.Config;

namespace Holdfast.Data.Network;

/// <summary>The services' API, as a component asks it: with a token that may change while it runs, believing these authorities.</summary>
internal static class ApiClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <param name="tokenFile">Holds a token that may read, in its first line; null: none is shown.</param>
    /// <param name="authorities">PEM file of those that may have issued the API's certificate; null: the system's.</param>
    internal static HttpClient Make(string? tokenFile, string? authorities) =>
        new(new WithToken(tokenFile, Handler(authorities))) { Timeout = Limit };

    private static SocketsHttpHandler Handler(string? authorities)
    {
        var handler = new SocketsHttpHandler();
        if (authorities is null)
        {
            return handler;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(authorities);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigException("DP-502", $"authorities: {authorities}: {error.Message}");
        }

        if (policy.CustomTrustStore.Count == 0)
        {
            throw new ConfigException("DP-502", $"authorities: {authorities}: holds no certificate.");
        }

        handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        return handler;
    }

    private sealed class WithToken(string? file, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (file is not null)
            {
                try
                {
                    // While it changes there is a second line.
                    var token = (await File.ReadAllTextAsync(file, cancellationToken)).Trim().Split('\n')[0].Trim();
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // An answer of 401 says it better than this could.
                }
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
