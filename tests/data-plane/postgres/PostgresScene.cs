using System.Diagnostics;
using System.Text.Json.Nodes;
using Holdfast.Tests;

namespace Holdfast.DataPlane.Tests.Postgres;

/// <summary>A source and a sink, each a PostgreSQL server, with a Store and an Incr-Sync as real processes between them.</summary>
internal sealed class PostgresScene : IAsyncDisposable
{
    private const string Task = "t1";

    private readonly TempDirectory _folder = new();
    private readonly ResolveServer _api;
    private readonly List<DataProcess> _started = [];
    private long _epoch;

    private PostgresScene(PostgresBank source, PostgresBank sink)
    {
        (Source, Sink) = (source, sink);
        _api = new ResolveServer((_, _) => ("st1", _folder.File("store")));
        Configure("store", new JsonObject
        {
            ["store"] = new JsonObject
            {
                ["source"] = source.Config, ["subtopic"] = "bank", ["tables"] = new JsonArray("public.*"),
            },
        });
        Configure("sync", new JsonObject
        {
            ["incrSync"] = new JsonObject { ["api"] = _api.Address, ["subtopic"] = "bank", ["sink"] = sink.Config, ["lanes"] = 4 },
        });
    }

    internal static async Task<PostgresScene> Start()
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        var scene = new PostgresScene(await PostgresBank.Start(), await PostgresBank.Start());
        scene.StartStore();
        await Eventually.Holds(() => (string?)scene.Store.Status["state"] == "Running" ? null : scene.Told, TimeSpan.FromSeconds(60));
        scene.StartSync();
        return scene;
    }

    internal PostgresBank Source { get; }

    internal PostgresBank Sink { get; }

    internal DataProcess Store { get; private set; } = null!;

    internal DataProcess Sync { get; private set; } = null!;

    /// <summary>For messages: what the two say.</summary>
    internal string Told => string.Join('\n', _started.TakeLast(2).Select(p => $"{p.Status} {p.Output}"));

    internal void StartStore() => Store = Kept(DataProcess.Start("store", "st1", "", 1, _folder.File("store")));

    /// <summary>As the scheduler does it: under a higher epoch.</summary>
    internal void StartSync() => Sync = Kept(DataProcess.Start("incr-sync", "is1", Task, ++_epoch, _folder.File("sync")));

    /// <summary>Compares source and sink, as a person does: the exit code, and what was found.</summary>
    internal async Task<(int Exit, string Report)> Verify()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "holdfast-data"), ["verify", "--config", "/dev/stdin"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(new JsonObject
        {
            ["verify"] = new JsonObject
            {
                ["task"] = Task, ["source"] = Source.Config, ["sink"] = Sink.Config, ["counter"] = "public.journal.no",
            },
        }.ToJsonString());
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    /// <summary>Until the sink has as many transfers as the source.</summary>
    internal System.Threading.Tasks.Task Converged(TimeSpan max) => Eventually.Holds(() =>
    {
        var (source, sink) = (Source.State().GetAwaiter().GetResult(), Sink.State().GetAwaiter().GetResult());
        return source == sink ? null : $"source {source}, sink {sink}; {Told}";
    }, max);

    public async ValueTask DisposeAsync()
    {
        _started.ForEach(p => p.Dispose());
        await _api.DisposeAsync();
        await Source.DisposeAsync();
        await Sink.DisposeAsync();
        _folder.Dispose();
    }

    private DataProcess Kept(DataProcess process)
    {
        _started.Add(process);
        return process;
    }

    private void Configure(string folder, JsonObject config)
    {
        Directory.CreateDirectory(_folder.File(folder));
        var file = Path.Combine(_folder.File(folder), "config.json");
        File.WriteAllText(file, config.ToJsonString());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
