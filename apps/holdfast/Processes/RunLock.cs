namespace Holdfast.App.Processes;

/// <summary>The process that runs on a data directory, for the commands that talk to it: {data}/run.json.</summary>
/// <param name="Authorities">The file of those that its certificate is of; null: the system knows them, or it speaks plain HTTP.</param>
internal sealed record RunRecord(ProcessMark Process, string Url, string? Authorities = null)
{
    private static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "run.json");

    internal void Write(string dataDirectory) => JsonFile.Write(PathIn(dataDirectory), this);

    internal static void Remove(string dataDirectory) => File.Delete(PathIn(dataDirectory));

    /// <summary>Null when nothing runs there.</summary>
    internal static RunRecord? Read(string dataDirectory) =>
        JsonFile.Read<RunRecord>(PathIn(dataDirectory)) is { } record && record.Process.Runs() ? record : null;
}

/// <summary>One run per data directory: the system releases the lock with the process, however it ends.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    internal static Outcome<RunLock> Take(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "run.lock");
        try
        {
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var owner = RunRecord.Read(dataDirectory) is { } run ? $"process {run.Process.Pid} at {run.Url}"
                : error.Message;
            return Fault.Invalid("PF-204",
                "Stop the other run, or choose another directory with --data and another --port.",
                new FieldFault("data", dataDirectory, $"must not be in use by another run: {owner}"));
        }
    }

    public void Dispose() => _file.Dispose();
}

/// <summary>
/// Small records that people and scripts read as well; replaced whole, so that nobody reads half of one.
/// </summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static void Write<T>(string path, T value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var aside = $"{path}.{Environment.ProcessId}";
        File.WriteAllText(aside, JsonSerializer.Serialize(value, Options) + "\n");
        File.Move(aside, path, overwrite: true);
    }

    internal static T? Read<T>(string path) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Options);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}
