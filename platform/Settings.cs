using System.Globalization;
using System.Text.Json;
using Holdfast.Contracts;
using Holdfast.Platform.State;
using Microsoft.Extensions.Configuration;
using Serilog.Events;

namespace Holdfast.Platform;

/// <summary>
/// Settings of a process at its start, from the command line, then the <c>HOLDFAST_…</c> environment, then <c>--config FILE</c> (JSON),
/// then the profile's defaults.
/// </summary>
public sealed record Settings
{
    /// <summary>Loopback unless somebody says otherwise.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>0: any free port.</summary>
    public int Port { get; init; } = 8089;

    /// <summary>Absolute path.</summary>
    public string DataDirectory { get; init; } = Path.GetFullPath("data");

    public Profile Profile { get; init; } = Profile.Standard;

    /// <summary>amqp or amqps address; null: the in-memory transport of the single process.</summary>
    public Uri? Broker { get; init; }

    /// <summary>Address of the state store; null: <c>holdfast.db</c> in the data directory.</summary>
    public StoreAddress? Store { get; init; }

    /// <summary>Tells replicas of a service apart: host name, or what was given.</summary>
    public string Instance { get; init; } = Environment.MachineName;

    /// <summary>A replica that leads and is not heard for so long is succeeded.</summary>
    public TimeSpan LeaderTtl => Profile.LeaderTtl;

    /// <summary>Address at which people reach the gateway, for links in alerts.</summary>
    public string PublicUrl { get; init; } = "http://127.0.0.1:8089";

    /// <summary>A dead-man's switch that alerting asks once a minute; null: none.</summary>
    public Uri? AliveUrl { get; init; }

    /// <summary>The scheduler's passes are recorded for replay, in at most so many MiB; 0: they are not.</summary>
    public int ReplayMb { get; init; } = 256;

    /// <summary>Address at which a console reaches the API of all services; null: in its own process.</summary>
    public Uri? Door { get; init; }

    /// <summary>PEM files of the HTTP listener, absolute; both or neither. Neither: plain HTTP.</summary>
    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    /// <summary>PEM file of the authorities that this process believes when it calls (HTTPS, AMQPS); null: the system's.</summary>
    public string? TlsAuthorities { get; init; }

    /// <summary>PEM files that are shown to the broker, absolute; both or neither.</summary>
    public string? BrokerCertificate { get; init; }

    public string? BrokerKey { get; init; }

    /// <summary>Heartbeats are taken with the token of their own host only.</summary>
    public bool HostTokensOnly { get; init; }

    /// <summary>Tokens of hosts that the deployment gives (<see cref="Http.HostTokenFile"/>), absolute; null: none.</summary>
    public string? HostTokenFile { get; init; }

    /// <summary>File with the keys that seal secrets in the store, absolute; null: see <see cref="State.Sealing.SecretKeys"/>.</summary>
    public string? SecretsKey { get; init; }

    /// <summary>Proxies that are believed when they say for whom they ask (X-Forwarded-For, X-Forwarded-Proto); nobody else is.</summary>
    public IReadOnlyList<System.Net.IPNetwork> Proxies { get; init; } = Http.Proxies.Loopback;

    /// <summary>The HTTP listener takes so many at a time; each needs a descriptor.</summary>
    public int ConnectionsMax { get; init; } = 16_000;

    /// <summary>The audit keeps an entry for so long.</summary>
    public int AuditDays { get; init; } = 365;

    /// <summary>The audit keeps so many entries, the newest ones.</summary>
    public int AuditEntries { get; init; } = 200_000;

    /// <summary>Null: people sign in as users of the console alone.</summary>
    public OidcSettings? Oidc { get; init; }

    /// <summary>Lowest level that is logged.</summary>
    public LogEventLevel LogLevel { get; init; } = LogEventLevel.Information;

    /// <summary>Scheme of the HTTP listener.</summary>
    public string Scheme => TlsCertificate is null ? "http" : "https";

    public static IReadOnlyList<string> LogLevels { get; } =
        [.. Enum.GetNames<LogEventLevel>().Select(name => name.ToLowerInvariant())];

    private const int ReplayMbMax = 1_000_000;
    internal const int ConnectionsMaxMin = 16;
    private const int ConnectionsMaxMax = 1_000_000;
    private const int AuditDaysMax = 36_500;
    private const int AuditEntriesMax = 10_000_000;

    private static readonly string[] Keys =
        [
            "listen", "port", "data", "profile", "rabbitmq", "store", "instance", "public-url", "alive-url", "replay-mb", "door",
            "tls-cert", "tls-key", "tls-ca", "rabbitmq-cert", "rabbitmq-key", "host-tokens", "host-token-file", "secrets-key",
            "connections-max", "proxies", "audit-days", "audit-entries", "log-level", "config",
        ];

