using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// Tells over HTTP (reference, section 7). One connection pool per channel: a receiver that hangs holds up no other.
/// </summary>
internal sealed class Webhook : IChannel
{
    /// <summary>Of an answer, no more is read.</summary>
    private const int AnswerMax = 64 << 10;

    /// <summary>Of an answer, no more is kept.</summary>
    private const int ExcerptMax = 1024;

    private readonly WebhookSettings _settings;
    private readonly Uri _target;
    private readonly string _publicUrl;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<string> _secrets;
    private readonly HttpClient _client;

    /// <param name="channel">A webhook within the rules.</param>
    internal Webhook(ChannelDefinition channel, string publicUrl, TimeProvider time)
    {
        _settings = channel.Webhook!;
        _target = new UriBuilder(_settings.Url) { UserName = "", Password = "" }.Uri;
        _publicUrl = publicUrl;
        _time = time;
        _secrets = Secrets.Of(channel);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = _settings.Proxy is not null,
            Proxy = _settings.Proxy is { } proxy ? ProxyOf(new Uri(proxy)) : null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            MaxResponseHeadersLength = 32,
        };
        if (!_settings.AllowLinkLocal)
        {
            handler.ConnectCallback = (context, cancel) => TargetGuard.Connect(context.DnsEndPoint, cancel);
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<ChannelAnswer> Deliver(Telling telling, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(_settings.TimeoutSeconds), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var request = Request(telling);
            using var response =
                await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var text = Secrets.Scrub(await Read(response, either.Token), _secrets);
            return Judge(response, text) with { Status = (int)response.StatusCode, Excerpt = Excerpt(text) };
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return ChannelAnswer.TryAgain(
                $"AL-302 no complete answer from {_target.Authority} within {_settings.TimeoutSeconds} s");
        }
        catch (HttpRequestException error) when (error.InnerException is ForbiddenTargetException refused)
        {
            return ChannelAnswer.GiveUp($"AL-308 {refused.Message}; set allowLinkLocal if it is meant");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return ChannelAnswer.TryAgain($"AL-301 {_target.Authority} cannot be asked: {Cause(error)}");
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private HttpRequestMessage Request(Telling telling)
    {
        var body = _settings.BodyTemplate is { } template
            ? Encoding.UTF8.GetBytes(Template.Fill(template, Variables.Of(telling, _publicUrl)))
            : CloudEvent.Of(telling, _publicUrl);
        var request =
            new HttpRequestMessage(new HttpMethod(_settings.Method), _target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(_settings.BodyTemplate is null
            ? CloudEvent.ContentType : "application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Holdfast", "1"));
        request.Headers.Add("Holdfast-Delivery", telling.Key);
        request.Headers.Add("Idempotency-Key", telling.Key);
        if (new Uri(_settings.Url).UserInfo is { Length: > 0 } user)
        {
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user)));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        }

        if (_settings.SigningKey is { } key)
        {
            request.Headers.Add("Holdfast-Signature", Signature(key, _time.GetUtcNow().ToUnixTimeSeconds(), body));
        }

        foreach (var (name, value) in _settings.Headers)
        {
            Set(request, name, value);
        }

        return request;
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        HttpHeaders headers = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) ? request.Content!.Headers
            : request.Headers;
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>
    /// <c>t=seconds,v1=hex</c> over <c>seconds.body</c>: the time is signed too, so that an old request cannot be sent
    /// again.
    /// </summary>
    internal static string Signature(string key, long seconds, byte[] body)
    {
        var stamp = seconds.ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes(stamp + "."), .. body];
        return $"t={stamp},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed))}";
    }

    private ChannelAnswer Judge(HttpResponseMessage response, string text)
    {
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => Checked(text),
            HttpStatusCode.TooManyRequests =>
                ChannelAnswer.TryAgain($"AL-305 {_target.Authority} asks for patience (429)", After(response)),
            HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or >= HttpStatusCode.InternalServerError =>
                ChannelAnswer.TryAgain($"AL-304 {_target.Authority} answered {status}", After(response)),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                ChannelAnswer.GiveUp(
                    $"AL-306 {_target.Authority} redirects ({status}), which is not followed: give the final address as the channel's url"),
            _ => ChannelAnswer.GiveUp($"AL-303 {_target.Authority} refused it ({status})"),
        };
    }

    private ChannelAnswer Checked(string text)
    {
        if (_settings.ResponseCheck.Count == 0)
        {
            return ChannelAnswer.Delivered();
        }

        try
        {
            using var answer = JsonDocument.Parse(text);
            foreach (var (name, expected) in _settings.ResponseCheck)
            {
                if (answer.RootElement.ValueKind != JsonValueKind.Object
                    || !answer.RootElement.TryGetProperty(name, out var actual)
                    || !JsonElement.DeepEquals(expected, actual))
                {
                    return ChannelAnswer.TryAgain(
                        $"AL-307 the answer of {_target.Authority} does not say {name} = {expected.GetRawText()}");
                }
            }

            return ChannelAnswer.Delivered();
        }
        catch (JsonException)
        {
            return ChannelAnswer.TryAgain(
                $"AL-307 the answer of {_target.Authority} is not JSON, so the response check cannot hold");
        }
    }

    private TimeSpan? After(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _time.GetUtcNow() => date - _time.GetUtcNow(),
        _ => null,
    };

    private static async Task<string> Read(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[AnswerMax];
        var length = await stream.ReadAtLeastAsync(buffer, AnswerMax, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static string? Excerpt(string text) =>
        text.Length == 0 ? null : text.Length <= ExcerptMax ? text : text[..(ExcerptMax - 1)] + "…";

    private static WebProxy ProxyOf(Uri proxy)
    {
        var user = Uri.UnescapeDataString(proxy.UserInfo).Split(':', 2);
        var address = new UriBuilder(proxy) { UserName = "", Password = "" }.Uri;
        return proxy.UserInfo.Length == 0 ? new WebProxy(address)
            : new WebProxy(address) { Credentials = new NetworkCredential(user[0], user.ElementAtOrDefault(1)) };
    }

    /// <summary>The kind of failure, in words that hold nothing of the request.</summary>
    private static string Cause(Exception error) => error switch
    {
        { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
        { InnerException: AuthenticationException } => "its TLS certificate or protocol is not accepted",
        HttpRequestException http => http.HttpRequestError.ToString(),
        _ => "the connection broke",
    };
}
