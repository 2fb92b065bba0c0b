using Holdfast.Platform.State;
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
    public Uri? Gateway { get; init; }

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

    internal const int ConnectionsMaxMin = 16;

    /// <summary>All errors at once, each naming key, value and rule.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="defaults">For what nobody set; null: those of a service.</param>
    public static Outcome<Settings> Read(IReadOnlyList<string> args, Settings? defaults = null) =>
        SettingsReader.Read(args, defaults ?? new Settings());

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
