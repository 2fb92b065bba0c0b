using Holdfast.App.Processes;
using MySqlConnector;

namespace Holdfast.Bench.Compare;

/// <summary>A private MariaDB, with the settings that docs/engines/mysql.md asks of a source; a sink has no log of its own.</summary>
internal sealed class MariaServer : BenchServer
{
    private const string Program = "/usr/sbin/mariadbd";
    private const string Sysbench = "/usr/bin/sysbench";
    private const string User = "bench";
    private const int Loaders = 4;
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _folder = new();
    private readonly Process _process;
    private readonly int _port = Ports.Free(1)[0];
    private readonly int _id;
    private readonly MariaSession _sql;

    private MariaServer(int id)
    {
        _id = id;
        _sql = new MariaSession(_port, User);
        Run("mariadb-install-db",
        [
            "--no-defaults", $"--datadir={_folder.File("data")}", "--auth-root-authentication-method=normal", "--skip-test-db", .. AsRoot(),
        ]);
        var users = _folder.File("users.sql");
        File.WriteAllText(users, $"CREATE USER IF NOT EXISTS {User}@'%' IDENTIFIED BY '{User}';\nGRANT ALL ON *.* TO {User}@'%';\n");
        _process = Process.Start(new ProcessStartInfo(Program,
        [
            "--no-defaults", $"--datadir={_folder.File("data")}",
            $"--tmpdir={_folder.Location}", $"--socket={_folder.File("s")}", $"--pid-file={_folder.File("pid")}",
            "--bind-address=127.0.0.1", $"--port={_port}", $"--server-id={id}", "--binlog-format=ROW", "--binlog-row-metadata=FULL",
            "--innodb-buffer-pool-size=256M", "--innodb-flush-log-at-trx-commit=2", "--sync-binlog=0", "--performance-schema=OFF",
            "--skip-name-resolve", "--character-set-server=utf8mb4", $"--log-error={_folder.File("err")}", $"--init-file={users}",
            id == 1 ? "--log-bin=binlog" : "--replicate-do-db=bench", "--max-binlog-size=1G", .. AsRoot(),
        ])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    internal static string? Missing => File.Exists(Program) ? null : "MariaDB is not installed: apt-get install mariadb-server";

    internal static string Load => File.Exists(Sysbench) ? "sysbench" : "four connections (sysbench is not installed)";

    internal override string Origin => "bench";

    internal override string Name => "MariaDB";

    internal override int Pid => _process.Id;

    /// <param name="id">1 for a source, another one for a sink.</param>
    internal static async Task<MariaServer> Start(int id)
    {
        var server = new MariaServer(id);
        for (var clock = Stopwatch.StartNew(); !await server._sql.Answers();)
        {
            if (server._process.HasExited || clock.Elapsed > StartMax)
            {
                throw new InvalidOperationException($"MariaDB did not start: {await File.ReadAllTextAsync(server._folder.File("err"))}");
            }

            await Task.Delay(50);
        }

        return server;
    }

    internal override JsonObject Config(string database) => new()
    {
        ["kind"] = "mysql", ["host"] = "127.0.0.1", ["port"] = _port, ["user"] = User, ["password"] = User,
        ["database"] = database == Origin && _id == 1 ? null : database,
    };

    internal override Task Create(string database) => _sql.Execute("", $"CREATE DATABASE {database}",
        $"CREATE TABLE {database}.sb(id BIGINT PRIMARY KEY AUTO_INCREMENT, k INT NOT NULL, c VARCHAR(120) NOT NULL,"
        + " pad VARCHAR(60) NOT NULL, d DECIMAL(12,2) NOT NULL, ts DATETIME(6) NOT NULL) ENGINE=InnoDB");

    internal override async Task Write(int transactions, int rows)
    {
        await using var connection = await _sql.Open(Origin);
        for (var i = 0; i < transactions; i++)
        {
            await MariaSession.Execute(connection, $"""
                INSERT INTO sb(k, c, pad, d, ts) SELECT seq * {SeedPrime} % 1000003, concat(md5(seq), md5(seq + 1), md5(seq + 2)),
                    concat(md5(seq + 3), 'ab'), seq % 100000 * 1.25, '2026-01-01' + INTERVAL seq * 1.000007 SECOND FROM seq_1_to_{rows}
                """);
        }
    }

    /// <summary>Writes by sysbench, where it is installed.</summary>
    internal override Task WriteSingle(int transactions)
    {
        if (!File.Exists(Sysbench))
        {
            return Task.WhenAll(Enumerable.Range(0, Loaders).Select(_ => Task.Run(() => Write(transactions / Loaders, 1))));
        }

        Run(Sysbench, Path.Combine(AppContext.BaseDirectory, "insert.lua"), "--db-driver=mysql", "--mysql-host=127.0.0.1",
            $"--mysql-port={_port}", $"--mysql-user={User}", $"--mysql-password={User}", $"--mysql-db={Origin}", $"--threads={Loaders}",
            $"--events={transactions}", "--time=0", "run");
        return Task.CompletedTask;
    }

    internal override async Task CutReaders()
    {
        await using var connection = await _sql.Open("");
        foreach (var id in await MariaSession.Column(
            connection, "SELECT id FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'"))
        {
            await MariaSession.Execute(connection, $"KILL {id}");
        }
    }

    internal override async Task<long> Last(string database) => Number(await _sql.One($"SELECT coalesce(max(id), 0) FROM {database}.sb"));

    internal override async Task<long> Count(string database) => Number(await _sql.One($"SELECT count(*) FROM {database}.sb"));

    internal override Task<string> Summary(string database) => _sql.One($"""
        SELECT concat_ws(' ', count(*), sum(id), sum(k), sum(CAST(conv(substr(md5(concat(c, pad)), 1, 8), 16, 10) AS UNSIGNED)), sum(d),
            date_format(max(ts), '%Y-%m-%d %H:%i:%s.%f')) FROM {database}.sb
        """);

    internal override async Task WriteRowByRow(string database, int transactions, int rows)
    {
        await using var connection = await _sql.Open(database);
        var first = await Last(database) + 1;
        await using var insert = new MySqlCommand("INSERT INTO sb(id, k, c, pad, d, ts) VALUES(?, ?, ?, ?, ?, ?)", connection);
        object[] values = [0L, 1, new string('7', 96), new string('8', 34), 12.25m, new DateTime(2026, 1, 1)];
        foreach (var value in values)
        {
            insert.Parameters.Add(new MySqlParameter { Value = value });
        }

        await insert.PrepareAsync();
        for (var i = 0; i < transactions; i++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            insert.Transaction = transaction;
            for (var row = 0; row < rows; row++)
            {
                insert.Parameters[0].Value = first++;
                await insert.ExecuteNonQueryAsync();
            }

            await transaction.CommitAsync();
        }
    }

    /// <summary>A new file of the log begins: its name.</summary>
    internal async Task<string> NewFile()
    {
        await _sql.Execute("", "FLUSH BINARY LOGS");
        return (await _sql.Row("SHOW MASTER STATUS"))[0];
    }

    /// <summary>Bytes of the file that is written now.</summary>
    internal async Task<long> FileBytes() => Number((await _sql.Row("SHOW MASTER STATUS"))[1]);

    /// <summary>The peer's command: copies files of the log from one on, up to the end.</summary>
    internal IReadOnlyList<string> CopyCommand(string file, string to) =>
        ["mariadb-binlog", "-R", "--raw", "--to-last-log", "--host=127.0.0.1", $"--port={_port}", $"--user={User}", $"--password={User}",
            $"--result-file={to}/", file];

    /// <summary>The peer: replication from the beginning of a file on, by so many threads; 0: one. It stands still at first.</summary>
    internal Task Follow(MariaServer source, string file, int threads) => _sql.Execute("",
        $"SET GLOBAL slave_parallel_threads = {threads}", "SET GLOBAL slave_parallel_mode = 'optimistic'",
        $"CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = {source._port}, MASTER_USER = '{User}', MASTER_PASSWORD = '{User}',"
            + $" MASTER_LOG_FILE = '{file}', MASTER_LOG_POS = 4, MASTER_USE_GTID = no");

    internal Task Follow(bool isOn) => _sql.Execute("", isOn ? "START SLAVE" : "STOP SLAVE");

    /// <summary>Removes the newest rows, so that as many as that are left.</summary>
    internal async Task Forget(string database, long rows) => await _sql.Execute("",
        $"DELETE FROM {database}.sb WHERE id > (SELECT max(id) FROM (SELECT id FROM {database}.sb ORDER BY id LIMIT {rows}) AS kept)");

    public override async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(Mover.RunMax, TimeProvider.System);
        }

        _process.Dispose();
        _folder.Dispose();
    }

    private static string[] AsRoot() => Environment.IsPrivilegedProcess ? ["--user=root"] : [];

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Mover.RunMax) || process.ExitCode != 0)
        {
            process.Kill();
            throw new InvalidOperationException($"{program}: {errors.Result}{output.Result}");
        }
    }
}
