namespace Holdfast.Engine.Kafka;

/// <summary>Formats in which a change is written.</summary>
public enum EventFormat
{
    /// <summary>Debezium's envelope: before, after, source, op.</summary>
    Debezium,

    /// <summary>CloudEvents 1.0, structured JSON, with before and after as its data.</summary>
    CloudEvents,
}

/// <summary>Formats of decimal digits, as Debezium's <c>decimal.handling.mode</c>.</summary>
public enum DecimalMode
{
    /// <summary>The unscaled number's bytes in base64, exact; the schema says the scale.</summary>
    Precise,

    /// <summary>The digits as text, exact.</summary>
    Text,

    /// <summary>A floating-point number, which may round.</summary>
    Double,
}

/// <summary>A Kafka cluster, and how a task's changes become messages there. Bounds are the configuration's to check.</summary>
public sealed record KafkaSettings
{
    /// <summary>Addresses at which clients begin: <c>host:port</c>, several separated by commas.</summary>
    public required string Servers { get; init; }

    /// <summary>The logical name of the source, in topics' names and in <c>source.name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Told as <c>source.db</c>; empty: the logical name.</summary>
    public string Database { get; init; } = "";

    /// <summary>The login of clients, and the certificates that they trust.</summary>
    public KafkaSecurity Security { get; init; } = new();

    /// <summary>Format in which a change is written.</summary>
    public EventFormat Format { get; init; }

    /// <summary>Each key and value carries its schema, as Kafka Connect's JSON converter writes it.</summary>
    public bool HasSchemas { get; init; }

    /// <summary>Format of decimal digits.</summary>
    public DecimalMode Decimals { get; init; }

    /// <summary>A delete is followed by a message of the same key without a value.</summary>
    public bool HasTombstones { get; init; } = true;

    /// <summary>Events say their transaction, and each transaction's begin and end are told.</summary>
    public bool HasTransactions { get; init; }

    /// <summary>A table's columns are told when they are first seen and when they change.</summary>
    public bool HasSchemaChanges { get; init; } = true;

    /// <summary>Template of the topic to which rows of a table go.</summary>
    public string Topic { get; init; } = "{name}.{schema}.{table}";

    /// <summary>Tables that go elsewhere; the first one that matches decides.</summary>
    public IReadOnlyList<TopicRoute> Routes { get; init; } = [];

    /// <summary>Template of the topic to which tables' columns go.</summary>
    public string SchemaTopic { get; init; } = "{name}";

    /// <summary>Template of the topic to which transactions' begins and ends go.</summary>
    public string TransactionTopic { get; init; } = "{name}.transaction";

    /// <summary>Topic in which a task keeps its progress; null: <c>holdfast.progress.TASK</c>.</summary>
    public string? ProgressTopic { get; init; }

    /// <summary>Topics that are missing are made.</summary>
    public bool MakesTopics { get; init; } = true;

    /// <summary>Partitions of a topic that is made.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>Copies of a topic that is made; -1: as the broker's setting says.</summary>
    public short Replication { get; init; } = -1;

    /// <summary>Key and value of a message, the most; the brokers and the topics have limits of their own.</summary>
    public int MessageBytesMax { get; init; } = 1_000_000;

    /// <summary>Compression of messages: none, gzip, snappy, lz4, zstd.</summary>
    public string Compression { get; init; } = "none";

    /// <summary>The brokers roll back a transaction that is open for longer than this.</summary>
    public TimeSpan TransactionMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time for which one call waits for the brokers.</summary>
    public TimeSpan AnswerMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest time between two looks for a commit in the progress topic.</summary>
    public TimeSpan ConfirmInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Text for messages to people, without a secret.</summary>
    public override string ToString() => $"kafka {Servers} ({Name})";
}

/// <summary>The login of a client, and the certificates that it trusts.</summary>
public sealed record KafkaSecurity
{
    /// <summary><c>plaintext</c>, <c>ssl</c>, <c>sasl_plaintext</c> or <c>sasl_ssl</c>.</summary>
    public string Protocol { get; init; } = "plaintext";

    /// <summary><c>PLAIN</c>, <c>SCRAM-SHA-256</c> or <c>SCRAM-SHA-512</c>; null: none.</summary>
    public string? Mechanism { get; init; }

    /// <summary>User of SASL.</summary>
    public string? User { get; init; }

    /// <summary>Password of SASL; never shown.</summary>
    public string? Password { get; init; }

    /// <summary>PEM file of those that may have issued the brokers' certificates; null: the system's.</summary>
    public string? Authorities { get; init; }

    /// <summary>PEM file of the client's certificate; null: it has none.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of the client's key.</summary>
    public string? Key { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Protocol;
}
