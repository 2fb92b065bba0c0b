using System.Net;
using Holdfast.App.Processes;

namespace Holdfast.Bench.Data;

/// <summary>A Store and an Incr-Sync as processes of their own, and the answer that names the Store to the Incr-Sync.</summary>
internal sealed class Pipeline : IAsyncDisposable
{
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _folder = new();
    private readonly HttpListener _api = new();
    private readonly Task _answering;
    private readonly List<Process> _processes = [];

    /// <param name="source">As <c>config.json</c> names it.</param>
    /// <param name="sink">As <c>config.json</c> names it.</param>
    /// <param name="tables">Patterns of <c>schema.table</c>.</param>
    internal Pipeline(JsonObject source, JsonObject sink, params string[] tables)
    {
        var port = Ports.Free(1)[0];
        _api.Prefixes.Add($"http://127.0.0.1:{port}/");
        _api.Start();
        _answering = Answer();
        Configure("store", new JsonObject
        {
            ["store"] = new JsonObject
            {
                ["source"] = source, ["subtopic"] = "bench", ["tables"] = new JsonArray([.. tables.Select(t => (JsonNode)t)]),
            },
        });
        Configure("sync", new JsonObject
        {
            ["incrSync"] = new JsonObject { ["api"] = $"http://127.0.0.1:{port}", ["subtopic"] = "bench", ["sink"] = sink },
        });
    }

    internal Process Store { get; private set; } = null!;

    internal Process Sync { get; private set; } = null!;

    /// <summary>The Store's log.</summary>
    internal string LogFolder => _folder.File("store/log");

    /// <summary>The address at which the Store serves.</summary>
    internal string Endpoint => (string?)Status("store")["endpoint"] ?? "";

    /// <summary>The position up to which the Store has everything on its disk.</summary>
    internal string StoreLast => (string?)Status("store")["positionEnd"] ?? "";

    /// <summary>The bytes of the Store's log.</summary>
    internal long StoreBytes => (long?)Status("store")["bytes"] ?? 0;

    internal async Task StartStore()
    {
        Store = Run("store", "store", "st1");
        await Runs("store", Store);
    }

    internal async Task StartSync()
    {
        Sync = Run("incr-sync", "sync", "is1");
        await Runs("sync", Sync);
    }

    /// <summary>Bytes in the log's segments, as they are on the disk now.</summary>
    internal long SegmentBytes() => Directory.EnumerateFiles(LogFolder, "*.seg").Sum(f => new FileInfo(f).Length);

    /// <summary>The last lines that the programs have written.</summary>
    internal string Words() => string.Join('\n', new[] { "store", "sync" }.Select(f => Path.Combine(_folder.File(f), "output.log"))
        .Where(File.Exists).SelectMany(f => File.ReadLines(f).TakeLast(5)));

    public async ValueTask DisposeAsync()
    {
        await Ending.End([.. _processes.AsEnumerable().Reverse()], TimeSpan.FromSeconds(5), TimeProvider.System);
        _api.Close();
        await Task.WhenAny(_answering);
        _folder.Dispose();
    }

    private Process Run(string role, string folder, string component)
    {
        var start = new ProcessStartInfo("/bin/sh",
            ["-c", """exec "$@" >output.log 2>&1""", "sh", Path.Combine(AppContext.BaseDirectory, "holdfast-data"), role])
        {
            UseShellExecute = false,
            WorkingDirectory = _folder.File(folder),
            Environment =
            {
                ["HOLDFAST_COMPONENT"] = component,
                ["HOLDFAST_TASK"] = "t1",
                ["HOLDFAST_EPOCH"] = "1",
                ["HOLDFAST_DIR"] = _folder.File(folder),
                // As ./run and ./holdfast start what they start (scripts/setup.sh).
                ["DOTNET_GCgen0size"] = Environment.GetEnvironmentVariable("DOTNET_GCgen0size") ?? "0x800000",
            },
        };
        var process = Process.Start(start)!;
        _processes.Add(process);
        return process;
    }

    private async Task Runs(string folder, Process process)
    {
        for (var clock = Stopwatch.StartNew(); (string?)Status(folder)["state"] != "Running";)
        {
            if (process.HasExited || clock.Elapsed > ReadyMax)
            {
                throw new InvalidOperationException($"{folder} does not run: {await File.ReadAllTextAsync(
                    Path.Combine(_folder.File(folder), "output.log"))}");
            }

            await Task.Delay(50);
        }
    }

    private JsonObject Status(string folder)
    {
        var file = Path.Combine(_folder.File(folder), "status.json");
        return File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))!.AsObject() : [];
    }

    private void Configure(string folder, JsonObject config)
    {
        Directory.CreateDirectory(_folder.File(folder));
        var file = Path.Combine(_folder.File(folder), "config.json");
        File.WriteAllText(file, config.ToJsonString());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private async Task Answer()
    {
        while (_api.IsListening)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _api.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            asked.Response.ContentType = "application/json";
            await using var body = asked.Response.OutputStream;
            await body.WriteAsync(Encoding.UTF8.GetBytes(new JsonObject { ["store"] = "st1", ["endpoint"] = Endpoint }.ToJsonString()));
        }
    }
}
