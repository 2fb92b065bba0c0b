using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Holdfast.Tidy.Tests;

/// <summary>The files of this checkout, less what is built or kept by a run; git need not be there.</summary>
internal static partial class Tree
{
    internal static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    /// <summary>Folders that .gitignore names, and git's own.</summary>
    private static readonly string[] Made = [".git", "bin", "obj", "artifacts", "node_modules", "results", ".vs", ".idea"];

    /// <summary>Paths from the root, with '/'.</summary>
    internal static IReadOnlyList<string> Files { get; } =
        [.. Below(Root).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal)];

    /// <summary>A run's state; deeper down a folder of this name is ours.</summary>
    private static bool IsRunData(string folder) => folder == Path.Combine(Root, "data");

    /// <summary>In a work tree of its own .git is a file that names the repository.</summary>
    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f) != ".git").Concat(
            Directory.EnumerateDirectories(folder).Where(d => !Made.Contains(Path.GetFileName(d)) && !IsRunData(d)).SelectMany(Below));

    internal static IEnumerable<string> Sources => Files.Where(f => f.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>
    /// Files that people write as code, in any language; settings and pages are none, a picture is drawn. With 140 columns and 250 lines
    /// for each, no file of the tree is an exception.
    /// </summary>
    private static readonly string[] CodeEndings = [".cs", ".razor", ".css", ".js", ".mjs", ".c", ".h", ".py", ".lua"];

    internal static IEnumerable<string> Code => Files.Where(f => CodeEndings.Contains(Path.GetExtension(f)) || IsShell(f));

    internal static bool IsShell(string file) =>
        file.EndsWith(".sh", StringComparison.Ordinal)
        || Path.GetExtension(file).Length == 0 && Lines(file).FirstOrDefault().Line is { } first && Shebang().IsMatch(first);

    internal static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    internal static IEnumerable<(int Number, string Line)> Lines(string file) =>
        File.ReadLines(Path.Combine(Root, file)).Select((l, i) => (i + 1, l));

    /// <summary>Fails with every fault on a line of its own, so that all can be mended at once.</summary>
    internal static void None(string rule, IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, $"{rule}\n  {string.Join("\n  ", all)}");
    }

    internal static (int Exit, string Output, string Error) Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromSeconds(20)))
        {
            process.Kill();
            throw new TimeoutException($"{program} {arguments}");
        }

        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    [GeneratedRegex(@"^#!.*\b(ba|da)?sh\b")]
    private static partial Regex Shebang();

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
