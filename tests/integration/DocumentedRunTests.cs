using System.Text.RegularExpressions;

namespace Holdfast.Integration.Tests;

/// <summary>
/// Types what the pages tell people to type, against a live fleet: each block under a mark <c>&lt;!-- run --&gt;</c>, in its order, in the
/// folder that <c>./run</c> is started in. A command that fails, or a block that takes too long, fails the test with what was printed.
/// </summary>
[Trait("Category", "process")]
public sealed partial class DocumentedRunTests
{
    private static readonly TimeSpan BlockMax = TimeSpan.FromMinutes(2);

    private static readonly string Root =
        AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/", StringComparison.Ordinal)];

    private static IReadOnlyList<(string Page, string Block)> Blocks { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Prepend(Path.Combine(Root, "README.md"))
            .SelectMany(page => Marked().Matches(File.ReadAllText(page))
                .Select(m => (Path.GetRelativePath(Root, page), m.Groups["block"].Value))),
    ];

    [Fact]
    public async Task What_is_marked_to_be_run_runs()
    {
        Assert.SkipWhen(!File.Exists("/usr/bin/sqlite3"), "sqlite3 is not there: apt-get install sqlite3");
        using var directory = new TempDirectory();
        var data = directory.File("data");
        await using var process = HoldfastProcess.Run(data);
        using var api = await process.Ready();
        foreach (var folder in (string[])["apps", "samples"])
        {
            Directory.CreateSymbolicLink(directory.File(folder), Path.Combine(Root, folder));
        }

        await File.WriteAllTextAsync(directory.File("holdfast"),
            $"#!/bin/sh\nexec dotnet {HoldfastProcess.Beside("holdfast.dll")} \"$@\"\n",
            TestContext.Current.CancellationToken);
        File.SetUnixFileMode(directory.File("holdfast"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.True(Blocks.Count >= 5, "there are marks");
        var receiver = FreePort.Next();
        foreach (var (page, block) in Blocks)
        {
            var (exit, said) = await Run(directory.Location, block
                .Replace("127.0.0.1:8089", api.Http.BaseAddress!.Authority, StringComparison.Ordinal)
                .Replace("9999", $"{receiver}", StringComparison.Ordinal));
            Assert.True(exit == 0, $"{page}: exit code {exit} of\n{block}\n{said}");
        }
    }

    private static async Task<(int Exit, string Output)> Run(string folder, string block)
    {
        // Processes that a block leaves in the background end with it.
        var script = $"set -euo pipefail; trap 'jobs -p | xargs -r kill || true' EXIT; exec 2>&1\n{block}";
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true,
        };
        start.Environment.Remove("HOLDFAST_TOKEN");
        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(BlockMax, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            shell.Kill(entireProcessTree: true);
            return (-1, $"not done within {BlockMax.TotalSeconds:0} s:\n{await output}");
        }

        return (shell.ExitCode, await output);
    }

    [GeneratedRegex("^<!-- run -->\n```[a-z]*\n(?<block>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Marked();
}
