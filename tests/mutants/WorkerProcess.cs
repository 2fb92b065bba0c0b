using System.Diagnostics;

namespace Holdfast.Mutants;

/// <summary>A process that runs tests (<see cref="Worker"/>), with the dependencies of a copy of the test project's folder.</summary>
internal sealed class WorkerProcess(string bin, string folder, string testAssembly, string targetAssembly) : IDisposable
{
    private Process? process;

    /// <summary>Switched on in the next process from its first moment: values that are made once are made with it. 0: none.</summary>
    internal int Mutant { get; set; }

    /// <summary>The lines of one answer up to the last one; null when none came in time, or the process has ended.</summary>
    internal async Task<IReadOnlyList<string>?> Ask(string question, Func<string, bool> isLast, TimeSpan limit)
    {
        process ??= Start();
        using var late = new CancellationTokenSource(limit, TimeProvider.System);
        var lines = new List<string>();
        try
        {
            await process.StandardInput.WriteLineAsync(question.AsMemory(), late.Token);
            await process.StandardInput.FlushAsync(late.Token);
            while (await process.StandardOutput.ReadLineAsync(late.Token) is { } line)
            {
                lines.Add(line);
                if (isLast(line))
                {
                    return lines;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Too late, or ended: the answer is the same.
        }

        End();
        return null;
    }

    /// <summary>The next question is for a new process.</summary>
    internal void End()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(TimeSpan.FromSeconds(10));
            process.Dispose();
            process = null;
        }
    }

    public void Dispose() => End();

    private Process Start()
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "exec", "--depsfile", Path.Combine(bin, $"{testAssembly}.deps.json"),
            "--runtimeconfig", Path.Combine(bin, $"{testAssembly}.runtimeconfig.json"),
            Path.Combine(bin, "Holdfast.Mutants.dll"), "worker", testAssembly, targetAssembly,
        ])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Each mutant's code is compiled when it is first needed, and most of it is needed a few times.
        start.Environment["DOTNET_TieredCompilation"] = "1";
        start.Environment["HOLDFAST_MUTANT"] = Mutant.ToString(CultureInfo.InvariantCulture);
        var started = Process.Start(start)!;
        started.ErrorDataReceived += (_, line) => LastError = line.Data ?? LastError;
        started.BeginErrorReadLine();
        return started;
    }

    internal string LastError { get; private set; } = "";
}
