using System.Collections.Concurrent;
using System.Diagnostics;

namespace Holdfast.App.Processes;

/// <summary>
/// A process to start: its command, additions to the environment, and the file that gets its output, within a bound.
/// </summary>
internal sealed record ChildSpec(string Name, IReadOnlyList<string> Command, string LogFile)
{
    /// <summary>A null value removes the variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } =
        new Dictionary<string, string?>(StringComparer.Ordinal);
}

/// <summary>
/// Starts processes that end with this one, however it ends. Each gets a session of its own, so that Ctrl-C reaches
/// only this process and they are stopped in order; SIGTERM when this process dies; and the mark by which
/// <see cref="Leftovers"/> finds whatever stayed behind.
/// </summary>
internal sealed class Children(string dataDirectory)
{
    /// <summary>The guard becomes the program; a logger of its own keeps what that prints within 10 MiB (agents/guard/logger.c).</summary>
    private const string Wrap = """exec setsid setpriv --pdeathsig TERM -- "$0" log "$@" </dev/null""";

    /// <summary>It stands beside the supervisor, or where that is built in.</summary>
    private static string Guard { get; } = new[] { "supervisor/holdfast-guard", "holdfast-guard" }
        .Select(file => Path.Combine(AppContext.BaseDirectory, file)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"holdfast-guard is not in {AppContext.BaseDirectory}: build or install the program anew");

    /// <summary>
    /// The death signal follows the thread that forks, not its process: this one lives as long as the process.
    /// </summary>
    private static readonly BlockingCollection<Action> Forks = StartForkThread();

    internal Process Start(ChildSpec spec)
    {
        var folder = Path.GetDirectoryName(spec.LogFile)!;
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Wrap, Guard, folder, Path.GetFileName(spec.LogFile), .. spec.Command])
            { UseShellExecute = false };
        start.Environment[Leftovers.Mark] = dataDirectory;
        // They hold passwords: for those only to whom they are given.
        start.Environment.Remove("HOLDFAST_STORE");
        start.Environment.Remove(OidcSettings.SecretVariable);
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
            if (value is null)
            {
                start.Environment.Remove(name);
            }
        }

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Forks.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
#pragma warning disable CA1031 // it belongs to the caller, not to the thread that forks for all
            catch (Exception error)
#pragma warning restore CA1031
            {
                started.SetException(error);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    /// <summary>
    /// The start of a command for a program of ours beside this one, run the way this one is: through dotnet, or by itself.
    /// </summary>
    /// <param name="folder">Its folder below this one's; empty: beside it.</param>
    /// <param name="name">Of its assembly.</param>
    internal static IReadOnlyList<string> CommandOf(string folder, string name)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, folder, name);
        var self = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(self) == "dotnet" ? [self, beside + ".dll"] : [beside];
    }

    private static BlockingCollection<Action> StartForkThread()
    {
        var forks = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var fork in forks.GetConsumingEnumerable())
            {
                fork();
            }
        }) { IsBackground = true, Name = "forks" }.Start();
        return forks;
    }
}
