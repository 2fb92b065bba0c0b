namespace Holdfast.Engine.Kafka.Client;

/// <summary>Makes clients of one cluster. What a client says last of a lost connection or a refused login is kept.</summary>
internal sealed class KafkaClients(KafkaSettings settings)
{
    private volatile Error? _last;

    /// <summary>The last thing that any client of the cluster has complained of; null: nothing.</summary>
    internal Error? Last => _last;

    internal IProducer<byte[]?, byte[]?> Producer(string transactionalId)
    {
        var packing = Enum.Parse<CompressionType>(settings.Compression, ignoreCase: true);
        var most = (int)settings.TransactionMax.TotalMilliseconds;
        return new ProducerBuilder<byte[]?, byte[]?>(Secured(new ProducerConfig
        {
            TransactionalId = transactionalId,
            TransactionTimeoutMs = most,
            MessageTimeoutMs = most,
            // The client wants an answer that is late to be known before the transaction ends.
            SocketTimeoutMs = Math.Min(most, Math.Clamp((int)settings.AnswerMax.TotalMilliseconds, 1000, 60_000)),
            CompressionType = packing,
            MessageMaxBytes = settings.MessageBytesMax + Overhead,
            BatchSize = Math.Min(1_000_000, settings.MessageBytesMax + Overhead),
            QueueBufferingMaxKbytes = QueueKilobytes,
            LingerMs = 1,
            DeliveryReportFields = "none",
        })).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Note(error)).Build();
    }

    /// <summary>Reads only what is committed.</summary>
    internal IConsumer<byte[]?, byte[]?> Consumer() => new ConsumerBuilder<byte[]?, byte[]?>(Secured(new ConsumerConfig
    {
        GroupId = "holdfast",
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        EnablePartitionEof = true,
        // A topic that ends before where we were is another one: to go on somewhere else would be to guess.
        AutoOffsetReset = AutoOffsetReset.Error,
        FetchWaitMaxMs = 10,
        AllowAutoCreateTopics = false,
    })).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Note(error)).Build();

    internal IAdminClient Admin() => new AdminClientBuilder(Secured(new AdminClientConfig()))
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Note(error)).Build();

    /// <summary>Bytes of a message beside its key and value.</summary>
    internal const int Overhead = 4096;

    private const int QueueKilobytes = 64 << 10;

    /// <summary>They answer: what was wrong before is over.</summary>
    internal void Fine() => _last = null;

    /// <summary>That no broker is left says less than why the last one went.</summary>
    private void Note(Error error)
    {
        if (error.Code != ErrorCode.Local_AllBrokersDown || _last is null)
        {
            _last = error;
        }
    }

    private T Secured<T>(T config)
        where T : ClientConfig
    {
        var security = settings.Security;
        config.BootstrapServers = settings.Servers;
        config.ClientId = "holdfast";
        config.ReconnectBackoffMaxMs = 2000;
        config.SecurityProtocol =
            Enum.Parse<SecurityProtocol>(security.Protocol.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        config.SaslMechanism = security.Mechanism switch
        {
            "PLAIN" => SaslMechanism.Plain,
            "SCRAM-SHA-256" => SaslMechanism.ScramSha256,
            "SCRAM-SHA-512" => SaslMechanism.ScramSha512,
            _ => null,
        };
        config.SaslUsername = security.User;
        config.SaslPassword = security.Password;
        config.SslCaLocation = security.Authorities;
        config.SslCertificateLocation = security.Certificate;
        config.SslKeyLocation = security.Key;
        return config;
    }
}
