using System.Net.Http.Headers;
using System.Security.Cryptography;
using Holdfast.Alerting.Channels.Http;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Channels.Webhook;

/// <summary>Tells over HTTP (docs/reference/oms.md, Webhook), in its own words or in those of a preset.</summary>
internal sealed partial class WebhookChannel : IChannel
{
    private readonly WebhookSettings _settings;
    private readonly Preset? _preset;
    private readonly Uri _target;
    private readonly string _publicUrl;
    private readonly TimeProvider _time;
    private readonly HttpTarget _http;
    private readonly TargetTls _tls;
    private readonly ILogger _logger;
    private readonly string _name;

    /// <param name="settings">Within the rules.</param>
    internal WebhookChannel(WebhookSettings settings, ChannelSite site)
    {
        (_name, _logger) = (site.Channel, site.Loggers.CreateLogger<WebhookChannel>());
        _settings = settings;
        _preset = Presets.Of(settings.Preset);
        _target = new UriBuilder(settings.Url) { UserName = "", Password = "" }.Uri;
        _publicUrl = site.PublicUrl;
        _time = site.Time;
        _tls = TargetTls.Open(settings.TlsPaths, site.Time);
        _http = new HttpTarget(
            _target, TimeSpan.FromSeconds(settings.TimeoutSeconds), settings.AllowLinkLocal, settings.Proxy, _tls, site);
    }

    public bool IsOutdated() => _tls.HasChanged((files, why) => LogRefused(_name, files, why));

    public async Task<ChannelAnswer> Deliver(Notification notification, CancellationToken cancel)
    {
        var body = Body(notification);
        return body.Length > BytesMax
            ? ChannelAnswer.Refuse($"AL-314 the body has {body.Length} bytes with its texts cut, and {BytesMax} are allowed (bodyBytesMax)")
            : await _http.Ask(Request(notification, body), Checked, cancel, _preset is null ? null : Known);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private string? Words => _settings.BodyTemplate ?? _preset?.Body;

    private int BytesMax => Math.Min(_settings.BodyBytesMax, _preset?.BodyBytesMax ?? int.MaxValue);

    private byte[] Body(Notification notification)
    {
        var now = _time.GetUtcNow();
        return Fitting.Body(
            Variables.Of(notification, _publicUrl), _preset, Variables.Tail(notification, _publicUrl), BytesMax,
            values => Filled(notification, values, now));
    }

    private byte[] Filled(Notification notification, IReadOnlyDictionary<string, object> values, DateTimeOffset now)
    {
        if (Words is not { } template)
        {
            return CloudEvent.Of(notification, values, _publicUrl);
        }

        var variables = new Dictionary<string, object>(values, StringComparer.Ordinal);
        if (_settings is { Preset: Presets.PagerDuty, BodyTemplate: null })
        {
            variables["routing_key"] = _settings.SigningKey?.Value ?? "";
        }

        var text = Template.Fill(template, variables);
        return Encoding.UTF8.GetBytes(_settings is { Preset: Presets.Feishu, SigningKey: { } key }
            ? RobotSignature.IntoFeishu(text, key.Value, now)
            : text);
    }

    private HttpRequestMessage Request(Notification notification, byte[] body)
    {
        var target = _settings is { Preset: Presets.DingTalk, SigningKey: { } robot }
            ? RobotSignature.IntoDingTalk(_target, robot.Value, _time.GetUtcNow())
            : _target;
        var request = new HttpRequestMessage(new HttpMethod(_settings.Method), target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(Words is null
            ? CloudEvent.ContentType : "application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Holdfast", "1"));
        request.Headers.Add("Holdfast-Delivery", notification.Key);
        request.Headers.Add("Idempotency-Key", notification.Key);
        if (new Uri(_settings.Url).UserInfo is { Length: > 0 } user)
        {
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user)));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        }

        if (_settings.SigningKey is { } key && _settings.Preset is not (Presets.DingTalk or Presets.Feishu or Presets.PagerDuty))
        {
            request.Headers.Add("Holdfast-Signature", Signature(key.Value, _time.GetUtcNow().ToUnixTimeSeconds(), body));
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

    private ChannelAnswer? Known(AnswerBody answer, TimeSpan? after) => _preset!.Answer.Known(answer, _target.Authority, after);

    /// <summary>The channel's own response check goes before the preset's sign of success.</summary>
    private ChannelAnswer Checked(AnswerBody answer)
    {
        if (_settings.ResponseCheck is not { } expectations)
        {
            return (_preset?.Answer ?? new AnswerSign()).Judge(answer, _target.Authority);
        }

        if (expectations.Count > 0 && answer.Unreadable is { } encoding)
        {
            return ChannelAnswer.TryAgain($"AL-324 the answer of {_target.Authority} comes as {encoding}, which cannot be read");
        }

        if (expectations.Count > 0 && answer.Fields is null)
        {
            return AnswerSigns.Failed(answer, _target.Authority, "is not JSON, so the response check cannot hold");
        }

        foreach (var (name, expected) in expectations)
        {
            if (!answer.Fields!.TryGetValue(name, out var actual) || !JsonElement.DeepEquals(expected, actual))
            {
                return AnswerSigns.Failed(answer, _target.Authority, $"does not say {name} = {expected.GetRawText()}");
            }
        }

        return ChannelAnswer.Delivered();
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "AL-366 Channel {Channel}: {Files} changed and cannot be used, so what it held before stays in use: {Why}")]
    private partial void LogRefused(string channel, string files, string why);
}
