using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Holdfast.Alerting.Channels.Http;

/// <summary>
/// One receiver over HTTP: a connection pool of its own, a time limit, the guard of targets, what its answers mean. A
/// receiver that hangs holds up no other. Nothing that leaves here holds a secret.
/// </summary>
internal sealed class HttpTarget : IDisposable
{
    /// <summary>Of an answer, no more is kept.</summary>
    private const int ExcerptMax = 1024;

    private readonly Uri _target;
    private readonly TimeSpan _limit;
    private readonly IReadOnlyList<string> _secrets;
    private readonly TimeProvider _time;
    private readonly TargetTls _tls;
    private readonly bool _isDirect;
    private readonly bool _allowsAll;
    private readonly HttpClient _client;

    /// <summary>The connection that was made last; null: none, or a proxy is between, which speaks first.</summary>
    private volatile FirstBytes? _connection;

    internal HttpTarget(
        Uri target, TimeSpan limit, bool allowLinkLocal, string? proxy, TargetTls tls, ChannelSite site)
    {
        (_tls, _isDirect, _allowsAll) = (tls, proxy is null, allowLinkLocal);
        _target = target;
        _limit = limit;
        _secrets = site.Secrets;
        _time = site.Time;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseProxy = proxy is not null,
            Proxy = proxy is null ? null : ProxyOf(new Uri(proxy)),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            MaxResponseHeadersLength = 32,
        };
        tls.Configure(handler.SslOptions);
        handler.ConnectCallback = async (context, cancel) =>
        {
            var made = new FirstBytes(await TargetGuard.Connect(context.DnsEndPoint, allowLinkLocal, cancel));
            _connection = proxy is null ? made : null;
            return made;
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <param name="request">Disposed here.</param>
    /// <param name="check">Reads a 2xx answer.</param>
    /// <param name="known">Reads an answer below 500 whatever its status, or gives null when the status decides.</param>
    internal async Task<ChannelAnswer> Ask(
        HttpRequestMessage request, Func<AnswerBody, ChannelAnswer> check, CancellationToken cancel,
        Func<AnswerBody, TimeSpan?, ChannelAnswer?>? known = null)
    {
        if (_tls.Unusable is [var first, ..])
        {
            request.Dispose();
            return ChannelAnswer.TryAgain($"AL-366 {first.Field} ({first.Value}) {first.Rule}");
        }

        using var limit = new CancellationTokenSource(_limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var _ = request;
            using var response =
                await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await AnswerBody.Read(response, either.Token);
            var answer = known?.Invoke(body, After(response)) ?? Judge(response, body, check);
            return answer with
            {
                Status = (int)response.StatusCode,
                Why = Secrets.Scrub(answer.Why, _secrets),
                Excerpt = Excerpt(Secrets.Scrub(body.Whole, _secrets)),
            };
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return ChannelAnswer.TryAgain(
                $"AL-302 no complete answer from {_target.Authority} within {_limit.TotalSeconds:0} s");
        }
        catch (HttpRequestException error) when (error.InnerException is ForbiddenTargetException refused)
        {
            return ChannelAnswer.GiveUp($"AL-308 {refused.Message}; set allowLinkLocal if it is meant");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return ChannelAnswer.TryAgain(await Tls(error, either.Token) is { } tls ? $"{tls[..6]} {_target.Authority}: {tls[7..]}"
                : $"AL-301 {_target.Authority} cannot be asked: {Cause(error)}");
        }
    }

    public void Dispose() => _client.Dispose();

    private ChannelAnswer Judge(HttpResponseMessage response, AnswerBody body, Func<AnswerBody, ChannelAnswer> check)
    {
        var status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.BadRequest && Misunderstanding.OfAnswer(body.Whole) is { } other)
        {
            return ChannelAnswer.GiveUp($"{other[..6]} {_target.Authority}: {other[7..]}");
        }

        return response.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => check(body),
            HttpStatusCode.TooManyRequests =>
                ChannelAnswer.TryAgain($"AL-305 {_target.Authority} asks for patience (429)", After(response)),
            HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or >= HttpStatusCode.InternalServerError =>
                ChannelAnswer.TryAgain($"AL-304 {_target.Authority} answered {status}", After(response)),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                ChannelAnswer.GiveUp(
                    $"AL-306 {_target.Authority} redirects ({status}), which is not followed: give the final address as the channel's url"),
            HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.RequestUriTooLong
                or HttpStatusCode.UnprocessableEntity =>
                ChannelAnswer.Refuse($"AL-318 {_target.Authority} refused this message for good ({status})"),
            _ => ChannelAnswer.GiveUp($"AL-303 {_target.Authority} refused it ({status})"),
        };
    }

    private TimeSpan? After(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _time.GetUtcNow() => date - _time.GetUtcNow(),
        _ => null,
    };

    private static string? Excerpt(string text) =>
        text.Length == 0 ? null : TextFit.Cut(text, TextTail.None, new(ExcerptMax, TextUnit.Characters), Markup.None);

    private static WebProxy ProxyOf(Uri proxy)
    {
        var user = Uri.UnescapeDataString(proxy.UserInfo).Split(':', 2);
        var address = new UriBuilder(proxy) { UserName = "", Password = "" }.Uri;
        return proxy.UserInfo.Length == 0 ? new WebProxy(address)
            : new WebProxy(address) { Credentials = new NetworkCredential(user[0], user.ElementAtOrDefault(1)) };
    }

    /// <summary>Beginning with a code; null: TLS, or what is spoken in its place, is not the cause.</summary>
    private async Task<string?> Tls(Exception error, CancellationToken cancel)
    {
        var all = new List<Exception>();
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            all.Add(inner);
        }

        if (all.OfType<CertificateRefusedException>().FirstOrDefault() is { } refused)
        {
            return $"AL-361 its certificate is refused: {refused.Message}";
        }

        var isTls = _target.Scheme == Uri.UriSchemeHttps;
        var why = Misunderstanding.Of(isTls, _connection is { } made ? made.Heard : [], string.Join(' ', all.Select(e => e.Message)));
        var isCut = isTls && _isDirect && !all.OfType<AuthenticationException>().Any()
            && error is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.Unknown };
        return why ?? (isCut ? await new TlsProbe(_target, _tls, _allowsAll).Ask(cancel) : null);
    }

    /// <summary>The kind of failure, in words that hold nothing of the request.</summary>
    private static string Cause(Exception error) => error switch
    {
        { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
        { InnerException: AuthenticationException } or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            "no TLS connection came about; does it speak TLS on that port?",
        HttpRequestException http => http.HttpRequestError.ToString(),
        _ => "the connection broke",
    };
}
