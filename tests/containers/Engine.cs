using System.Diagnostics;

namespace Holdfast.Containers.Tests;

/// <summary>
/// A Docker engine of this test's own, in a temporary folder; with HOLDFAST_TEST_DOCKER_HOST that one, whose images stay.
/// </summary>
internal sealed class Engine : IAsyncDisposable
{
    private const string ApiVersion = "1.41";
    private const string Daemon = "/usr/sbin/dockerd";
    private const string ControlGroups = "/sys/fs/cgroup";
    private static readonly string[] Programs =
        [Daemon, "/usr/bin/docker-compose", "/usr/sbin/debootstrap", "/usr/sbin/iptables", "/usr/sbin/tc", "/usr/bin/nsenter"];
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private Process? _daemon;

    internal string Host { get; private set; } = Environment.GetEnvironmentVariable("HOLDFAST_TEST_DOCKER_HOST") ?? "";

    internal string Directory => _directory.Location;

    /// <summary>The reason why there can be none on this machine; null: there can.</summary>
    internal static string? Missing { get; } =
        !Environment.IsPrivilegedProcess ? "a Docker engine needs root"
        : Programs.FirstOrDefault(f => !File.Exists(f)) is { } file
            ? $"{file} is not there: apt-get install docker.io docker-compose debootstrap iptables iproute2 util-linux"
        : CannotGroup();

    internal async Task Start()
    {
        await Run();
        // For Testcontainers, which reads them once, when it is first asked. Debian's engine speaks an older version of the API than
        // it begins with, and the image of its reaper is not at hand: what a test starts, it ends.
        Environment.SetEnvironmentVariable("DOCKER_HOST", Host);
        Environment.SetEnvironmentVariable("DOCKER_API_VERSION", ApiVersion);
        Environment.SetEnvironmentVariable("TESTCONTAINERS_RYUK_DISABLED", "true");
    }

    private async Task Run()
    {
        if (Host.Length > 0)
        {
            return;
        }

        var socket = _directory.File("docker.sock");
        Host = $"unix://{socket}";
        var start = new ProcessStartInfo("/bin/sh",
        [
            "-c", "exec \"$0\" \"$@\" >\"$LOG\" 2>&1", Daemon, "--host", Host, "--data-root", _directory.File("data"),
            "--exec-root", _directory.File("exec"), "--pidfile", _directory.File("docker.pid"),
        ]);
        start.Environment["LOG"] = _directory.File("dockerd.log");
        _daemon = Process.Start(start)!;
        await Eventually.Holds(
            async () => _daemon.HasExited
                ? throw new InvalidOperationException("dockerd ended: " + await File.ReadAllTextAsync(start.Environment["LOG"]!))
                : File.Exists(socket) && await Answers() ? null : "the engine answers",
            StartMax);
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            // In good order: it ends its containers, and gives back its networks and mounts.
            await Command.Run(EndMax, new Dictionary<string, string>(), "/bin/kill", "-TERM", $"{_daemon.Id}");
            using var limit = new CancellationTokenSource(EndMax, TimeProvider.System);
            await _daemon.WaitForExitAsync(limit.Token);
            _daemon.Dispose();
            await Unmount();
        }

        _directory.Dispose();
    }

    /// <summary>Unmounts what the engine leaves behind even so: the mount of a network namespace, which would keep its folder.</summary>
    private async Task Unmount()
    {
        var points = (await File.ReadAllLinesAsync("/proc/self/mounts")).Select(l => l.Split(' ')[1])
            .Where(p => p.StartsWith(_directory.Location + "/", StringComparison.Ordinal));
        foreach (var point in points.Reverse())
        {
            await Command.Run(EndMax, new Dictionary<string, string>(), "umount", point);
        }
    }

    private async Task<bool> Answers()
    {
        try
        {
            await Command.Run(StartMax, new Dictionary<string, string> { ["DOCKER_HOST"] = Host }, "docker", "version");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>An engine makes a control group for each container: where that cannot be done, none runs.</summary>
    private static string? CannotGroup()
    {
        var memory = Path.Combine(ControlGroups, "memory");
        var probe = Path.Combine(System.IO.Directory.Exists(memory) ? memory : ControlGroups, $"holdfast-{Environment.ProcessId}");
        try
        {
            System.IO.Directory.CreateDirectory(probe);
            System.IO.Directory.Delete(probe);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"a Docker engine makes control groups, and here that cannot be done: {error.Message}";
        }
    }
}
