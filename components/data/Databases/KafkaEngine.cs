using Holdfast.Data.Config;
using Holdfast.Engine.Kafka;
using Holdfast.Engine.Kafka.Catalog;
using Holdfast.Engine.Kafka.Comparison;
using Holdfast.Engine.Kafka.Sink;

namespace Holdfast.Data.Databases;

/// <summary>Clusters of kind <c>kafka</c>, which are sinks only.</summary>
internal static class KafkaEngine
{
    internal const string Kind = "kafka";
    private const int PartitionsMax = 10_000;
    private const int MessageBytesLeast = 1024;
    private const int MessageBytesMost = 100_000_000;
    private const int TransactionSecondsMax = 24 * 3600;
    private const int AnswerSecondsMax = 600;

    private static readonly string[] Protocols = ["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"];
    private static readonly string[] Mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];
    private static readonly string[] Compressions = ["none", "gzip", "snappy", "lz4", "zstd"];

    private static readonly Dictionary<string, EventFormat> Formats = new(StringComparer.Ordinal)
    {
        ["debezium"] = EventFormat.Debezium, ["cloudevents"] = EventFormat.CloudEvents,
    };

    private static readonly Dictionary<string, DecimalMode> Decimals = new(StringComparer.Ordinal)
    {
        ["precise"] = DecimalMode.Precise, ["string"] = DecimalMode.Text, ["double"] = DecimalMode.Double,
    };

    internal static DatabaseEngine Parts { get; } = new()
    {
        Kind = Kind,
        Sink = (database, time, _, cancel) => Sink(database, time, cancel),
        Catalog = (database, field, time) => new KafkaCatalog(Settings(database, field), time),
    };

    private static async Task<(ISink Sink, ICatalog Catalog)> Sink(DatabaseConfig database, TimeProvider time, CancellationToken cancel)
    {
        var settings = Settings(database, "incrSync.sink");
        return (await KafkaSink.Open(settings, time, cancel), new KafkaCatalog(settings, time));
    }

    internal static EventComparison Compared(ICatalog source, string engine, DatabaseConfig database) =>
        new(source, engine, Settings(database, "verify.sink"));

    /// <exception cref="ConfigException">A field is missing, or breaks a rule; a password is in no message.</exception>
    internal static KafkaSettings Settings(DatabaseConfig database, string field)
    {
        if (Broken(database) is { } broken)
        {
            throw new ConfigException("DP-502", $"{field}.{broken}");
        }

        var kafka = database.Kafka!;
        return new KafkaSettings
        {
            Servers = kafka.Servers,
            Name = kafka.Name,
            Database = kafka.SourceDatabase ?? "",
            Security = new KafkaSecurity
            {
                Protocol = kafka.SecurityProtocol,
                Mechanism = kafka.SaslMechanism,
                User = database.User,
                Password = database.PasswordFile is { } file ? PasswordFile.Read(file, database.ToString()) : database.Password,
                Authorities = database.RootCertificate,
                Certificate = kafka.Certificate,
                Key = kafka.Key,
            },
            Format = Formats[kafka.Format],
            HasSchemas = kafka.Schemas,
            Decimals = Decimals[kafka.Decimals],
            HasTombstones = kafka.Tombstones,
            HasTransactions = kafka.Transactions,
            HasSchemaChanges = kafka.SchemaChanges,
            Topic = kafka.Topic,
            Routes = [.. kafka.Routes.Select(Route)],
            SchemaTopic = kafka.SchemaTopic,
            TransactionTopic = kafka.TransactionTopic,
            ProgressTopic = kafka.ProgressTopic,
            MakesTopics = kafka.CreateTopics,
            Partitions = kafka.Partitions,
            Replication = (short)(kafka.ReplicationFactor ?? -1),
            MessageBytesMax = kafka.MessageBytesMax,
            Compression = kafka.Compression,
            TransactionMax = TimeSpan.FromSeconds(kafka.TransactionTimeoutSeconds),
            AnswerMax = TimeSpan.FromSeconds(kafka.TimeoutSeconds),
        };
    }

    private static TopicRoute Route(KafkaRoute route) =>
        new() { Match = route.Match, Topic = route.Topic, HasUniqueKeys = route.UniqueKeys };

    private static string? Broken(DatabaseConfig database) => database switch
    {
        { Kafka: null } => $"kafka: must be given for {Kind}.",
        { Path: not null } or { Host: not null } or { Port: not null } or { Database: not null } or { SslMode: not null } =>
            $"path, host, port, database and sslMode are not allowed for {Kind}: its part is kafka.",
        { Password: not null, PasswordFile: not null } => "password: is not allowed beside passwordFile.",
        { RootCertificate: { } file } when !File.Exists(file) => $"rootCertificate: there is no file {file}.",
        { Kafka: var kafka } => Broken(kafka) ?? Login(database, kafka),
    };

    private static string? Broken(KafkaConfig kafka) =>
        Text("servers", kafka.Servers) ?? Text("name", kafka.Name) ?? Text("topic", kafka.Topic) ?? Text("schemaTopic", kafka.SchemaTopic)
        ?? Text("transactionTopic", kafka.TransactionTopic)
        ?? OneOf("format", kafka.Format, Formats.Keys) ?? OneOf("decimals", kafka.Decimals, Decimals.Keys)
        ?? OneOf("compression", kafka.Compression, Compressions) ?? OneOf("securityProtocol", kafka.SecurityProtocol, Protocols)
        ?? (kafka is { Format: "cloudevents", Schemas: true } ? "kafka.schemas: is not allowed beside format cloudevents." : null)
        ?? Range("partitions", kafka.Partitions, 1, PartitionsMax)
        ?? Range("replicationFactor", kafka.ReplicationFactor ?? 1, 1, short.MaxValue)
        ?? Range("messageBytesMax", kafka.MessageBytesMax, MessageBytesLeast, MessageBytesMost)
        ?? Range("transactionTimeoutSeconds", kafka.TransactionTimeoutSeconds, 1, TransactionSecondsMax)
        ?? Range("timeoutSeconds", kafka.TimeoutSeconds, 1, AnswerSecondsMax)
        ?? kafka.Routes.Select(Broken).FirstOrDefault(b => b is not null);

    private static string? Login(DatabaseConfig database, KafkaConfig kafka)
    {
        var isSasl = kafka.SecurityProtocol.StartsWith("sasl", StringComparison.Ordinal);
        var isTls = kafka.SecurityProtocol.EndsWith("ssl", StringComparison.Ordinal);
        return (isSasl ? OneOf("saslMechanism", kafka.SaslMechanism ?? "", Mechanisms) : null) ?? (database, kafka) switch
        {
            ({ User: null or "" }, _) when isSasl => $"user: must be given for {kafka.SecurityProtocol}.",
            ({ Password: null, PasswordFile: null }, _) when isSasl => $"passwordFile: must be given for {kafka.SecurityProtocol}.",
            (_, { SaslMechanism: not null }) when !isSasl => "kafka.saslMechanism: is for the protocols sasl_plaintext and sasl_ssl.",
            ({ RootCertificate: not null }, _) when !isTls => "rootCertificate: is for the protocols ssl and sasl_ssl.",
            (_, { Certificate: not null } or { Key: not null }) when !isTls => "kafka.certificate: is for the protocols ssl and sasl_ssl.",
            (_, { Certificate: null, Key: not null } or { Certificate: not null, Key: null }) =>
                "kafka.certificate: and kafka.key go together.",
            _ => new[] { ("certificate", kafka.Certificate), ("key", kafka.Key) }.Where(f => f.Item2 is not null && !File.Exists(f.Item2))
                .Select(f => $"kafka.{f.Item1}: there is no file {f.Item2}.").FirstOrDefault(),
        };
    }

    private static string? Broken(KafkaRoute route)
    {
        try
        {
            Route(route).Expression();
            return Text("routes.topic", route.Topic);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return $"kafka.routes.match: '{route.Match}' cannot be used: {error.Message}";
        }
    }

    private static string? Text(string field, string value) => value.Length == 0 || value.Any(char.IsControl)
        ? $"kafka.{field}: must be given, without control characters." : null;

    private static string? OneOf(string field, string value, IReadOnlyCollection<string> allowed) =>
        allowed.Contains(value, StringComparer.Ordinal) ? null : $"kafka.{field}: '{value}' must be one of {string.Join(", ", allowed)}.";

    private static string? Range(string field, int value, int least, int most) =>
        value < least || value > most ? $"kafka.{field}: {value} is not from {least} to {most}." : null;
}
