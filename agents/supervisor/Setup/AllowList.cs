using Holdfast.Platform.Tls;
using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Setup;

/// <summary>
/// The list of what may run on this host, whatever the server says (docs/components.md): programs and directories of programs by their
/// absolute paths, a line each. Behind a program may stand a directory: then its first argument must be a file below that, which is
/// how an interpreter is held to certain scripts. Paths are compared as the system resolves them, links and all.
/// </summary>
internal sealed class AllowList
{
    private readonly IReadOnlyList<(string Program, string? Arguments)> _lines;

    private AllowList(IReadOnlyList<(string, string?)> lines) => _lines = lines;

    /// <summary>Throws <see cref="StartRefusedException"/> when the file cannot be used.</summary>
    public static Reread<AllowList>? Open(string? file)
    {
        if (file is null)
        {
            return null;
        }

        var (made, whyNot) = Reread<AllowList>.Open([file], files => Parse(Encoding.UTF8.GetString(files[0])));
        return made ?? throw new StartRefusedException(Codes.AllowListUnusable, $"--allow {file}: {whyNot}");
    }

    /// <summary>Throws <see cref="FormatException"/> naming the line.</summary>
    public static AllowList Parse(string text)
    {
        var lines = new List<(string, string?)>();
        foreach (var (line, number) in text.Split('\n').Select((line, i) => (line.Trim(), i + 1)))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var parts = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            if (!parts.All(p => p.StartsWith('/')) || (parts.Length == 2 && (parts[0].EndsWith('/') || !parts[1].EndsWith('/'))))
            {
                throw new FormatException($"line {number} is neither /a/program nor /a/directory/ nor /a/program /a/directory/");
            }

            lines.Add((parts[0], parts.ElementAtOrDefault(1)));
        }

        return new AllowList(lines);
    }

    /// <summary>Asks the disk, so it may wait.</summary>
    /// <param name="command">An argument vector.</param>
    /// <param name="path">Directories with colons between them, where a program without a slash is looked for.</param>
    /// <param name="folder">The component's own, from which other paths lead.</param>
    public bool Allows(IReadOnlyList<string> command, string path, string folder)
    {
        if (command is not [{ Length: > 0 } given, ..] || Found(given, path, folder) is not { } program)
        {
            return false;
        }

        return _lines.Any(line => Covers(line.Program, program)
            && (line.Arguments is null || (command.Count > 1 && Real(Path.Combine(folder, command[1])) is { } argument
                && Covers(line.Arguments, argument))));
    }

    /// <summary>Finds a program as execvp(3) does.</summary>
    private static string? Found(string given, string path, string folder) => given.Contains('/')
        ? Real(Path.Combine(folder, given))
        : path.Split(':').Select(d => Real(Path.Combine(folder, d, given))).FirstOrDefault(found => found is not null);

    private static bool Covers(string line, string real) => Real(line) is { } allowed
        && (line.EndsWith('/') ? real.StartsWith(allowed.TrimEnd('/') + '/', StringComparison.Ordinal) : real == allowed);

    /// <summary>The path with its links followed; null: there is nothing.</summary>
    private static string? Real(string path) => FileCalls.RealPath(path);
}

/// <summary>A command that is not on this host's list.</summary>
internal sealed class NotAllowedException() : Exception("the command is not on this host's allow-list");
