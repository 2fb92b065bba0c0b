using Holdfast.Platform.State;
using Microsoft.Extensions.Configuration;
using Serilog.Events;

namespace Holdfast.Platform;

/// <summary>Reads settings from the command line, the environment and a file, in this order, and checks each of them.</summary>
internal static class SettingsReader
{
    private const int ReplayMbMax = 1_000_000;
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

    internal static Outcome<Settings> Read(IReadOnlyList<string> args, Settings defaults)
    {
        var faults = new List<FieldFault>();
        var configuration = Sources(args, faults);
        var settings = configuration is null ? new Settings() : From(configuration, defaults, faults);
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
                // The text behind the sign may be a secret that was meant for the environment.
                var isAddress = inline < 0 || args[i].Contains("://", StringComparison.Ordinal);
                faults.Add(new FieldFault(isAddress ? Settings.Redact(args[i]) : "--" + key, null,
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

            faults.Add(new FieldFault(key, (shown ?? Settings.Redact)(text), rule));
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
            ConnectionsMax = Whole(
                "connections-max", settings.ConnectionsMax, Settings.ConnectionsMaxMin, ConnectionsMaxMax, "connections"),
            Proxies = Value("proxies", settings.Proxies, Http.Proxies.Read, Http.Proxies.Rule),
            AuditDays = Whole("audit-days", settings.AuditDays, 1, AuditDaysMax, "days"),
            AuditEntries = Whole("audit-entries", settings.AuditEntries, 1_000, AuditEntriesMax, "entries"),
            Oidc = OidcSettings.Read(key => configuration[key], faults) ?? settings.Oidc,
            LogLevel = Enum.Parse<LogEventLevel>(Value("log-level", settings.LogLevel.ToString(),
                t => Settings.LogLevels.Contains(t, StringComparer.OrdinalIgnoreCase) ? t : null,
                $"must be one of {string.Join(", ", Settings.LogLevels)}"), ignoreCase: true),
            PublicUrl = Value("public-url", $"{(isTls ? "https" : "http")}://{listen}:{port}", t =>
                Uri.TryCreate(t, UriKind.Absolute, out _) ? t.TrimEnd('/') : null,
                "must be an absolute URL"),
            Gateway = Value<Uri>("door", null!, ParseHttp, "must be an address like http://127.0.0.1:8089"),
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
}
