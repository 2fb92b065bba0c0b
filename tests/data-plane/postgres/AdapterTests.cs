namespace Holdfast.DataPlane.Tests.Postgres;

/// <summary>Programs of others as components: samples/adapters, started as a supervisor starts them, against a real server.</summary>
[Trait("Category", "process")]
public sealed class AdapterTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly List<DataProcess> _started = [];
    private PrivatePostgres _server = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        _server = await PrivatePostgres.Start("fsync=off", "wal_level=logical");
        await _server.Say("CREATE TABLE orders(id integer PRIMARY KEY, what text)");
    }

    public async ValueTask DisposeAsync()
    {
        _started.ForEach(p => p.Dispose());
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task Pg_recvlogical_is_kept_by_one_writer_and_says_position_and_delay()
    {
        var first = Recvlogical(1);
        await Running(first);
        await _server.Say("INSERT INTO orders SELECT n, 'a book' FROM generate_series(1, 1000) n");
        await Eventually.Holds(() => Rows() == 1000 ? null : $"{Rows()} rows, {first.Status}", Patience);
        // The checkpoint follows the clock, since nothing is left to read.
        var began = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await Eventually.Holds(() => (long?)first.Status["checkpoint"] >= began ? null : first.Status.ToString(), Patience);
        Assert.InRange((double)first.Status["delaySeconds"]!, 0, 30);
        Assert.Matches("^[0-9A-F]+/[0-9A-F]+$", (string)first.Status["positionEnd"]!);

        // The next placement comes while the former one still runs, and takes the slot from it.
        var second = Recvlogical(2);
        await Running(second);
        Assert.Equal(3, await first.Ended());
        Assert.Contains("higher epoch than 1", (string)first.Status["error"]!, StringComparison.Ordinal);
        await _server.Say("INSERT INTO orders SELECT n, 'a pen' FROM generate_series(1001, 2000) n");
        await Eventually.Holds(() => Rows() == 2000 ? null : $"{Rows()} rows, {second.Status}", Patience);

        // And one of the past that comes late does not start.
        Assert.Equal(3, await Recvlogical(1).Ended());
        Assert.Equal(DataProcess.Asked, await second.Stop());
    }

    [Fact]
    public async Task A_server_that_is_away_is_said_and_the_next_start_loses_nothing()
    {
        var first = Recvlogical(1);
        await Running(first);
        await _server.Say("INSERT INTO orders VALUES (1, 'a book')");
        await Eventually.Holds(() => Rows() == 1 ? null : $"{Rows()} rows", Patience);
        await _server.Stop("immediate");
        Assert.Equal(1, await first.Ended());
        Assert.Equal("Abnormal", (string?)first.Status["state"]);
        Assert.Equal(1, await Recvlogical(2).Ended());
        await _server.Start();
        await _server.Say("INSERT INTO orders VALUES (2, 'a pen')");
        var third = Recvlogical(3);
        await Running(third);
        await Eventually.Holds(() => Rows() == 2 ? null : $"{Rows()} rows, {third.Status}", Patience);
    }

    /// <summary>No Debezium is here: its health is answered as its documents and Quarkus's say, its slot is read by nobody.</summary>
    [Fact]
    public async Task Debezium_Server_is_kept_and_its_health_is_its_state()
    {
        await _server.Say("SELECT pg_create_logical_replication_slot('shop', 'test_decoding')");
        var home = Directory.CreateDirectory(_directory.File("debezium")).FullName;
        var run = Path.Combine(home, "run.sh");
        await File.WriteAllTextAsync(run, $"#!/bin/sh\nenv >'{home}/env'\nexec sleep 600\n");
        File.SetUnixFileMode(run, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var health = "{\n  \"status\": \"UP\",\n  \"checks\": [ { \"name\": \"debezium\", \"status\": \"UP\" } ]\n}";
        var port = FreePort.Next();
        using var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
        listener.Start();
        _ = Answer(listener, () => health);
        var component = Start("debezium-server.sh", 1, Connection, "shop", _directory.File("offsets"), home,
            port.ToString(CultureInfo.InvariantCulture));
        await Running(component);
        Assert.NotNull(component.Status["positionEnd"]);
        var told = await File.ReadAllTextAsync(Path.Combine(home, "env"));
        Assert.Contains(
            $"DEBEZIUM_SOURCE_OFFSET_STORAGE_FILE_FILENAME={_directory.File("offsets")}/offsets.dat", told, StringComparison.Ordinal);
        health = health.Replace("UP", "DOWN", StringComparison.Ordinal);
        await Eventually.Holds(() => (string?)component.Status["state"] == "Abnormal" ? null : component.Status.ToString(), Patience);
        Assert.Equal(DataProcess.Asked, await component.Stop());
    }

    [Fact]
    public async Task A_slot_s_name_that_can_be_none_is_refused_with_the_rule()
    {
        var component = Start("recvlogical.sh", 1, Connection, "shop'; DROP TABLE orders; --", _directory.File("sink"));
        Assert.Equal(1, await component.Ended());
        Assert.Contains("small letters, digits and underscores", (string)component.Status["error"]!, StringComparison.Ordinal);
    }

    private string Connection => string.Create(CultureInfo.InvariantCulture,
        $"host=127.0.0.1 port={_server.Port} user=holdfast dbname=postgres sslmode=disable");

    private DataProcess Recvlogical(long epoch) => Start("recvlogical.sh", epoch, Connection, "shop", _directory.File("sink"));

    private DataProcess Start(string script, long epoch, params string[] arguments)
    {
        var folder = Directory.CreateDirectory(_directory.File($"epoch-{epoch}-{_started.Count}")).FullName;
        _started.Add(DataProcess.Start(Path.Combine(AppContext.BaseDirectory, "adapters", script), arguments, "is1", "t1", epoch, folder));
        return _started[^1];
    }

    private static Task<TimeSpan> Running(DataProcess component) => Eventually.Holds(() => component.IsOver ? $"ended: {component.Output}"
        : (string?)component.Status["state"] == "Running" && component.Status["positionEnd"] is not null ? null
        : component.Status.ToString(), Patience);

    /// <summary>Inserts in all files, as much of each as counts; one that stands in two of them is one.</summary>
    private int Rows()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_directory.File("sink"), "changes.*")
            .Where(f => !f.EndsWith(".size", StringComparison.Ordinal)))
        {
            var bytes = File.ReadAllBytes(file);
            var counts = File.Exists(file + ".size")
                ? int.Parse(File.ReadAllText(file + ".size"), CultureInfo.InvariantCulture) : bytes.Length;
            seen.UnionWith(Encoding.UTF8.GetString(bytes, 0, Math.Min(counts, bytes.Length)).Split('\n')
                .Where(l => l.Contains("INSERT: id[integer]:", StringComparison.Ordinal)));
        }

        return seen.Count;
    }

    private static async Task Answer(HttpListener listener, Func<string> health)
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // the test is over
            }

            context.Response.StatusCode = context.Request.Url!.AbsolutePath != "/q/health" ? 404
                : health().Contains("DOWN", StringComparison.Ordinal) ? 503 : 200;
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(health()));
            context.Response.Close();
        }
    }
}
