using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Channels.Kafka;

/// <summary>
/// Tells a Kafka topic: key is the alert's fingerprint, so that all news of one condition keeps its order; value is the
/// CloudEvent. One idempotent producer, made with the first delivery and again after a fatal error.
/// </summary>
internal sealed partial class KafkaChannel : IChannel
{
    private readonly KafkaSettings _settings;
    private readonly string _name;
    private readonly string _publicUrl;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<string> _secrets;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private IProducer<string, byte[]>? _producer;
    private volatile string? _lastError;

    /// <param name="settings">Within the rules.</param>
    internal KafkaChannel(KafkaSettings settings, ChannelSite site)
    {
        _settings = settings;
        _name = site.Channel;
        _publicUrl = site.PublicUrl;
        _time = site.Time;
        _secrets = site.Secrets;
        _logger = site.Loggers.CreateLogger<KafkaChannel>();
    }

    public async Task<ChannelAnswer> Deliver(Notification notification, CancellationToken cancel)
    {
        try
        {
            // The client gives up by itself after message.timeout.ms; the limit is for a client that does not.
            var limit = TimeSpan.FromSeconds(_settings.TimeoutSeconds + 5);
            var result = await Producer().ProduceAsync(TopicOf(notification), Record(notification), cancel)
                .WaitAsync(limit, _time, cancel);
            return ChannelAnswer.Delivered(
                excerpt: $"{result.Topic} [{result.Partition.Value}] @{result.Offset.Value}");
        }
        catch (KafkaException error)
        {
            if (error.Error.IsFatal)
            {
                Discard();
            }

            return Judge(error.Error);
        }
        catch (TimeoutException)
        {
            return ChannelAnswer.TryAgain($"AL-302 no answer from {_settings.BootstrapServers} in time");
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException
            or DllNotFoundException or TypeInitializationException)
        {
            return ChannelAnswer.GiveUp(Clean($"AL-331 the channel's settings cannot be used: {error.Message}"));
        }
    }

    public ValueTask DisposeAsync()
    {
        Discard();
        return ValueTask.CompletedTask;
    }

    private IProducer<string, byte[]> Producer()
    {
        lock (_lock)
        {
            return _producer ??= new ProducerBuilder<string, byte[]>(Config())
                .SetLogHandler((_, log) => LogClient(_name, Clean(log.Message)))
                .SetErrorHandler((_, error) => _lastError = Clean(error.Reason))
                .Build();
        }
    }

    private string TopicOf(Notification notification) =>
        notification.Condition == Contracts.AlertCondition.Resolved ? _settings.ResolvedTopic ?? _settings.Topic : _settings.Topic;

    private ProducerConfig Config() => new()
    {
        BootstrapServers = _settings.BootstrapServers,
        ClientId = "holdfast-alerting",
        EnableIdempotence = true,
        Acks = Acks.All,
        LingerMs = 5,
        MessageTimeoutMs = _settings.TimeoutSeconds * 1000,
        SocketConnectionSetupTimeoutMs = Math.Max(1000, _settings.TimeoutSeconds * 1000),
        ReconnectBackoffMaxMs = 2000,
        AllowAutoCreateTopics = true,
        SecurityProtocol =
            Enum.Parse<SecurityProtocol>(_settings.SecurityProtocol.Replace("_", "", StringComparison.Ordinal),
            ignoreCase: true),
        SaslMechanism = _settings.SaslMechanism switch
        {
            "PLAIN" => SaslMechanism.Plain,
            "SCRAM-SHA-256" => SaslMechanism.ScramSha256,
            "SCRAM-SHA-512" => SaslMechanism.ScramSha512,
            _ => null,
        },
        SaslUsername = _settings.Username,
        SaslPassword = _settings.Password?.Value,
        SslCaLocation = _settings.CaFile,
        SslCertificateLocation = _settings.CertificateFile,
        SslKeyLocation = _settings.KeyFile,
        SslKeyPassword = _settings.KeyPassword?.Value,
    };

    private Message<string, byte[]> Record(Notification notification)
    {
        var headers = new Headers
        {
            { "content-type", Encoding.UTF8.GetBytes(CloudEvent.ContentType) },
            { "holdfast-delivery", Encoding.UTF8.GetBytes(notification.Key) },
            { "dedup_key", Encoding.UTF8.GetBytes(notification.Key) },
        };
        if (Activity.Current?.Id is { } trace)
        {
            headers.Add("traceparent", Encoding.UTF8.GetBytes(trace));
        }

        return new Message<string, byte[]>
        {
            Key = notification.Alert.Fingerprint,
            Value = CloudEvent.Of(notification, _publicUrl),
            Headers = headers,
            Timestamp = new Timestamp(notification.At),
        };
    }

    private ChannelAnswer Judge(Error error)
    {
        var why = Clean(_lastError is { } last && error.IsLocalError ? $"{error.Reason} ({last})" : error.Reason);
        return error.Code switch
        {
            ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidMsg or ErrorCode.InvalidRecord or ErrorCode.TopicException
                or ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.PolicyViolation =>
                ChannelAnswer.GiveUp($"AL-323 Kafka refused it: {why}"),
            _ => ChannelAnswer.TryAgain($"AL-322 {_settings.BootstrapServers} did not take it: {why}"),
        };
    }

    private void Discard()
    {
        IProducer<string, byte[]>? producer;
        lock (_lock)
        {
            (producer, _producer) = (_producer, null);
        }

        producer?.Dispose();
    }

    private string Clean(string text) => Secrets.Scrub(text, _secrets);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Kafka client of channel {Channel}: {Text}")]
    private partial void LogClient(string channel, string text);
}
