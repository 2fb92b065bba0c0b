using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Holdfast.Platform.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Platform.Tests.Postgres;

/// <summary>
/// The server that HOLDFAST_TEST_POSTGRES names, or one of these tests' own from the distribution's package: in a folder of
/// its own, on a loopback port, never as root.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    internal const string Tests = "postgres";
    private static readonly TimeSpan CommandMax = TimeSpan.FromSeconds(60);
    private readonly string? _given = Environment.GetEnvironmentVariable("HOLDFAST_TEST_POSTGRES");
    private string? _programs;
    private string _folder = "";
    private string? _whyNot;

    internal int Port { get; private set; }

    /// <summary>Only a server of these tests' own can be stopped by them.</summary>
    internal bool IsOwn => _given is null;

    public async ValueTask InitializeAsync()
    {
        if (_given is not null)
        {
            return;
        }

        _programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(v => Path.Combine(v, "bin"))
                .Where(bin => File.Exists(Path.Combine(bin, "initdb"))).MaxBy(bin => bin, StringComparer.Ordinal)
            : null;
        if (_programs is null)
        {
            _whyNot = "PostgreSQL is not installed (Debian: apt-get install postgresql), and HOLDFAST_TEST_POSTGRES names no server";
            return;
        }

        Port = FreePort();
        _folder = (await Run("mktemp", "-d", "-t", "holdfast-pg-XXXXXX")).Trim();
        await Run(Program("initdb"), "-D", Data, "-U", "holdfast", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync");
        await Start();
    }

    /// <summary>An address with a schema of its own for one test.</summary>
    internal string Address(string schema, int? port = null, string more = "") => _given is { } given
        ? $"{given}{(given.Contains('?', StringComparison.Ordinal) ? '&' : '?')}schema={schema}{more}"
        : $"postgres://holdfast:secret@127.0.0.1:{port ?? Port}/postgres?sslmode=disable&schema={schema}{more}";

    internal static string NewSchema() => $"t_{Guid.NewGuid():n}";

    internal void SkipUnlessThere() => Assert.SkipWhen(_whyNot is not null, _whyNot ?? "");

    internal static IDocumentStore Open(string address) => new Stores.Postgres.PostgresProvider()
        .Create(new StoreAddress(address), TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>A store in that schema that serves; the test is skipped where there is no server.</summary>
    internal async Task<IDocumentStore> OpenReady(string schema, CancellationToken cancel)
    {
        SkipUnlessThere();
        var store = Open(Address(schema));
        await store.Ready(cancel);
        return store;
    }

    internal async Task Drop(string schema)
    {
        var address = Stores.Postgres.PostgresAddress.Read(Address(schema)).Address!;
        await using var source = Npgsql.NpgsqlDataSource.Create(address.ConnectionString);
        await using var command = source.CreateCommand($"DROP SCHEMA IF EXISTS \"{schema}\" CASCADE");
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    internal Task Start() => Run(Program("pg_ctl"), "-D", Data, "-w", "-l", Path.Combine(_folder, "log"), "-o",
        $"-p {Port} -k {_folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200", "start");

    /// <param name="mode">immediate: as when the machine is gone.</param>
    internal Task Stop(string mode) => Run(Program("pg_ctl"), "-D", Data, "-w", "-m", mode, "stop");

    public async ValueTask DisposeAsync()
    {
        if (_folder.Length > 0)
        {
            await Stop("immediate");
            await Run("rm", "-rf", _folder);
        }
    }

    private string Data => Path.Combine(_folder, "data");

    private string Program(string name) => Path.Combine(_programs!, name);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>As the package's own user when this is root: PostgreSQL refuses root.</summary>
    private static async Task<string> Run(string program, params string[] arguments)
    {
        IEnumerable<string> all = Environment.IsPrivilegedProcess
            ? ["runuser", "-u", "postgres", "--", program, .. arguments]
            : [program, .. arguments];
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

[CollectionDefinition(PostgresServer.Tests)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>;
