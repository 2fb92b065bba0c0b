using Holdfast.App.Processes;

namespace Holdfast.App.Separate;

/// <summary>
/// nginx in front of the separate services, from the same template as the containers' (deploy/nginx.conf).
/// </summary>
internal sealed class NginxGateway(Settings settings, ILookup<string, int> services, HttpClient http)
{
    internal const string Executable = "/usr/sbin/nginx";

    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(15);

    internal Uri Address { get; } = new($"{settings.Scheme}://127.0.0.1:{settings.Port}");

    internal Part Part()
    {
        var home = Path.Combine(settings.DataDirectory, "nginx");
        Directory.CreateDirectory(home);
        var config = Path.Combine(home, "nginx.conf");
        File.WriteAllText(config, Fill(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "nginx.conf")), home));
        return new Part(
            // One process instead of a master with workers: nothing stays behind when it is killed.
            new ChildSpec("nginx",
                [Executable, "-p", home, "-c", config, "-e", "stderr", "-g", "daemon off; master_process off;"],
                Path.Combine(settings.DataDirectory, "logs", "nginx.log")),
            ReadyMax, cancel => Probe.Answers(http, new Uri(Address, "/health/live"), cancel));
    }

    /// <summary>Writes for each port what the template says of a server.</summary>
    private static string Servers(IEnumerable<int> ports) =>
        string.Join(" max_fails=0; server ", ports.Select(port => $"127.0.0.1:{port}"));

    private bool IsTls => settings.TlsCertificate is not null;

    private string Fill(string template, string home) => services
        .Select(service =>
            (Name: service.Key.ToUpperInvariant().Replace('-', '_'), Value: Servers(service)))
        .Append(("LISTEN", $"{settings.Listen}:{settings.Port.ToString(CultureInfo.InvariantCulture)}{(IsTls ? " ssl" : "")}"))
        .Append(("TLS", IsTls ? $"ssl_certificate \"{settings.TlsCertificate}\"; ssl_certificate_key \"{settings.TlsKey}\";" : ""))
        .Append(("PROXIES", string.Concat(settings.Proxies.Select(p => $"set_real_ip_from {p}; "))))
        .Append(("DIR", home))
        .Append(("STATIC", AppContext.BaseDirectory.TrimEnd('/')))
        .Aggregate(template, (text, value) =>
            text.Replace($"${{DOOR_{value.Item1}}}", value.Item2, StringComparison.Ordinal));
}

internal static class Probe
{
    internal static async Task<bool> Answers(HttpClient http, Uri address, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync(address, cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
