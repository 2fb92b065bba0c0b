namespace Holdfast.HaScheduler.Replay;

/// <summary>The segments that were asked for, read one after the other.</summary>
internal sealed class Recording
{
    private readonly IReadOnlyList<Segment> _segments;

    private Recording(IReadOnlyList<Segment> segments) => _segments = segments;

    /// <summary>Segments that were read up to now.</summary>
    internal List<ReplayedFile> Files { get; } = [];

    internal bool IsDamaged { get; private set; }

    internal IEnumerable<string> Instances => _segments.Select(s => s.Instance).Distinct(StringComparer.Ordinal);

    /// <param name="path">One segment; or a directory of them, or one that has it as <c>replay</c>.</param>
    /// <param name="from">Segments that are over before this are not read.</param>
    internal static Outcome<Recording> Open(string path, DateTimeOffset? from, DateTimeOffset? to)
    {
        if (File.Exists(path))
        {
            var file = new FileInfo(path);
            return new Recording([Segments.Of(file) ?? new Segment(file.FullName, "", DateTimeOffset.MinValue, file.Length)]);
        }

        if (!Directory.Exists(path))
        {
            return Refused(path, "must be a file or a directory that exists");
        }

        var all = Segments.In(path) is { Count: > 0 } own ? own : Segments.In(Segments.DirectoryIn(path));
        if (all.Count == 0)
        {
            return Refused(path, $"must be, or have in it, a directory of recorded passes (*{Segments.Ending})");
        }

        var wanted = all.Where(
            (s, i) => !(to < s.From) && !(i + 1 < all.Count && all[i + 1].Instance == s.Instance && all[i + 1].From <= from));
        return new Recording([.. wanted]);
    }

    /// <summary>Passes of one replica, in order. A segment that ends badly is noted, and the next one is read.</summary>
    internal IEnumerable<RecordedPass> Passes(string instance)
    {
        foreach (var segment in _segments.Where(s => s.Instance == instance))
        {
            using var reader = new PassReader(File.OpenRead(segment.File));
            try
            {
                while (reader.Next() is { } pass)
                {
                    yield return pass;
                }
            }
            finally
            {
                IsDamaged |= reader.End == SegmentEnd.Damaged;
                Files.Add(new ReplayedFile(segment.File, segment.Instance, reader.Passes,
                    reader.End is { } end ? Word(end) : "not read to its end", reader.Why, reader.Version));
            }
        }
    }

    private static string Word(SegmentEnd end) => end switch
    {
        SegmentEnd.Closed => "closed",
        SegmentEnd.Open => "open",
        SegmentEnd.CutOff => "cut off",
        SegmentEnd.Damaged => "damaged",
    };

    private static Fault Refused(string path, string rule) => Fault.Invalid("HA-150",
        "Name a data directory, its replay directory or one file in it; a scheduler with --replay-mb 0 records nothing.",
        new FieldFault("path", path, rule));
}
