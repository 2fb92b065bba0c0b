namespace Holdfast.Alerting.Tests;

/// <summary>An alert that a webhook delivers to a real receiver, in its preset's form.</summary>
internal static class Exchange
{
    internal static async Task<(ChannelAnswer Answer, Request? Heard)> Tell(
        string? preset, AlertRaised raised, string answer = "ok", int status = 200, Func<WebhookSettings, WebhookSettings>? with = null,
        Action<Microsoft.AspNetCore.Http.HttpResponse>? headers = null)
    {
        await using var receiver = await Receiver.Start(status, answer, headers);
        var channel = Webhook(receiver.Url);
        var key = preset == Presets.PagerDuty ? "routing" : null;
        var settings = channel.SettingsOf<WebhookSettings>() with { Preset = preset, SigningKey = key };
        await using var open = Opened(channel with { Settings = with?.Invoke(settings) ?? settings });
        var alert = AlertTransition.Decide(null, AlertNormalizer.Normalize(raised, T0), Defaults, T0).Alert;
        return (await open.Deliver(new Notification("key-1", alert, AlertCondition.Firing, T0), World.Cancel),
            receiver.Heard.SingleOrDefault());
    }
}
