using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Tests;

/// <summary>A PostgreSQL from the distribution's package: in a folder of its own, on a loopback port, never as root.</summary>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    /// <summary>Place of what its processes share: of one that is killed it would stay in the machine's memory otherwise.</summary>
    private const string InItsFolder = "dynamic_shared_memory_type=mmap";

    private static readonly TimeSpan CommandMax = TimeSpan.FromSeconds(60);
    private static readonly string[] Nothing = [];
    private readonly string _folder;
    private readonly string _settings;
    private readonly string _programs;

    private PrivatePostgres(string programs, string folder, int port, string settings) =>
        (_programs, _folder, Port, _settings) = (programs, folder, port, settings);

    /// <summary>The disk on which its tables are; null: the machine's.</summary>
    internal SmallDisk? Disk { get; private set; }

    /// <summary>The reason why there can be none on this machine; null: there can.</summary>
    internal static string? Missing => Programs is null ? "PostgreSQL is not installed: apt-get install postgresql" : null;

    internal int Port { get; }

    /// <summary>The first process of the running server; its backends are its children.</summary>
    internal int Pid => int.Parse(File.ReadLines(Path.Combine(Seen, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(v => Path.Combine(v, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb"))).MaxBy(bin => bin, StringComparer.Ordinal)
        : null;

    private string Data => Path.Combine(_folder, Disk is null ? "data" : "disk/data");

    /// <summary>Its folder as this process sees it.</summary>
    private string Seen => Disk is null ? Data : Path.Combine(Disk.Path, "data");

    private string[] Made => ["-D", Data, "-U", "holdfast", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];

    /// <summary>Made and started.</summary>
    /// <param name="settings">For its command line, as -c name=value.</param>
    internal static Task<PrivatePostgres> Start(params string[] settings) => StartOf(Programs!, settings);

    /// <summary>Starts one of another version than the distribution's, which has the rest of the programs.</summary>
    /// <param name="programs">The folder of its initdb, pg_ctl and postgres.</param>
    /// <param name="settings">For its command line, as -c name=value.</param>
    internal static async Task<PrivatePostgres> StartOf(string programs, params string[] settings)
    {
        var server = await Prepare(programs, settings);
        await Run(server.Program("initdb"), server.Made);
        await server.Start();
        return server;
    }

    /// <summary>Made and started, with its tables on a disk that can be filled; its write-ahead log is elsewhere.</summary>
    /// <param name="megabytes">Of the disk; 60 are needed.</param>
    /// <param name="settings">For its command line, as -c name=value.</param>
    internal static async Task<PrivatePostgres> StartOnSmallDisk(int megabytes, params string[] settings)
    {
        var server = await Prepare(Programs!, settings);
        await Run("mkdir", Path.Combine(server._folder, "disk"));
        server.Disk = SmallDisk.Over(Path.Combine(server._folder, "disk"), megabytes);
        await server.RunInside(server.Program("initdb"), [.. server.Made, "-X", Path.Combine(server._folder, "wal")]);
        await server.Start();
        return server;
    }

    /// <summary>A copy that follows this one under that name and can be promoted; started.</summary>
    internal async Task<PrivatePostgres> StartStandby(string name, params string[] settings)
    {
        var standby = await Prepare(_programs, settings);
        var primary = string.Create(CultureInfo.InvariantCulture,
            $"host=127.0.0.1 port={Port} user=holdfast application_name={name}");
        await Run(Tool("pg_basebackup"), "-D", standby.Data, "-d", primary, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync");
        await standby.Start();
        return standby;
    }

    /// <summary>
    /// Starts as <see cref="StartStandby"/> does, of a copy that is made while this one rests: the package of its version has no other
    /// means.
    /// </summary>
    /// <param name="name">The name under which it follows.</param>
    /// <param name="slot">The physical slot by which it follows; made here.</param>
    /// <param name="settings">For its command line, as -c name=value.</param>
    internal async Task<PrivatePostgres> StartStandbyBySlot(string name, string slot, params string[] settings)
    {
        await Say($"SELECT pg_create_physical_replication_slot('{slot}')");
        var standby = await Prepare(_programs, settings);
        await Stop("fast");
        await Run("cp", "-r", Data, standby.Data);
        await Run("rm", "-f", Path.Combine(standby.Data, "postmaster.opts"));
        await Run("find", Path.Combine(standby.Data, "pg_replslot"), "-mindepth", "1", "-delete");
        await Run("touch", Path.Combine(standby.Data, "standby.signal"));
        await Run("sed", "-i", "-e", string.Create(CultureInfo.InvariantCulture,
            $"$ a primary_conninfo = 'host=127.0.0.1 port={Port} user=holdfast dbname=postgres application_name={name}'"),
            "-e", $"$ a primary_slot_name = '{slot}'", Path.Combine(standby.Data, "postgresql.conf"));
        await Start();
        await standby.Start();
        return standby;
    }

    internal string Address(string schema, int? port = null, string more = "") => string.Create(CultureInfo.InvariantCulture,
        $"postgres://holdfast:secret@127.0.0.1:{port ?? Port}/postgres?sslmode=disable&schema={schema}{more}");

    internal async Task Start()
    {
        var log = Path.Combine(_folder, "log");
        try
        {
            await RunInside(Program("pg_ctl"), "-D", Data, "-w", "-l", log, "-o",
                string.Create(CultureInfo.InvariantCulture, $"-p {Port} -k {_folder} -c listen_addresses=127.0.0.1 {_settings}"), "start");
        }
        catch (InvalidOperationException failed) when (File.Exists(log))
        {
            throw new InvalidOperationException(
                $"{failed.Message}: {string.Join('\n', (await File.ReadAllLinesAsync(log)).TakeLast(10))}", failed);
        }
    }

    /// <summary>Takes TLS too from now on, with this certificate; restarted.</summary>
    /// <param name="certificate">PEM file server.crt, for its user to read.</param>
    /// <param name="key">PEM file server.key, likewise.</param>
    internal async Task Secure(string certificate, string key)
    {
        await Run("cp", certificate, key, Data);
        await Run("chmod", "600", Path.Combine(Data, Path.GetFileName(key)));
        await Run("sed", "-i", "1i ssl = on", Path.Combine(Data, "postgresql.conf"));
        await Stop("fast");
        await Start();
    }

    /// <summary>Statements by the server's own superuser, each by itself, until they have ended.</summary>
    internal Task Say(params string[] statements) => Run(Tool("psql"), [
        "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", _folder, "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "holdfast",
        "-d", "postgres",
        .. statements.SelectMany(s => new[] { "-c", s })]);

    /// <param name="mode">immediate: as when the machine is gone.</param>
    internal Task Stop(string mode) => RunInside(Program("pg_ctl"), "-D", Data, "-w", "-m", mode, "stop");

    /// <summary>Its first process is killed, and the others end of it.</summary>
    internal async Task Kill()
    {
        using var process = Process.GetProcessById(Pid);
        process.Kill();
        using var limit = new CancellationTokenSource(CommandMax, TimeProvider.System);
        await process.WaitForExitAsync(limit.Token);
        await Run("rm", "-f", Path.Combine(Data, "postmaster.pid"));
    }

    /// <summary>
    /// All its processes were killed. Whoever waits for the dead may be slow, and a server does not start beside a number that is taken.
    /// </summary>
    internal void WasKilled()
    {
        File.Delete(Path.Combine(Seen, "postmaster.pid"));
        File.Delete(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{Port}.lock")));
    }

    /// <summary>The standby takes writes from now on.</summary>
    internal Task Promote() => Run(Program("pg_ctl"), "-D", Data, "-w", "promote");

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Seen, "postmaster.pid")))
        {
            await Stop("immediate");
        }

        Disk?.Dispose();
        await Run("rm", "-rf", _folder);
    }

    private static async Task<PrivatePostgres> Prepare(string programs, string[] settings)
    {
        return new PrivatePostgres(programs, (await Run("mktemp", "-d", "-t", "holdfast-pg-XXXXXX")).Trim(),
            FreePort.Next(), string.Join(' ', settings.Prepend(InItsFolder).Select(s => "-c " + s)));
    }

    private string Program(string name) => Path.Combine(_programs, name);

    /// <summary>One that speaks with servers of any version.</summary>
    private static string Tool(string name) => Path.Combine(Programs!, name);

    /// <summary>The folder in which its disk is seen.</summary>
    private Task<string> RunInside(string program, params string[] arguments) => Run(Disk?.Inside ?? Nothing, program, arguments);

    private static Task<string> Run(string program, params string[] arguments) => Run(Nothing, program, arguments);

    /// <summary>Runs a program as the package's own user when this is root: PostgreSQL refuses root.</summary>
    private static async Task<string> Run(IEnumerable<string> before, string program, string[] arguments)
    {
        string[] quiet = program == "mktemp" ? [program] : ["sh", "-c", "exec \"$0\" \"$@\" >/dev/null", program];
        IEnumerable<string> all =
            [.. before, .. Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--"] : Nothing, .. quiet, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(all.First(), all.Skip(1))
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            RedirectStandardOutput = program == "mktemp",
        })!;
        using var limit = new CancellationTokenSource(CommandMax, TimeProvider.System);
        var output = program == "mktemp" ? await process.StandardOutput.ReadToEndAsync(limit.Token) : "";
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
