using System.Text.Json.Serialization;
using Holdfast.Engine.Sqlite.Db;

namespace Holdfast.Data.Config;

/// <summary>A configuration that breaks a rule.</summary>
internal sealed class ConfigException(string code, string message) : Exception($"{code} {message}");

/// <summary>A database, or, as a source, another Store.</summary>
internal sealed record DatabaseConfig
{
    /// <summary>The engine, one of those that the program lists by what they can be; as a source also <c>relay</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Path of the file; of SQLite.</summary>
    public string? Path { get; init; }

    /// <summary>Name or address of the server.</summary>
    public string? Host { get; init; }

    /// <summary>Port of the server; null: the engine's usual one.</summary>
    public int? Port { get; init; }

    /// <summary>Database on the server.</summary>
    public string? Database { get; init; }

    /// <summary>User of the server.</summary>
    public string? User { get; init; }

    /// <summary>Password of the user; never shown.</summary>
    public string? Password { get; init; }

    /// <summary>File that holds the password in its first line; instead of <see cref="Password"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>TLS of the connection: <c>disable</c>, <c>require</c>, <c>verify-ca</c> or <c>verify-full</c>.</summary>
    public string? SslMode { get; init; }

    /// <summary>PEM file of the authorities that may have issued the server's certificate; null: the system's.</summary>
    public string? RootCertificate { get; init; }

    /// <summary>Address of the services that know the Stores of the subtopic; of a relay.</summary>
    public Uri? Api { get; init; }

    /// <summary>Address at which one Store serves, <c>address:port</c>; of a relay, instead of <see cref="Api"/>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The cluster; of Kafka.</summary>
    public KafkaConfig? Kafka { get; init; }

    /// <summary>A password is in no message.</summary>
    public override string ToString() => Kafka is { } kafka ? $"{Kind} {kafka.Servers}"
        : $"{Kind} {Path ?? $"{User}@{Host}:{Port}/{Database}"}";

    /// <summary>The server is on this very host: who can see what goes to it sees it without the network, too.</summary>
    [JsonIgnore]
    public bool IsThisHost =>
        Host == "localhost" || System.Net.IPAddress.TryParse(Host, out var address) && System.Net.IPAddress.IsLoopback(address);
}

/// <summary>PEM files by which readers on other hosts know a Store.</summary>
internal sealed record TlsConfig
{
    /// <summary>Its own certificate, and those between it and the fleet's authority.</summary>
    public required string Certificate { get; init; }

    /// <summary>The key of that, not encrypted.</summary>
    public required string Key { get; init; }
}

/// <summary>The control plane's own part; members of a later version are passed over.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record HoldfastPart
{
    /// <summary>The key with which a Store's tickets are signed, in hexadecimal digits.</summary>
    public string? TicketKey { get; init; }
}

/// <summary>Configuration of a Store.</summary>
internal sealed record StoreConfig
{
    public required DatabaseConfig Source { get; init; }

    /// <summary>Another Store (<c>relay</c>) that has what the source does not have any more; null: none is asked.</summary>
    public DatabaseConfig? Backfill { get; init; }

    /// <summary>Its subtopic: the name under which consumers resolve it.</summary>
    public required string Subtopic { get; init; }

    /// <summary>Patterns of <c>schema.table</c>; none: every table.</summary>
    public IReadOnlyList<string> Tables { get; set; } = [];

    /// <summary>The IP address at which it listens, with a port or with any; null: 127.0.0.1.</summary>
    public string? Listen { get; init; }

    public TlsConfig? Tls { get; init; }

    /// <summary>Hours for which it keeps what nobody needs any more.</summary>
    public int KeepHours { get; set; } = 24;

    /// <summary>
    /// After this many hours in which a consumer sent nothing, what that one needs is kept no longer; in those hours the Store ran.
    /// </summary>
    public int ForgetConsumersHours { get; set; } = 168;

    /// <summary>The most that its log takes of the disk.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>
    /// Address of the services that know which Stores were removed; null: the source keeps its log for those until a person drops it.
    /// </summary>
    public Uri? Api { get; init; }

    /// <summary>Holds the API token with which the services are asked, in its first line; null: none is shown.</summary>
    public string? TokenFile { get; init; }

    /// <summary>
    /// PEM file of those that may have issued the certificates of the services (null: the system's) and of Stores (null: none).
    /// </summary>
    public string? Authorities { get; init; }
}

/// <summary>Configuration of an Incr-Sync: where it reads and writes.</summary>
internal sealed record IncrSyncConfig
{
    /// <summary>Address of the services: <c>http://127.0.0.1:8080</c>.</summary>
    public required Uri Api { get; init; }

    /// <summary>Holds the API token with which the services are asked, in its first line; null: none is shown.</summary>
    public string? TokenFile { get; init; }

    /// <summary>
    /// PEM file of those that may have issued the certificates of the services (null: the system's) and of Stores (null: none).
    /// </summary>
    public string? Authorities { get; init; }

    public required string Subtopic { get; init; }

    public required DatabaseConfig Sink { get; init; }

    /// <summary>Patterns of <c>schema.table</c>; none: every table.</summary>
    public IReadOnlyList<string> Tables { get; set; } = [];

    /// <summary>Connections to the sink.</summary>
    public int Lanes { get; set; } = 8;

    public double? RowsPerSecond { get; init; }

    public double? BytesPerSecond { get; init; }

    /// <summary>Tickets of rows that may be left out when the sink refuses them.</summary>
    public IReadOnlyList<string> SkipRows { get; set; } = [];

    /// <summary>Statements that change tables; null: the usual kinds, and no answers.</summary>
    public DdlConfig? Ddl { get; init; }
}

/// <summary>config.json of a component, or what is to be verified: one of these.</summary>
internal sealed record DataConfig
{
    public StoreConfig? Store { get; init; }

    public IncrSyncConfig? IncrSync { get; init; }

    public VerifyConfig? Verify { get; init; }

    public CheckConfig? Check { get; init; }

    public SlotsConfig? Slots { get; init; }

    public SequencesConfig? Sequences { get; init; }

    public HoldfastPart? Holdfast { get; init; }

    private const long BytesMax = 1 << 20;
    private const string Input = "/dev/stdin";

    /// <summary>Reads it; a file that others may read is refused, for it may hold secrets.</summary>
    internal static DataConfig Read(string file)
    {
        try
        {
            // A FIFO or a device would be read for ever; what a command is given on its input ends.
            if (file != Input && FileIdentity.NoFile(file) is { } other)
            {
                throw new ConfigException("DP-502", $"{file}: is {other}, and must be a file.");
            }

            if (new FileInfo(file) is { Exists: true, Length: > BytesMax and var bytes })
            {
                throw new ConfigException("DP-502", $"{file}: has {bytes} bytes, the most is {BytesMax}.");
            }

            var others = File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
                | UnixFileMode.OtherWrite);
            if (others != UnixFileMode.None)
            {
                throw new ConfigException("DP-502", $"{file}: others may read it ({others}); chmod 600 it.");
            }

            var config = JsonSerializer.Deserialize(File.ReadAllBytes(file), ConfigJson.Default.DataConfig)
                ?? throw new ConfigException("DP-502", $"{file}: is null.");
            return ConfigRules.Broken(config) is { } broken ? throw new ConfigException("DP-502", $"{file}: {broken}") : config;
        }
        catch (JsonException error)
        {
            throw new ConfigException("DP-502", $"{file}: {error.Path ?? "$"}: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("DP-502", $"{file}: {error.Message}");
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, NumberHandling = JsonNumberHandling.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DataConfig))]
internal sealed partial class ConfigJson : JsonSerializerContext;
