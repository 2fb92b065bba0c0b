namespace Holdfast.Data.Config;

/// <summary>
/// Configuration of a sink of kind <c>kafka</c>: the cluster, and how changes become messages. User and password are the database's.
/// </summary>
internal sealed record KafkaConfig
{
    /// <summary><c>host:port</c>, several separated by commas.</summary>
    public required string Servers { get; init; }

    /// <summary>The logical name of the source.</summary>
    public required string Name { get; init; }

    /// <summary>Told as the source's database; null: the logical name.</summary>
    public string? SourceDatabase { get; init; }

    /// <summary><c>plaintext</c>, <c>ssl</c>, <c>sasl_plaintext</c> or <c>sasl_ssl</c>.</summary>
    public string SecurityProtocol { get; set; } = "plaintext";

    /// <summary><c>PLAIN</c>, <c>SCRAM-SHA-256</c> or <c>SCRAM-SHA-512</c>.</summary>
    public string? SaslMechanism { get; init; }

    /// <summary>PEM file of the client's certificate.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of its key, not encrypted.</summary>
    public string? Key { get; init; }

    /// <summary><c>debezium</c> or <c>cloudevents</c>.</summary>
    public string Format { get; set; } = "debezium";

    /// <summary>Each message carries its schema.</summary>
    public bool Schemas { get; set; }

    /// <summary><c>precise</c>, <c>string</c> or <c>double</c>.</summary>
    public string Decimals { get; set; } = "precise";

    /// <summary>A delete is followed by a message without a value.</summary>
    public bool Tombstones { get; set; } = true;

    /// <summary>Events say their transaction, and each one's begin and end are told.</summary>
    public bool Transactions { get; set; }

    /// <summary>Tables' columns are told.</summary>
    public bool SchemaChanges { get; set; } = true;

    /// <summary>A template.</summary>
    public string Topic { get; set; } = "{name}.{schema}.{table}";

    /// <summary>Tables that go elsewhere.</summary>
    public IReadOnlyList<KafkaRoute> Routes { get; set; } = [];

    /// <summary>A template.</summary>
    public string SchemaTopic { get; set; } = "{name}";

    /// <summary>A template.</summary>
    public string TransactionTopic { get; set; } = "{name}.transaction";

    /// <summary>Topic in which the task keeps its progress; null: <c>holdfast.progress.TASK</c>.</summary>
    public string? ProgressTopic { get; init; }

    /// <summary>Topics that are missing are made.</summary>
    public bool CreateTopics { get; set; } = true;

    /// <summary>Partitions of a topic that is made.</summary>
    public int Partitions { get; set; } = 1;

    /// <summary>Copies of a topic that is made; null: as the brokers' setting says.</summary>
    public int? ReplicationFactor { get; init; }

    /// <summary>The most that key and value of a message have together.</summary>
    public int MessageBytesMax { get; set; } = 1_000_000;

    /// <summary><c>none</c>, <c>gzip</c>, <c>snappy</c>, <c>lz4</c> or <c>zstd</c>.</summary>
    public string Compression { get; set; } = "none";

    /// <summary>The brokers roll back a transaction that is open for longer than this.</summary>
    public int TransactionTimeoutSeconds { get; set; } = 300;

    /// <summary>Time for which one call waits for the brokers.</summary>
    public int TimeoutSeconds { get; set; } = 30;
}

/// <summary>Sends tables to a topic.</summary>
internal sealed record KafkaRoute
{
    /// <summary>A regular expression for <c>schema.table</c> as a whole.</summary>
    public required string Match { get; init; }

    /// <summary>A template; <c>$1</c> is what a group has matched.</summary>
    public required string Topic { get; init; }

    /// <summary>Keys carry their table's name.</summary>
    public bool UniqueKeys { get; set; } = true;
}
