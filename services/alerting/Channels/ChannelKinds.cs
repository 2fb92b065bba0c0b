using Holdfast.Platform;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// Makes the channel that a definition describes. A new kind of channel is one line here and one in the rules.
/// </summary>
internal sealed class ChannelKinds(Settings settings, TimeProvider time, ILoggerFactory loggers)
{
    internal static IReadOnlyList<string> Names { get; } =
        [ChannelDefinition.OcpKind, ChannelDefinition.WebhookKind, ChannelDefinition.KafkaKind];

    /// <summary>Where there is no network: makes each channel in the place of the kinds below; null: they do.</summary>
    internal Func<ChannelDefinition, IChannel>? Model { get; init; }

    /// <param name="channel">Within the rules.</param>
    internal IChannel Open(ChannelDefinition channel) => Model?.Invoke(channel) ?? channel.Kind switch
    {
        ChannelDefinition.OcpKind => new Ocp(channel, settings.PublicUrl, time),
        ChannelDefinition.WebhookKind => new Webhook(channel, settings.PublicUrl, time, loggers.CreateLogger<Webhook>()),
        ChannelDefinition.KafkaKind => new Kafka(channel, settings.PublicUrl, time, loggers.CreateLogger<Kafka>()),
        _ => new UnknownChannel(channel.Kind),
    };

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
    public Task<ChannelAnswer> Deliver(Telling telling, CancellationToken cancel) =>
        Task.FromResult(ChannelAnswer.TryAgain($"AL-331 this release knows no channel of kind '{kind}'"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>How the test of a channel went.</summary>
/// <param name="Why">Beginning with an AL- code; empty when it went well.</param>
/// <param name="Answer">The receiver's status.</param>
/// <param name="Excerpt">The beginning of its answer.</param>
internal sealed record ChannelTest(bool Ok, string Why, int? Answer, string? Excerpt, double DurationMs);
