using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Holdfast.Platform.Tls;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Holdfast.ConsoleUi.Access.Oidc;

/// <summary>
/// The provider of <see cref="Settings.Oidc"/>, or none. The framework's handler speaks the protocol; it is called for its two paths and
/// stands before no other request, and logs nothing itself, for what it hears may be anybody's.
/// </summary>
internal sealed partial class OidcProvider : IDisposable
{
    internal const string Scheme = "oidc";
    private const string Purpose = "holdfast oidc hint";

    /// <summary>In a few of these a page tells that the provider is back.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    /// <summary>The login does not wait longer for somebody whom it may not need.</summary>
    private static readonly TimeSpan LookMax = TimeSpan.FromSeconds(2);

    private readonly OidcSettings? _settings;
    private readonly IDataProtector _protector;
    private readonly TimeProvider _time;
    private readonly ILogger<OidcProvider> _logger;
    private readonly Lock _lock = new();
    private Task<bool>? _look;
    private long _lookedAt;
    private bool _isToldAway;

    public OidcProvider(
        Settings settings, TlsFiles tls, IDataProtectionProvider protection, TimeProvider time, ILogger<OidcProvider> logger)
    {
        (_settings, _time, _logger) = (settings.Oidc, time, logger);
        _protector = protection.CreateProtector(Purpose);
        Backchannel = OidcMetadata.Client(tls);
    }

    internal bool IsOn => _settings is not null;

    internal string Title => _settings?.Title ?? "";

    internal string Issuer => _settings?.Issuer ?? "";

    internal HttpClient Backchannel { get; }

    public void Dispose() => Backchannel.Dispose();

    /// <summary>Sends the browser to the provider.</summary>
    /// <returns>Null: it is on its way.</returns>
    internal async Task<Fault?> Ask(HttpContext context, string? next)
    {
        try
        {
            var handler = await Handler(context);
            await handler.ChallengeAsync(new AuthenticationProperties { RedirectUri = Gate.Local(next), IssuedUtc = _time.GetUtcNow() });
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or HttpRequestException or OperationCanceledException
            or OpenIdConnectProtocolException or IOException or JsonException)
        {
            Tell(Faults.ProviderAway, error.GetBaseException().InPlainWords());
            return Faults.ProviderAway;
        }
    }

    /// <summary>Takes what the provider sent the browser back with.</summary>
    internal async Task<OidcAnswer> Hear(HttpContext context)
    {
        var handler = await Handler(context);
        await handler.HandleRequestAsync();
        var answer = context.Features.Get<OidcAnswer>()
            ?? OidcAnswer.Refused(new AuthenticationFailureException("nothing came of it"), isError: false, next: null);
        if (answer.Person.Fault is { } fault && fault != Faults.NotThisBrowser)
        {
            Tell(fault, answer.Why);
        }

        return answer;
    }

    /// <summary>Whether it answers with its own name; asked at most every few seconds, however many look at the login.</summary>
    internal Task<bool> Answers()
    {
        lock (_lock)
        {
            if (_look is null || (_look.IsCompleted && _time.GetElapsedTime(_lookedAt) >= LookInterval))
            {
                (_lookedAt, _look) = (_time.GetTimestamp(), Look());
            }

            return _look;
        }
    }

    internal string HintOf(string? token) => _protector.Protect(token ?? "");

    /// <summary>Address at which the browser ends the provider's session; null: the provider has no such page.</summary>
    /// <param name="hint">As <see cref="HintOf"/> made it.</param>
    internal async Task<Outcome<string?>> EndOfSession(HttpContext context, string hint, string after)
    {
        if (_settings is null)
        {
            return default(string);
        }

        if (!await Answers())
        {
            return Faults.StillThere;
        }

        var known = await context.RequestServices.GetRequiredService<OidcMetadata>().GetConfigurationAsync(context.RequestAborted);
        return string.IsNullOrEmpty(known.EndSessionEndpoint) ? default(string) : new OpenIdConnectMessage
        {
            IssuerAddress = known.EndSessionEndpoint,
            ClientId = _settings.Client,
            PostLogoutRedirectUri = after,
            IdTokenHint = Opened(hint),
            EnableTelemetryParameters = false,
        }.CreateLogoutRequestUrl();
    }

    private async Task<OpenIdConnectHandler> Handler(HttpContext context)
    {
        var monitor = context.RequestServices.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>();
        monitor.Get(Scheme).ClientSecret = Secret();
        var handler = new OpenIdConnectHandler(monitor, NullLoggerFactory.Instance, HtmlEncoder.Default, UrlEncoder.Default);
        await handler.InitializeAsync(new AuthenticationScheme(Scheme, null, typeof(OpenIdConnectHandler)), context);
        return handler;
    }

    /// <summary>Of the file as it is now: it changes without a restart.</summary>
    private string? Secret()
    {
        if (_settings!.SecretFile is not { } file)
        {
            return _settings.Secret;
        }

        try
        {
            return OidcSettings.SecretOf(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNoSecret(file, error.Message);
            return null;
        }
    }

    private string? Opened(string hint)
    {
        try
        {
            return _protector.Unprotect(hint) is { Length: > 0 } token ? token : null;
        }
        catch (CryptographicException)
        {
            return null; // Of keys that are no more: the provider asks the person.
        }
    }

    private async Task<bool> Look()
    {
        var why = await OidcMetadata.WhyNot(Backchannel, _settings!, LookMax, _time);
        if (why is null)
        {
            _isToldAway = false;
        }
        else if (!_isToldAway)
        {
            _isToldAway = true;
            Tell(Faults.ProviderAway, why);
        }

        return why is null;
    }

    private void Tell(Fault fault, string why) => LogRefused(fault.Code, Issuer, why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Code} nobody comes in by {Issuer}: {Why}")]
    private partial void LogRefused(string code, string issuer, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "CO-130 the client's secret cannot be read from {File}: {Why}")]
    private partial void LogNoSecret(string file, string why);
}
