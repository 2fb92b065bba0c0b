using Holdfast.App.Fleet;
using Holdfast.App.Processes;
using Holdfast.App.Separate;
using Holdfast.Samples.Shop;

namespace Holdfast.App.Shop;

/// <summary>
/// A database server that only this run uses, in a folder of its own, on loopback: its files are made once, and are there again for the
/// next run.
/// </summary>
/// <param name="data">The run's data directory.</param>
/// <param name="homes">The servers' folders are in it.</param>
/// <param name="name">Of the server and its folder.</param>
/// <param name="port">At which it listens.</param>
/// <param name="user">As which it runs.</param>
internal abstract class ShopServer(string data, string homes, string name, int port, ServerUser user)
{
    /// <summary>Exit code of a preparation.</summary>
    internal const int NotReached = 4;

    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(120);

    internal static string Folder(string data) => Path.Combine(data, "shop");

    internal string Name => name;

    internal int Port => port;

    /// <summary>Asks it to end, and not to wait for those who are connected.</summary>
    internal abstract Signal Ends { get; }

    internal string Home => Path.Combine(homes, name);

    /// <summary>Is there once all its files are made.</summary>
    protected string Files => Path.Combine(Home, "data");

    protected ServerUser User => user;

    protected static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Of the server, in the foreground.</summary>
    protected abstract IReadOnlyList<string> Command { get; }

    /// <summary>A shell's line that makes the files in <c>$1</c>; a secret is in <c>$1.secret</c>.</summary>
    protected abstract string Making { get; }

    /// <summary>Secret that the server needs, for the making or for each start, and that nobody else may know.</summary>
    protected abstract string Secret { get; }

    internal Part Part() => new(new ChildSpec(name, [.. User.Runs(Command[0], Ends), .. Command.Skip(1)], Log(name)), ReadyMax,
        cancel => Ports.Answers(port, cancel));

    /// <summary>
    /// The process that makes its folder and, once, its files. A making that was broken off is begun anew. Exit code
    /// <see cref="NotReached"/>: the server's user does not come to the folder.
    /// </summary>
    internal ChildSpec Preparation()
    {
        var secret = Path.Combine(Folder(data), $"{name}.secret");
        Token.WritePrivately(secret, Secret);
        var owner = string.Join(' ', User.Owner);
        var before = string.Join(' ', User.Runs("", Signal.Term));
        var script = $$"""
            set -eu; umask 077
            install -d -m 700 {{owner}} "$1"
            cd / && {{before}}test -x "$1" || exit {{NotReached}}
            install -m 600 {{owner}} "$2" "$1/new.secret" && rm -f "$2"
            [ ! -d "$1/data" ] || { mv -f "$1/new.secret" "$1/data.secret"; exit 0; }
            rm -rf "$1/new"
            exec {{before}}sh -ec 'set -- "$1/new" "$1"; {{Making}}; mv "$2/new.secret" "$2/data.secret"; mv "$1" "$2/data"' sh "$1"
            """;
        return new ChildSpec($"{name}-prepare", ["/bin/sh", "-c", script, "sh", Home, secret], Log($"{name}-prepare"));
    }

    private string Log(string of) => Path.Combine(data, "logs", $"{of}.log");
}

/// <summary>PostgreSQL of the distribution's package.</summary>
internal sealed class ShopPostgres(string data, string homes, int port, string adminPassword)
    : ShopServer(data, homes, "postgres", port, ServerUser.Of("postgres"))
{
    /// <summary>A fast shutdown: it ends sessions.</summary>
    internal override Signal Ends => Signal.Interrupt;

    /// <summary>The newest one that is installed; null: none is.</summary>
    internal static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "postgres")))
            .MaxBy(bin => double.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), CultureInfo.InvariantCulture, out var v) ? v : 0)
        : null;

    protected override string Secret => adminPassword;

    protected override string Making => $"\"{Programs}/initdb\" -D \"$1\" -U {ShopPlace.Admin} --pwfile=\"$1.secret\" "
        + "--auth-host=scram-sha-256 --auth-local=reject --encoding=UTF8 --locale=C.UTF-8";

    /// <summary>No socket in the file system: its path would be bounded, and the folder's is not.</summary>
    protected override IReadOnlyList<string> Command =>
    [
        Path.Combine(Programs!, "postgres"), "-D", Files, "-p", Text(Port), "-c", "listen_addresses=127.0.0.1",
        "-c", "unix_socket_directories=", "-c", "wal_level=logical", "-c", "max_replication_slots=20", "-c", "max_wal_senders=20",
        "-c", "shared_buffers=32MB", "-c", "max_connections=60", "-c", "wal_compression=on", "-c", "max_wal_size=256MB",
        "-c", "log_min_messages=warning", "-c", "jit=off",
    ];
}

/// <summary>MariaDB of the distribution's package.</summary>
/// <param name="data">The run's data directory.</param>
/// <param name="homes">The servers' folders are in it.</param>
/// <param name="port">At which it listens.</param>
/// <param name="accounts">Accounts that may connect, each with the digest of a password, as the server stores it.</param>
internal sealed class ShopMariaDb(string data, string homes, int port, IReadOnlyList<(string User, string Digest)> accounts)
    : ShopServer(data, homes, "mariadb", port, ServerUser.Of("mysql"))
{
    internal const string Executable = "/usr/sbin/mariadbd";

    internal override Signal Ends => Signal.Term;

    /// <summary>Run by the server at each start, and not written to its log of changes.</summary>
    protected override string Secret => string.Join('\n',
    [
        "SET sql_log_bin = 0;",
        .. accounts.Select(a => $"CREATE OR REPLACE USER '{a.User}'@'127.0.0.1' IDENTIFIED BY PASSWORD '{a.Digest}';"),
        $"GRANT ALL ON shop.* TO '{ShopPlace.Application}'@'127.0.0.1';",
        $"GRANT ALL ON warehouse.* TO '{ShopPlace.Application}'@'127.0.0.1';",
        $"GRANT ALL ON shop.* TO '{ShopPlace.Holdfast}'@'127.0.0.1';",
        $"GRANT ALL ON warehouse.* TO '{ShopPlace.Holdfast}'@'127.0.0.1';",
        $"GRANT ALL ON holdfast.* TO '{ShopPlace.Holdfast}'@'127.0.0.1';",
        $"GRANT REPLICATION SLAVE, BINLOG MONITOR, REPLICATION MASTER ADMIN ON *.* TO '{ShopPlace.Holdfast}'@'127.0.0.1';",
        "",
    ]);

    protected override string Making => "mariadb-install-db --no-defaults --datadir=\"$1\" --auth-root-authentication-method=socket "
        + "--skip-test-db --innodb-log-file-size=16M";

    protected override IReadOnlyList<string> Command =>
    [
        Executable, "--no-defaults", $"--datadir={Files}",
        $"--tmpdir={Files}", "--socket=mariadb.sock", "--pid-file=mariadb.pid", "--bind-address=127.0.0.1",
        $"--port={Text(Port)}", "--log-bin=binlog", "--server-id=1", "--binlog-format=ROW", "--binlog-row-image=FULL",
        "--binlog-row-metadata=FULL", "--sync-binlog=1", "--max-binlog-size=32M", "--binlog-expire-logs-seconds=172800",
        "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M", "--performance-schema=OFF", "--skip-name-resolve",
        "--character-set-server=utf8mb4", "--max-connections=100", $"--init-file={Files}.secret",
    ];
}
