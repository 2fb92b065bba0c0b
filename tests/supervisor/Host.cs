using System.Collections.Concurrent;

namespace Holdfast.Supervisor.Tests;

/// <summary>A real supervisor on a work directory of its own; nobody of it survives the test.</summary>
internal sealed class Host : IAsyncDisposable
{
    public const int SigStop = 19;
    public const int SigCont = 18;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _supervisor;

    private readonly TempDirectory _work = new();

    public Host(FakeServer server) => Server = server;

    public FakeServer Server { get; }
    public string Work => _work.Location;
    public int Pid => _supervisor!.Id;
    public string Log => string.Join('\n', _log);
    public string Components => Path.Combine(Work, "components");

    public Process Supervisor => _supervisor!;

    public int GuardPid => ProcTable.All().FirstOrDefault(p => p.Parent == Pid && p.Lives && Named(p.Pid, "holdfast-guard"))?.Pid ?? 0;

    /// <summary>The guard's children; none without a guard, for 0 is the parent of the machine's first process.</summary>
    public IReadOnlyList<int> Reapers => GuardPid is > 0 and var guard
        ? [.. ProcTable.All().Where(p => p.Parent == guard && p.Lives).Select(p => p.Pid)]
        : [];

    public Host Start() => Start([]);

    /// <summary>Root hides the cgroups from it; nobody else can use them anyway.</summary>
    public Host StartWithoutCgroups() => Start(Environment.IsPrivilegedProcess
        ? ["unshare", "--mount", "/bin/sh", "-c", "mount -t tmpfs none /sys/fs/cgroup; exec \"$@\"", "sh"]
        : []);

    /// <summary>Components' directories are on a disk of this size; root only.</summary>
    public Host StartOnDisk(string size)
    {
        Directory.CreateDirectory(Components);
        return Start(["unshare", "--mount", "/bin/sh", "-c", $"mount -t tmpfs -o size={size} none {Components}; exec \"$@\"", "sh"]);
    }

    /// <summary>With other flags, and without the token of the environment.</summary>
    public Host StartWith(params string[] flags)
    {
        _flags = flags;
        return Start([]);
    }

    /// <summary>As a user of its own with the capabilities that the systemd unit lends it, and no others; root only.</summary>
    public Host StartAsUnit(int user, int componentGroup, params string[] flags)
    {
        const string Lent = "-all,+setuid,+setgid,+kill";
        using (var given = Process.Start("chown", ["-R", $"{user}:{user}", Work]))
        {
            given.WaitForExit();
        }

        _flags = flags;
        return Start(["setpriv", "--reuid", $"{user}", "--regid", $"{user}", "--groups", $"{componentGroup}", "--no-new-privs",
            $"--inh-caps={Lent}", $"--ambient-caps={Lent}", $"--bounding-set={Lent}"]);
    }

    private string[] _flags = [];

    private Host Start(string[] wrapper)
    {
        // A test in the background would hand down deaf ears.
        string[] command = ["env", "--default-signal=HUP,INT,QUIT", .. wrapper,
            Path.Combine(AppContext.BaseDirectory, "holdfast-supervisor"),
            "--host", "h1", "--region", "r", "--idc", "i", "--address", "10.0.0.1",
            "--server", Server.Url.ToString(), "--work-dir", Work, "--interval", "0.5", .. _flags];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (_flags.Length == 0)
        {
            start.Environment["HOLDFAST_TOKEN"] = "secret";
        }

        var process = _supervisor = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return this;
    }

    public string Folder(string component) => new ComponentFolder(Components, component).Path;

    /// <summary>Living processes of a component: whoever carries its directory in the environment.</summary>
    public IReadOnlyList<ProcessStat> Living(string? component = null)
    {
        var folder = component is null ? Components + "/" : Folder(component);
        return [.. ProcTable.All().Where(p => p.Lives && ProcTable.ComponentDirectory(p.Pid) is { } directory
            && (component is null ? directory.StartsWith(folder, StringComparison.Ordinal) : directory == folder))];
    }

    private static bool Named(int pid, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim() == name;
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }

    public static void Signal(int pid, int number) =>
        Assert.True(Native.Signal(pid, number), $"signal {number} to {pid}");

    /// <summary>Stops supervisor, guard, reapers and the first process of a component; null: one had ended, and all others go on.</summary>
    public (int Leader, int[] Others)? Pause(string component)
    {
        int[] others = [Pid, GuardPid, .. Reapers];
        var leader = Living(component).SingleOrDefault(p => others.Contains(p.Parent))?.Pid ?? 0;
        int[] all = [.. others, leader];
        if (!all.Contains(0) && all.All(pid => Native.Signal(pid, SigStop)))
        {
            return (leader, others);
        }

        foreach (var pid in all.Where(pid => pid > 0))
        {
            Native.Signal(pid, SigCont);
        }

        return null;
    }

    /// <summary>Waits for a condition, with a limit; the supervisor's log goes into the failure.</summary>
    public async Task Until(Func<bool> condition, string what, double seconds = 60)
    {
        var limit = BootTime.Now(FakeServer.Clock) + TimeSpan.FromSeconds(seconds);
        while (!condition())
        {
            Assert.True(BootTime.Now(FakeServer.Clock) < limit, $"not within {seconds} s: {what}\n{Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>Waits until its log has something: what it says comes through a pipe, later than what it does.</summary>
    public Task UntilSaid(string text) => Until(() => Log.Contains(text, StringComparison.Ordinal), $"{text} is said");

    public Task UntilReported(string component, ComponentState state, long epoch = 1) => Until(
        () => Server.Last(component) is { } c && c.State == state && c.Epoch == epoch,
        $"{component} {epoch} is {state}");

    public async ValueTask DisposeAsync()
    {
        if (_supervisor is { HasExited: false })
        {
            foreach (var pid in new[] { GuardPid, Pid }.Where(p => p > 0))
            {
                Native.Signal(pid, Native.SigKill);
            }
        }

        var patience = new Patience(FakeServer.Clock);
        await Until(() => Families.Kill([], Components, Kin.Stranger, patience) == 0, "test processes are gone");
        Cgroups.Find(Work).RemoveAll();
        _supervisor?.Dispose();
        _work.Dispose();
    }
}

internal static class Desire
{
    public static DesiredComponent Shell(string name, string script, long epoch = 1) => new()
    {
        Name = name,
        Kind = ComponentKind.IncrSync,
        Epoch = epoch,
        Desired = DesiredState.Running,
        Command = ["/bin/sh", "-c", script],
        Task = "t1",
    };
}
