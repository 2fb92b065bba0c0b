namespace Holdfast.App.Fleet;

/// <summary>The installation's token, from the same places as the services take it.</summary>
internal static class Token
{
    /// <summary>
    /// The file that holds it: supervisors read it, so a token that came in the environment is written for them.
    /// </summary>
    internal static string FileFor(string data)
    {
        if (Environment.GetEnvironmentVariable("HOLDFAST_TOKEN") is { Length: > 0 } given)
        {
            var file = Path.Combine(data, "fleet", "token");
            WritePrivately(file, given);
            return file;
        }

        return Environment.GetEnvironmentVariable("HOLDFAST_TOKEN_FILE") is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : Path.Combine(data, "token");
    }

    /// <summary>The first line: while it changes there is a second one.</summary>
    internal static string Read(string data) => File.ReadAllText(FileFor(data)).Trim().Split('\n')[0].Trim();

    internal static void WritePrivately(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var stream = new StreamWriter(file, options);
        stream.Write(text);
    }
}
