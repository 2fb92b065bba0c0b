namespace Holdfast.HaScheduler.Replay;

/// <summary>A segment's file: <c>ha-scheduler-{instance}-{time of its first pass}.passes.gz</c>.</summary>
internal sealed record Segment(string File, string Instance, DateTimeOffset From, long Bytes);

/// <summary>The files in which passes are recorded.</summary>
internal static class Segments
{
    internal const string Ending = ".passes.gz";
    private const string Prefix = "ha-scheduler-";
    private const string Time = "yyyyMMdd'T'HHmmssfff";

    internal static string DirectoryIn(string data) => Path.Combine(data, "replay");

    internal static string NameOf(string instance, DateTimeOffset from) =>
        Prefix + instance + "-" + from.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture) + Ending;

    /// <summary>All of a directory, each instance's in the order of time.</summary>
    internal static IReadOnlyList<Segment> In(string directory) => Directory.Exists(directory)
        ?
        [
            .. new DirectoryInfo(directory).EnumerateFiles(Prefix + "*" + Ending).Select(Of).OfType<Segment>()
                .OrderBy(s => s.Instance, StringComparer.Ordinal).ThenBy(s => s.From),
        ]
        : [];

    /// <summary>Null when the file's name is not a segment's.</summary>
    internal static Segment? Of(FileInfo file)
    {
        var name = file.Name;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Ending, StringComparison.Ordinal))
        {
            return null;
        }

        var middle = name[Prefix.Length..^Ending.Length];
        var dash = middle.LastIndexOf('-');
        return dash > 0 && DateTime.TryParseExact(middle[(dash + 1)..], Time, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var from)
                ? new Segment(file.FullName, middle[..dash], new DateTimeOffset(from, TimeSpan.Zero), file.Exists ? file.Length : 0)
                : null;
    }

    /// <summary>A new file that only its owner may read; never an existing one.</summary>
    internal static FileStream Create(string directory, string instance, DateTimeOffset from)
    {
        Directory.CreateDirectory(directory);
        string file;
        while (File.Exists(file = Path.Combine(directory, NameOf(instance, from))))
        {
            from += TimeSpan.FromMilliseconds(1);
        }

        return new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    /// <summary>Deletes the oldest of an instance, until they and the one that is being written have no more than this.</summary>
    internal static void Prune(string directory, string instance, string current, long bytesMax)
    {
        var own = In(directory).Where(s => s.Instance == instance).ToList();
        var bytes = own.Sum(s => s.Bytes);
        foreach (var old in own.Where(s => s.File != current))
        {
            if (bytes <= bytesMax)
            {
                return;
            }

            File.Delete(old.File);
            bytes -= old.Bytes;
        }
    }
}
