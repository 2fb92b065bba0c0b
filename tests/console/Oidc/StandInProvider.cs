using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.ConsoleUi.Tests.Oidc;

/// <summary>
/// A provider by the standard's discovery, keys, code flow and PKCE. It lets everybody in at once and says of him what a test wants, also
/// what no provider should say.
/// </summary>
internal sealed class StandInProvider : IAsyncDisposable
{
    internal const string Client = "holdfast";
    private const string KeyId = "k";

    private readonly WebApplication _app;
    private readonly Dictionary<string, (string Challenge, string Nonce, string Redirect)> _codes = [];
    private RSA _key = RSA.Create(2048);
    private int _keys;

    private StandInProvider(WebApplication app) => _app = app;

    internal string Issuer { get; private set; } = "";

    internal string Secret { get; set; } = "a secret of the client's own";

    /// <summary>Of whom it speaks.</summary>
    internal string Subject { get; set; } = "1";

    internal string Name { get; set; } = "ada";

    internal IReadOnlyList<string> Groups { get; set; } = ["hf-watch"];

    /// <summary>The last word on a token's claims.</summary>
    internal Action<JsonObject> Claims { get; set; } = _ => { };

    internal string Algorithm { get; set; } = "RS256";

    /// <summary>Signs with a key that it does not publish.</summary>
    internal bool Forges { get; set; }

    /// <summary>Runs before a path is answered; true: it has answered.</summary>
    internal Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    /// <summary>Said of itself, where it is not the issuer.</summary>
    internal string? Claimed { get; set; }

    /// <summary>The browser is sent back with this in place of a code.</summary>
    internal string? Error { get; set; }

    /// <summary>Queries of the pages that a browser was sent to.</summary>
    internal List<string> Visits { get; } = [];

    internal static async Task<StandInProvider> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        var provider = new StandInProvider(builder.Build());
        provider._app.Run(provider.Answer);
        await provider._app.StartAsync();
        provider.Issuer = provider._app.Urls.Single();
        return provider;
    }

    /// <summary>As one does from time to time; tokens of the former key hold no more.</summary>
    internal void ChangeKey()
    {
        _key.Dispose();
        (_key, _keys) = (RSA.Create(2048), _keys + 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private async Task Answer(HttpContext context)
    {
        if (await Before(context))
        {
            return;
        }

        await (context.Request.Path.Value switch
        {
            "/.well-known/openid-configuration" => Json(context, new JsonObject
            {
                ["issuer"] = Claimed ?? Issuer, ["jwks_uri"] = $"{Issuer}/jwks", ["authorization_endpoint"] = $"{Issuer}/auth",
                ["token_endpoint"] = $"{Issuer}/token", ["userinfo_endpoint"] = $"{Issuer}/me",
                ["end_session_endpoint"] = $"{Issuer}/end",
            }),
            "/jwks" => Json(context, new JsonObject { ["keys"] = new JsonArray(Published()) }),
            "/auth" => Authorize(context),
            "/token" => Redeem(context),
            "/me" => Json(context, new JsonObject
            {
                ["sub"] = Subject, ["preferred_username"] = Name, ["groups"] = new JsonArray([.. Groups.Select(g => (JsonNode)g)]),
            }),
            _ => Visited(context),
        });
    }

    private Task Visited(HttpContext context)
    {
        Visits.Add(context.Request.Path + context.Request.QueryString);
        return context.Response.WriteAsync("bye");
    }

    private Task Authorize(HttpContext context)
    {
        var asked = context.Request.Query;
        Visits.Add(context.Request.Path + context.Request.QueryString);
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        _codes[code] = (asked["code_challenge"]!, asked["nonce"]!, asked["redirect_uri"]!);
        var answer = Error is null ? $"code={code}" : $"error={Error}&error_description=anybody%0Acall+555";
        context.Response.Redirect($"{asked["redirect_uri"]}?{answer}&state={Uri.EscapeDataString(asked["state"]!)}");
        return Task.CompletedTask;
    }

    /// <summary>Takes a code more than once: that no answer is used twice is the console's own affair here.</summary>
    private async Task Redeem(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var asked = _codes[form["code"]!];
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (form["client_secret"] != Secret || challenge != asked.Challenge || form["redirect_uri"] != asked.Redirect)
        {
            context.Response.StatusCode = 400;
            await Json(context, new JsonObject { ["error"] = "invalid_client", ["error_description"] = "anybody\ncall 555" });
            return;
        }

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer, ["aud"] = Client, ["sub"] = Subject, ["nonce"] = asked.Nonce, ["iat"] = now, ["nbf"] = now,
            ["exp"] = now + 300,
        };
        Claims(claims);
        await Json(context, new JsonObject { ["access_token"] = "a", ["token_type"] = "Bearer", ["id_token"] = Signed(claims) });
    }

    private string Signed(JsonObject claims)
    {
        var header = new JsonObject { ["alg"] = Algorithm, ["kid"] = $"{KeyId}{_keys}", ["typ"] = "JWT" };
        var said = $"{Encoded(header)}.{Encoded(claims)}";
        using var other = RSA.Create(2048);
        var bytes = Encoding.ASCII.GetBytes(said);
        return Algorithm switch
        {
            "none" => $"{said}.",
            "HS256" => $"{said}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), bytes))}",
            _ => $"{said}.{Base64Url.EncodeToString(Sign(Forges ? other : _key))}",
        };

        byte[] Sign(RSA key) => key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private JsonObject Published()
    {
        var key = _key.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = $"{KeyId}{_keys}",
            ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    private static string Encoded(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    private static Task Json(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}
