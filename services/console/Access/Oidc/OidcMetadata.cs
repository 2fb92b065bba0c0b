using System.Net.Http;
using Holdfast.Platform.Tls;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Holdfast.ConsoleUi.Access.Oidc;

/// <summary>
/// Endpoints and keys that a provider publishes, believed only where its issuer is the one that was named. Where a token
/// has an unknown key they are read again before it is refused; the library's own would do that for the next token.
/// </summary>
internal sealed class OidcMetadata(OidcSettings settings, HttpClient http, TimeProvider time)
    : BaseConfigurationManager, IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    private const string WellKnown = "/.well-known/openid-configuration";
    private const long AnswerMax = 1 << 20;
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AgeMax = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _reading = new(1);
    private OpenIdConnectConfiguration? _known;
    private long _readAt;
    private volatile bool _isDoubtful;

    /// <summary>Follows nothing, and ends what does not end.</summary>
    internal static HttpClient Client(TlsFiles tls) =>
        new(tls.Handler()) { Timeout = AnswerTimeMax, MaxResponseContentBufferSize = AnswerMax };

    public override async Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) =>
        await GetConfigurationAsync(cancel);

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        await _reading.WaitAsync(cancel);
        try
        {
            if (_known is { } known && !_isDoubtful && time.GetElapsedTime(_readAt) < AgeMax)
            {
                return known;
            }

            (_known, _readAt, _isDoubtful) = (await Read(cancel), time.GetTimestamp(), false);
            return _known;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>A token has a key that is not known.</summary>
    public override void RequestRefresh() => _isDoubtful = true;

    public void Dispose() => _reading.Dispose();

    /// <summary>Null: it answers with its own name.</summary>
    internal static async Task<string?> WhyNot(HttpClient http, OidcSettings settings, TimeSpan max, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(max, time);
        try
        {
            var text = await http.GetStringAsync(new Uri(AddressOf(settings)), limit.Token);
            using var document = JsonDocument.Parse(text);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("issuer", out var issuer)
                && issuer.ValueKind is JsonValueKind.String && issuer.GetString() == settings.Issuer ? null : "its issuer is another";
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException or JsonException)
        {
            return error is OperationCanceledException ? "it does not answer in time" : error.GetBaseException().InPlainWords();
        }
    }

    private static string AddressOf(OidcSettings settings) => settings.Issuer.TrimEnd('/') + WellKnown;

    private async Task<OpenIdConnectConfiguration> Read(CancellationToken cancel)
    {
        var documents = new HttpDocumentRetriever(http) { RequireHttps = !settings.IsPlain, SendAdditionalHeaderData = false };
        var said = await OpenIdConnectConfigurationRetriever.GetAsync(AddressOf(settings), documents, cancel);
        return WhyNot(said) is { } why ? throw new IOException(why) : said;
    }

    private string? WhyNot(OpenIdConnectConfiguration said) =>
        said.Issuer != settings.Issuer ? "its issuer is another"
        : said.SigningKeys.Count == 0 ? "it has no keys"
        : new[] { said.AuthorizationEndpoint, said.TokenEndpoint }.Any(string.IsNullOrEmpty) ? "an endpoint is missing"
        : new[] { said.AuthorizationEndpoint, said.TokenEndpoint, said.UserInfoEndpoint, said.EndSessionEndpoint,
            said.PushedAuthorizationRequestEndpoint }.Any(e => !string.IsNullOrEmpty(e) && !IsSafe(e))
            ? "an endpoint of it is not https" : null;

    private bool IsSafe(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && OidcSettings.IsSafe(address, settings.IsPlain);
}
