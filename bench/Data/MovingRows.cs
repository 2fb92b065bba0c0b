using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Holdfast.App.Processes;
using Holdfast.Tests;

namespace Holdfast.Bench.Data;

/// <summary>A source file, a Store, an Incr-Sync and a sink file: both programs as processes, and who answers resolve.</summary>
internal sealed class MovingRows : IAsyncDisposable
{
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _folder = new();
    private readonly HttpListener _api = new();
    private readonly Task _answering;
    private readonly List<Process> _processes = [];

    private MovingRows()
    {
        Source = Table.Create(SourceFile);
        Sink = Table.Create(SinkFile);
        var port = Ports.Free(1)[0];
        _api.Prefixes.Add($"http://127.0.0.1:{port}/");
        _api.Start();
        _answering = Answer();
        Configure("store", new JsonObject
        {
            ["store"] = new JsonObject { ["source"] = Sqlite(SourceFile), ["subtopic"] = "bench", ["tables"] = new JsonArray("main.sb") },
        });
        Configure("sync", new JsonObject
        {
            ["incrSync"] = new JsonObject { ["api"] = $"http://127.0.0.1:{port}", ["subtopic"] = "bench", ["sink"] = Sqlite(SinkFile) },
        });
    }

    internal Table Source { get; }

    internal Table Sink { get; }

    internal string SourceFile => _folder.File("source.db");

    internal string SinkFile => _folder.File("sink.db");

    internal Process Store { get; private set; } = null!;

    internal Process Sync { get; private set; } = null!;

    /// <summary>The address at which the Store serves.</summary>
    internal string Endpoint => (string?)Status("store")["endpoint"] ?? "";

    /// <summary>Up to where the Store has everything on its disk.</summary>
    internal string StoreLast => (string?)Status("store")["positionEnd"] ?? "";

    /// <summary>The bytes of the Store's log.</summary>
    internal long StoreBytes => (long?)Status("store")["bytes"] ?? 0;

    /// <summary>Both files with the same empty table, the Store running.</summary>
    internal static async Task<MovingRows> Start(bool withSync = true)
    {
        var scene = new MovingRows();
        scene.Store = scene.Run("store", "store", "st1");
        await scene.Runs("store", scene.Store);
        if (withSync)
        {
            await scene.StartSync();
        }

        return scene;
    }

    internal async Task StartSync()
    {
        Sync = Run("incr-sync", "sync", "is1");
        await Runs("sync", Sync);
    }

    /// <summary>The sink has what the source has.</summary>
    internal void Compare()
    {
        var (source, sink) = (Source.Summary(), Sink.Summary());
        if (source != sink)
        {
            throw new InvalidOperationException($"the source has {source}, the sink {sink}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Ending.End([.. _processes.AsEnumerable().Reverse()], TimeSpan.FromSeconds(5), TimeProvider.System);
        _api.Close();
        await Task.WhenAny(_answering);
        Source.Dispose();
        Sink.Dispose();
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

    private static JsonObject Sqlite(string file) => new() { ["kind"] = "sqlite", ["path"] = file };

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
