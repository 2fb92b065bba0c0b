using Holdfast.Log.Files;

namespace Holdfast.Log.Contract;

/// <summary>Every fault of a log.</summary>
internal static class Faults
{
    internal static LogFault InUse(string folder) => new("DP-201", $"Another process writes the log in {folder}.",
        "Wait until that Store has ended, or end it; never give two Stores one folder.", IsPassing: true);

    internal static LogFault OtherSource(string folder, string is_, string asked) => new("DP-202",
        $"The log in {folder} belongs to source {is_}, not to {asked}.",
        "Give this Store a folder of its own, or delete the log if its source is gone for good.");

    internal static LogFault Newer(string folder, uint format) => new("DP-203",
        $"The log in {folder} has format {Text(format)}, this program knows none beyond {Text(Format.SegmentHeader.Format)}.",
        "Run the version that wrote it, or a newer one.");

    internal static LogFault Manifest(string folder, string why) => new("DP-204", $"The MANIFEST of the log in {folder} {why}.",
        "Restore the MANIFEST, or delete the folder: the Store then reads its source anew from where its consumers need it.");

    internal static LogFault Folder(string folder, string why) => new("DP-205", $"The log in {folder} cannot be opened: {why}",
        "Check that the folder is on a disk that can be written, and its owner and rights.", IsPassing: true);

    internal static LogFault Full(string why) => new("DP-210", $"The disk is full: {why}",
        "Free room on the disk or make it larger; the Store goes on by itself, the source keeps what was not read.", IsPassing: true);

    internal static LogFault Quota(long bytes, long quota) => new("DP-211",
        $"The log would have {Text(bytes)} bytes, its quota is {Text(quota)}.",
        "Raise the quota, or wait until older segments go; a transaction needs twice its size for a moment.", IsPassing: true);

    internal static LogFault Write(string why) => new("DP-212", $"The log cannot be written: {why}",
        "Look at the disk and the folder's rights; the Store tries again.", IsPassing: true);

    internal static LogFault NotKept(string why) => new("DP-213", $"The disk did not keep what was written: {why}",
        "Check the disk, then start the Store again: it reads what the disk has, and the source from there.");

    internal static LogFault Closed(string folder) => new("DP-206", $"The log in {folder} is closed.", "Open it again.");

    internal static LogFault NoSchema(Position position, ulong table) => new("DP-214",
        $"Transaction {position} has a change of table {Text(table)}, whose schema was not told before.",
        "Report it: the source's engine must tell a table's schema before its first row.");

    internal static LogFault SchemaChanged(uint table, string was, string now) => new("DP-215",
        $"Table {Text(table)} was {was}, and is now told as {now} under the same id.",
        "Report it: the source's engine must give a changed table another id.");

    internal static LogFault OutOfOrder(Position position, string why) => new("DP-216", $"A part of transaction {position} {why}.",
        "Read the source again after the position where the log ends.");

    internal static LogFault Unreadable(Position position, string why) => new("DP-217",
        $"Transaction {position} cannot be stored: {why}.",
        "Report it with the source's engine and version; the log holds everything before it.");

    internal static LogFault BeforeRange(string asked, LogRange range) => new("DP-220",
        $"The log begins after {range.After} ({Time(range.AfterTime)}); {asked} was asked for.",
        "Use another Store of the subtopic that reaches back so far, or copy the tables again.") { Range = range };

    internal static LogFault BeyondRange(Position asked, LogRange range) => new("DP-221",
        $"The log ends at {range.Last} ({Time(range.LastTime)}); after {asked} was asked for.",
        "Wait until this Store has read so far, or use another one of the subtopic.", IsPassing: true) { Range = range };

    internal static LogFault Damaged(string file, string why, Position after, Position last, LogRange range) => new("DP-223",
        $"Segment {file} {why}: what is after {after} up to {last} cannot be read.",
        "Use another Store of the subtopic for it; readers that start after it are served.")
    { Range = range, Missing = (after, last) };

    internal static LogFault Taken(string task, Position checkpoint, Position after, Position last) => new("DP-224",
        $"The log's disk is nearly full: what is after {after} up to {last} was deleted, and task {task} has only read up to {checkpoint}.",
        "Raise the quota; start the task on a Store that reaches back so far, or copy its tables again.")
    { Missing = (after, last) };

    /// <summary>The fault of an error while something was written.</summary>
    internal static LogFault Of(IOException error) => Posix.IsFull(error) ? Full(error.Message) : Write(error.Message);

    internal static string Time(long microseconds) => microseconds is > -62_135_596_800_000_000 and < 253_402_300_800_000_000
        ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
        : "no time";

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
