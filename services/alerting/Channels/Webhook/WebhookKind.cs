using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Alerting.Channels.Webhook;

/// <summary>A POST, PUT or PATCH to an address, with a body of its own or of a well-known receiver.</summary>
internal sealed class WebhookKind : ChannelKind<WebhookSettings>
{
    private const int TemplateMax = 16 << 10;
    private const int FieldsMax = 64;
    private const int HeadersMax = 32;

    /// <summary>Such headers are the client's or this service's own.</summary>
    private static readonly string[] Reserved =
        ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Holdfast-Delivery", "Holdfast-Signature",
            "Idempotency-Key"];

    internal override string Name => "webhook";

    internal override string Brief => "preset";

    internal override void Map(IEndpointRouteBuilder channels) => channels.MapGet(
            "/presets", () => Results.Ok(new ListPage<Preset>([.. Presets.All], null)))
        .WithSummary("What preset webhooks send and expect.").Produces<ListPage<Preset>>();

    protected override string TargetOf(WebhookSettings settings) =>
        Uri.TryCreate(settings.Url, UriKind.Absolute, out var uri) ? $"{uri.Scheme}://{uri.Authority}" : "";

    protected override IReadOnlyList<FieldFault> Unusable(WebhookSettings settings, TimeProvider time) =>
        TargetTls.Open(settings.TlsPaths, time).Unusable;

    protected override IReadOnlyList<ChannelChoice> ChoicesOf(string field) => field != "preset" ? [] :
    [
        .. Presets.All.Select(preset => new ChannelChoice(
            preset.Name, preset.MessagesPerMinute is { } most ? PerMinute(most) : null, preset.Manual)),
    ];

    protected override void Check(WebhookSettings settings, RuleCheck check)
    {
        var isTls = settings.Url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        check.That(settings.Preset != Presets.PagerDuty || settings.SigningKey is not null || settings.BodyTemplate is not null,
            "signingKey", null, "must be the integration's routing key for preset pagerduty");
        check.That(settings.ResponseCheck is null or { Count: <= FieldsMax }, "responseCheck", settings.ResponseCheck?.Count,
            $"must have at most {FieldsMax} fields");
        check.That(isTls || settings.CaFile is null, "caFile", RuleCheck.Short(settings.CaFile ?? ""),
            "must be a file's path, with an https url");
        CertificateRules.Check(check, settings.CertificateFile, settings.KeyFile, settings.KeyPassword);
        check.That(isTls || settings.CertificateFile is null, "certificateFile", RuleCheck.Short(settings.CertificateFile ?? ""),
            "must be given with an https url only");
        Headers(settings, check);
        if (settings.BodyTemplate is { } template)
        {
            var rule = template.Length is 0 or > TemplateMax ? $"must have 1 to {TemplateMax} characters"
                : Template.Broken(template, IsJson(settings.Headers));
            check.That(rule is null, "bodyTemplate", RuleCheck.Short(template), rule ?? "");
        }
    }

    protected override IChannel Open(WebhookSettings settings, ChannelSite site) => new WebhookChannel(settings, site);

    private static void Headers(WebhookSettings settings, RuleCheck check)
    {
        check.That(settings.Headers.Count <= HeadersMax, "headers", settings.Headers.Count, $"must be at most {HeadersMax}");
        var headers = check.Within("headers");
        foreach (var (name, value) in settings.Headers.Take(HeadersMax))
        {
            headers.That(IsToken(name) && !Reserved.Contains(name, StringComparer.OrdinalIgnoreCase), RuleCheck.Short(name), null,
                $"must be named by letters, digits and '-', and not be one of {string.Join(", ", Reserved)}");
            headers.That(value is { Length: > 0 and <= KindField.TextMax } && value.All(c => c is >= ' ' and <= '~'),
                RuleCheck.Short(name), Secrets.Mask, "must be 1 to 4096 printable ASCII characters");
        }

        check.That(settings.Headers.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() == settings.Headers.Count,
            "headers", null, "must not name a header twice");
    }

    private static ChannelText PerMinute(int most) => new(
        string.Create(CultureInfo.InvariantCulture, $"{most} messages a minute."),
        string.Create(CultureInfo.InvariantCulture, $"每分钟 {most} 条消息。"));

    private static bool IsToken(string name) =>
        name.Length is > 0 and <= 128 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsJson(IReadOnlyDictionary<string, string> headers) =>
        headers.FirstOrDefault(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            .Value is not { } type
        || type.Contains("json", StringComparison.OrdinalIgnoreCase);
}