    private static readonly string[] AllKeys = [.. Keys, .. OidcSettings.Keys];

    /// <summary>All errors at once, each naming key, value and rule.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="defaults">Values for settings that nobody set; null: those of a service.</param>
    public static Outcome<Settings> Read(IReadOnlyList<string> args, Settings? defaults = null)
    {
        var faults = new List<FieldFault>();
        var configuration = Sources(args, faults);
        var settings = configuration is null ? new Settings() : From(configuration, defaults ?? new Settings(), faults);
        return faults.Count == 0
            ? settings
            : Fault.Invalid("PF-201", "Correct the named settings and start again; nothing was started or changed.", faults);
    }

    private static IConfigurationRoot? Sources(IReadOnlyList<string> args, List<FieldFault> faults)
    {
        var given = Arguments(args, faults);
        var environment = AllKeys
            .Select(key => (Key: key, Value: Environment.GetEnvironmentVariable("HOLDFAST_" + key.Replace('-', '_').ToUpperInvariant())))
            .Where(e => !string.IsNullOrEmpty(e.Value))
            .ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal);
        var builder = new ConfigurationBuilder();
        if ((given.GetValueOrDefault("config") ?? environment.GetValueOrDefault("config")) is { } file && !AddFile(builder, file, faults))
        {
            return null;
        }

