using Holdfast.App.Processes;

namespace Holdfast.Bench.Alerts;

/// <summary>Debian's prometheus-alertmanager as a peer: every alert a group of its own, sent at once, to one webhook.</summary>
internal sealed class Alertmanager : IAsyncDisposable
{
    private static readonly string Program = "/usr/bin/prometheus-alertmanager";

    private readonly Process _process;
    private readonly string _config;

    private Alertmanager(Process process, string config, Uri address) => (_process, _config, Address) = (process, config, address);

    internal Uri Address { get; }

    /// <summary>Null: it is not installed.</summary>
    internal static async Task<Alertmanager?> Start(string data)
    {
        if (!File.Exists(Program))
        {
            return null;
        }

        var directory = Directory.CreateDirectory(Path.Combine(data, "alertmanager")).FullName;
        var config = Path.Combine(directory, "alertmanager.yml");
        await File.WriteAllTextAsync(config, Words("http://127.0.0.1:9/"));
        var port = Ports.Free(1)[0].ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(Program,
        [
            $"--config.file={config}", $"--storage.path={directory}", $"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=", "--log.level=error",
        ])
        { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var peer = new Alertmanager(process, config, new Uri($"http://127.0.0.1:{port}"));
        using var http = new HttpClient { BaseAddress = peer.Address };
        for (var tries = 0; tries < 100; tries++)
        {
            try
            {
                using var ready = await http.GetAsync("/-/ready");
                return peer;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }

        throw new TimeoutException("prometheus-alertmanager does not get ready");
    }

    internal async Task Configure(string url)
    {
        await File.WriteAllTextAsync(_config, Words(url));
        using var http = new HttpClient { BaseAddress = Address };
        using var reloaded = await http.PostAsync("/-/reload", null);
        reloaded.EnsureSuccessStatusCode();
    }

    private static string Words(string url) => $"""
        route:
          receiver: bench
          group_by: ['...']
          group_wait: 0s
          group_interval: 1s
          repeat_interval: 3h
        receivers:
          - name: bench
            webhook_configs:
              - url: {url}
                send_resolved: false
        """;

    public async ValueTask DisposeAsync()
    {
        await Ending.End([_process], TimeSpan.FromSeconds(10), TimeProvider.System);
        _process.Dispose();
    }
}
