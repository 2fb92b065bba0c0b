using Holdfast.Alerting.Channels.Email;
using Holdfast.Alerting.Channels.Kafka;
using Holdfast.Alerting.Channels.Ocp;
using Holdfast.Alerting.Channels.Webhook;
using Holdfast.Platform;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Channels;

/// <summary>The kinds of channels that there are, and what opens a channel of one.</summary>
internal sealed class ChannelKinds(Settings settings, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>In the order in which people are offered them. A new kind is one line here.</summary>
    internal static IReadOnlyList<ChannelKind> All { get; } =
    [
        new OcpKind(),
        new WebhookKind(),
        new EmailKind(),
        new KafkaKind(),
    ];

    internal static IEnumerable<string> Names => All.Select(k => k.Name);

    /// <summary>Null: this release does not know it.</summary>
    internal static ChannelKind? Find(string name, StringComparison how = StringComparison.Ordinal) =>
        All.FirstOrDefault(k => k.Name.Equals(name, how));

    /// <summary>Null: there are none, or they are of a kind that this release does not know.</summary>
    internal static ChannelKind? Of(ChannelSettings? settings) => All.FirstOrDefault(k => k.SettingsType == settings?.GetType());

    /// <summary>Makes each channel in the place of the kinds, where there is no network; null: they do.</summary>
    internal Func<ChannelDefinition, IChannel>? Model { get; init; }

    /// <param name="channel">Within the rules.</param>
    internal IChannel Open(ChannelDefinition channel) => Model?.Invoke(channel)
        ?? (Of(channel.Settings) is { } kind && kind.Name == channel.Kind
            ? kind.Open(channel.Settings!, new ChannelSite(channel.Name, settings.PublicUrl, time, loggers, Secrets.Of(channel)))
            : new UnknownChannel(channel.Kind));

    /// <summary>Really sends an alert that is none; says how it went and how long it took.</summary>
    internal async Task<ChannelTest> Test(ChannelDefinition channel, CancellationToken cancel)
    {
        await using var open = Open(channel);
        var started = time.GetTimestamp();
        var answer = await open.Deliver(Variables.Sample("holdfast_channel_test", time.GetUtcNow()), cancel);
        return new ChannelTest(
            answer.Kind == AnswerKind.Delivered, answer.Why, answer.Status, answer.Excerpt,
                time.GetElapsedTime(started).TotalMilliseconds);
    }
}

/// <summary>
/// Defined by a newer release that wrote to the same store: its deliveries wait for one that knows it.
/// </summary>
internal sealed class UnknownChannel(string kind) : IChannel
{
    public Task<ChannelAnswer> Deliver(Notification notification, CancellationToken cancel) =>
        Task.FromResult(ChannelAnswer.TryAgain($"AL-331 this release knows no channel of kind '{kind}'"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