        return builder.AddInMemoryCollection(environment).AddInMemoryCollection(given).Build();
    }

    private static bool AddFile(ConfigurationBuilder builder, string file, List<FieldFault> faults)
    {
        try
        {
            var text = System.Text.Encoding.UTF8.GetBytes(File.ReadAllText(file));
            using var document = JsonDocument.Parse(text);
            // JSON may be sound and yet no object, or name a key twice: that shows only when it is built.
            var values = new ConfigurationBuilder().AddJsonStream(new MemoryStream(text)).Build();
            builder.AddInMemoryCollection(values.AsEnumerable());
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or FormatException
            or InvalidDataException)
        {
            faults.Add(new FieldFault("config", file, $"must be a readable JSON file: {error.Message}"));
            return false;
        }
    }

    private static Dictionary<string, string?> Arguments(IReadOnlyList<string> args, List<FieldFault> faults)
    {
        var given = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : "";
            var inline = name.IndexOf('=', StringComparison.Ordinal);
            var key = inline < 0 ? name : name[..inline];
            if (!AllKeys.Contains(key, StringComparer.Ordinal))
            {
                // What stands behind the sign may be a secret that was meant for the environment.
                var isAddress = inline < 0 || args[i].Contains("://", StringComparison.Ordinal);
                faults.Add(new FieldFault(isAddress ? Redact(args[i]) : "--" + key, null,
                    $"is not a setting; there are --{string.Join(", --", AllKeys)}"));
            }
            else if (inline < 0 && i + 1 >= args.Count)
            {
                faults.Add(new FieldFault("--" + key, null, "needs a value"));
            }
            else
            {
                given[key] = inline < 0 ? args[++i] : name[(inline + 1)..];
            }
        }

        return given;
    }

    private static Settings From(IConfigurationRoot configuration, Settings settings, List<FieldFault> faults)
    {
        T Value<T>(string key, T otherwise, Func<string, T?> parse, string rule, Func<string, string>? shown = null)
            where T : class
        {
            if (configuration[key] is not { Length: > 0 } text)
            {
                return otherwise;
            }

            if (parse(text) is { } value)
            {
                return value;
            }

            faults.Add(new FieldFault(key, (shown ?? Redact)(text), rule));
            return otherwise;
        }

        int Whole(string key, int otherwise, int min, int max, string unit) => int.Parse(Value(
            key, otherwise.ToString(CultureInfo.InvariantCulture),
            t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given >= min && given <= max ? t : null,
            $"must be {unit}, {min} to {max}"), CultureInfo.InvariantCulture);

        var listen = Value("listen", settings.Listen, t => System.Net.IPAddress.TryParse(t, out _) ? t : null, "must be an IP address");
        var port = Value("port", settings.Port.ToString(CultureInfo.InvariantCulture),
            t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var p) && p <= 65535 ? t : null,
                "must be a port, 0 to 65535");
        Paired(configuration, "tls-cert", "tls-key", faults);
        Paired(configuration, "rabbitmq-cert", "rabbitmq-key", faults);
        if (!string.IsNullOrEmpty(configuration["rabbitmq-cert"])
            && configuration["rabbitmq"]?.StartsWith("amqps:", StringComparison.OrdinalIgnoreCase) != true)
        {
            faults.Add(new FieldFault("rabbitmq-cert", configuration["rabbitmq-cert"], "needs an amqps:// broker (--rabbitmq)"));
        }

        var isTls = (configuration["tls-cert"] ?? settings.TlsCertificate) is { Length: > 0 };
        return settings with
        {
            Listen = listen,
            Port = int.Parse(port, CultureInfo.InvariantCulture),
            DataDirectory = configuration["data"] is { Length: > 0 } data ? Path.GetFullPath(data) : settings.DataDirectory,
            Profile = Value("profile", settings.Profile, Profile.Named, $"must be one of {string.Join(", ", Profile.Names)}"),
            Broker = Value<Uri>("rabbitmq", null!, ParseBroker, "must be an address like amqp://user:password@host:5672/vhost"),
            Store = Value<StoreAddress>("store", settings.Store!, StoreAddress.Read, StoreAddress.Rule,
                t => new StoreAddress(t).ToString()),
            Instance = Value("instance", settings.Instance, t =>
                t.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? t : null,
                "must consist of letters, digits, '-', '_' and '.'"),
            TlsCertificate = Full(configuration["tls-cert"]) ?? settings.TlsCertificate,
            TlsKey = Full(configuration["tls-key"]) ?? settings.TlsKey,
            TlsAuthorities = Full(configuration["tls-ca"]) ?? settings.TlsAuthorities,
            BrokerCertificate = Full(configuration["rabbitmq-cert"]) ?? settings.BrokerCertificate,
            BrokerKey = Full(configuration["rabbitmq-key"]) ?? settings.BrokerKey,
            HostTokensOnly = Value("host-tokens", settings.HostTokensOnly ? "required" : "optional",
                t => t is "required" or "optional" ? t : null, "must be optional or required") == "required",
            HostTokenFile = Full(Value("host-token-file", settings.HostTokenFile!, f => Http.HostTokenFile.IsSound(f) ? f : null,
                Http.HostTokenFile.Rule)),
            SecretsKey = Full(configuration["secrets-key"]) ?? settings.SecretsKey,
            ConnectionsMax = Whole("connections-max", settings.ConnectionsMax, ConnectionsMaxMin, ConnectionsMaxMax, "connections"),
            Proxies = Value("proxies", settings.Proxies, Http.Proxies.Read, Http.Proxies.Rule),
            AuditDays = Whole("audit-days", settings.AuditDays, 1, AuditDaysMax, "days"),
            AuditEntries = Whole("audit-entries", settings.AuditEntries, 1_000, AuditEntriesMax, "entries"),
            Oidc = OidcSettings.Read(key => configuration[key], faults) ?? settings.Oidc,
            LogLevel = Enum.Parse<LogEventLevel>(Value("log-level", settings.LogLevel.ToString(),
                t => LogLevels.Contains(t, StringComparer.OrdinalIgnoreCase) ? t : null,
                $"must be one of {string.Join(", ", LogLevels)}"), ignoreCase: true),
            PublicUrl = Value("public-url", $"{(isTls ? "https" : "http")}://{listen}:{port}", t =>
                Uri.TryCreate(t, UriKind.Absolute, out _) ? t.TrimEnd('/') : null,
                "must be an absolute URL"),
            Door = Value<Uri>("door", null!, ParseHttp, "must be an address like http://127.0.0.1:8089"),
            AliveUrl = Value<Uri>("alive-url", null!, ParseHttp, "must be an absolute http or https URL"),
            ReplayMb = Whole("replay-mb", settings.ReplayMb, 0, ReplayMbMax, "MiB"),
        };
    }

    private static string? Full(string? file) => string.IsNullOrEmpty(file) ? null : Path.GetFullPath(file);

    private static void Paired(IConfigurationRoot configuration, string certificate, string key, List<FieldFault> faults)
    {
        var given = (string.IsNullOrEmpty(configuration[certificate]), string.IsNullOrEmpty(configuration[key]));
        if (given.Item1 != given.Item2)
        {
            var missing = given.Item1 ? certificate : key;
            var there = given.Item1 ? key : certificate;
            faults.Add(new FieldFault(missing, null, $"must be given with {there}: a certificate needs its key"));
        }
    }

    private static Uri? ParseHttp(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    private static Uri? ParseBroker(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" ? uri : null;

    /// <summary>
    /// An address without its user and password: errors and logs show this. By its text alone, because an address that
    /// cannot be read as one is what errors are about.
    /// </summary>
    public static string Redact(string address)
    {
        var at = address.LastIndexOf('@');
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var from = scheme >= 0 && scheme < at ? scheme + 3 : address.IndexOf('=', StringComparison.Ordinal) + 1;
        return at < 0 ? address : string.Concat(address.AsSpan(0, Math.Min(from, at)), "…", address.AsSpan(at));
    }
}
