using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Holdfast.Engine.MySql;
using Holdfast.Engine.MySql.Db;

namespace Holdfast.Tests;

/// <summary>
/// A MariaDB server of its own: on loopback, at a free port, in a temporary folder. It writes nothing safely to a disk but when it is
/// asked to, so that it starts within a second. A server that starts removes what it finds of temporary tables: those of others too, so
/// the folder of these is its own.
/// </summary>
internal sealed class MariaDb : IAsyncDisposable
{
    internal const string Program = "/usr/sbin/mariadbd";
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(120);
    private static readonly Lazy<string> Prepared = new(Prepare);

    private readonly TempDirectory _directory = new();
    private readonly string[] _settings;
    private readonly string[] _inside;
    private Process? _process;

    private MariaDb(string[] settings, string[] inside, string host) => (_settings, _inside, Host) = (settings, inside, host);

    internal static bool IsThere => File.Exists(Program);

    /// <summary>The address at which it answers.</summary>
    internal string Host { get; }

    internal int Port { get; private set; }

    internal int ProcessId => _process!.Id;

    internal MySqlServer Server => new() { Host = Host, Port = Port, User = "hf", Password = "it's \\secret", Tls = MySqlTls.Off };

    internal static Task<MariaDb> Start(params string[] settings) => Start([], "127.0.0.1", settings);

    /// <param name="inside">The words of a command that runs another one elsewhere, in a namespace say; none: here.</param>
    /// <param name="host">The address at which it answers.</param>
    /// <param name="settings">Beside the usual ones.</param>
    internal static async Task<MariaDb> Start(string[] inside, string host, params string[] settings)
    {
        Assert.SkipUnless(IsThere, $"{Program} is not here: apt-get install mariadb-server");
        var server = new MariaDb(settings, inside, host);
        Copy(Prepared.Value, server._directory.Location);
        await server.Launch();
        return server;
    }

    /// <summary>Kills it as a power cut does.</summary>
    internal async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Starts it once more, at the same port.</summary>
    internal async Task Launch()
    {
        Port = Port == 0 ? FreePort.Next() : Port;
        string[] arguments =
        [
            "--no-defaults", $"--datadir={_directory.Location}",
            $"--tmpdir={_directory.Location}", $"--socket={_directory.File("s")}", $"--pid-file={_directory.File("pid")}",
            $"--bind-address={Host}", $"--port={Port.ToString(CultureInfo.InvariantCulture)}", "--log-bin=binlog", "--server-id=1",
            "--binlog-format=ROW", "--binlog-row-metadata=FULL", "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M",
            "--innodb-flush-log-at-trx-commit=2", "--sync-binlog=0", "--performance-schema=OFF", "--skip-name-resolve",
            "--character-set-server=utf8mb4", "--max-connections=500", "--innodb-lock-wait-timeout=10",
            "--lock-wait-timeout=10",
            "--log-error=" + _directory.File("err"),
            // Its own user would have to be one of the machine's.
            .. Environment.UserName == "root" ? ["--user=root"] : Array.Empty<string>(), .. _settings,
        ];
        string[] all = [.. _inside, Program, .. arguments];
        var start = new ProcessStartInfo(all[0])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false,
        };
        all.Skip(1).ToList().ForEach(start.ArgumentList.Add);
        _process = Process.Start(start)!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var begun = TimeProvider.System.GetTimestamp();
        while (!await Answers())
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(begun) > StartMax)
            {
                Assert.Fail($"MariaDB did not start: {await File.ReadAllTextAsync(_directory.File("err"))}");
            }

            await Task.Yield();
        }
    }

    internal async Task Run(params string[] statements)
    {
        await using var connection = await Connections.Open(Server, CancellationToken.None);
        foreach (var statement in statements)
        {
            await connection.Run(statement, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await Kill();
        }

        _process?.Dispose();
        _directory.Dispose();
    }

    /// <summary>The server says that it is ready with the first byte of its greeting.</summary>
    private async Task<bool> Answers()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Parse(Host), Port);
            return await socket.ReceiveAsync(new byte[1]) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A folder as a new server has it, made once.</summary>
    private static string Prepare()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"hf-mariadb-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Run("mariadb-install-db", "--no-defaults", $"--datadir={folder}", "--auth-root-authentication-method=normal", "--skip-test-db",
            "--innodb-log-file-size=4M", Environment.UserName == "root" ? "--user=root" : "--skip-name-resolve");
        var file = Path.Combine(folder, "users.sql");
        File.WriteAllText(file,
            "FLUSH PRIVILEGES;\nCREATE USER 'hf'@'%' IDENTIFIED BY 'it''s \\\\secret';\nGRANT ALL ON *.* TO 'hf'@'%' WITH GRANT OPTION;\n");
        Run(Program, "--no-defaults", $"--datadir={folder}", "--innodb-log-file-size=4M", "--bootstrap",
            Environment.UserName == "root" ? "--user=root" : "--skip-name-resolve");
        return folder;

        void Run(string program, params string[] arguments)
        {
            var start = new ProcessStartInfo(program)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["TMPDIR"] = folder },
            };
            arguments.ToList().ForEach(start.ArgumentList.Add);
            using var process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            if (program == Program)
            {
                process.StandardInput.Write(File.ReadAllText(Path.Combine(folder, "users.sql")));
            }

            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{program}: {errors}");
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(folder.Replace(from, to, StringComparison.Ordinal));
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, file.Replace(from, to, StringComparison.Ordinal));
        }
    }
}
