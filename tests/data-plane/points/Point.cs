using System.Runtime.InteropServices;

namespace Holdfast.DataPlane.Points;

/// <summary>
/// Places in a Store and an Incr-Sync where a process can die or be stopped. A file of the point's name in the folder asks for it, and its
/// text says how. The first process that comes there takes the file, so a request is met once.
/// </summary>
internal sealed partial class Point(string folder)
{
    internal const string Kill = "kill";
    internal const string Stop = "stop";

    /// <summary>The source has shown something; it is in no log yet.</summary>
    internal const string Read = "store.read";

    /// <summary>A block is not written yet.</summary>
    internal const string BeforeWrite = "log.before-write";

    /// <summary>Half of a block is written.</summary>
    internal const string WithinWrite = "log.within-write";

    /// <summary>All is written, nothing is promised by the disk.</summary>
    internal const string BeforeSync = "log.before-sync";

    /// <summary>The disk has it, no reader has seen it.</summary>
    internal const string AfterSync = "log.after-sync";

    /// <summary>A part of a large transaction is in the side file.</summary>
    internal const string Spooled = "log.spooled";

    /// <summary>A segment has its header, the MANIFEST does not know it.</summary>
    internal const string NewSegment = "log.new-segment";

    /// <summary>All is on the disk, the source has not heard of it.</summary>
    internal const string BeforeConfirm = "store.before-confirm";

    /// <summary>The source may have forgotten it.</summary>
    internal const string AfterConfirm = "store.after-confirm";

    /// <summary>The fence is raised, the progress is not read.</summary>
    internal const string Fenced = "sink.fenced";

    /// <summary>A group is ready, its transaction has not begun.</summary>
    internal const string Begin = "sink.begin";

    /// <summary>The point within the transaction: the fence was read, nothing is written.</summary>
    internal const string Marked = "sink.marked";

    /// <summary>A statement is written.</summary>
    internal const string Written = "sink.written";

    /// <summary>A part of a large transaction is written.</summary>
    internal const string BetweenParts = "sink.between-parts";

    /// <summary>Data and progress are written, not committed.</summary>
    internal const string Commit = "sink.commit";

    /// <summary>Committed, and nobody has heard of it.</summary>
    internal const string Committed = "sink.committed";

    /// <summary>The shape of the tables is noted, where a change of them commits by itself.</summary>
    internal const string DdlBegun = "sink.ddl-begun";

    /// <summary>A statement that changes a table is about to be run.</summary>
    internal const string Ddl = "sink.ddl";

    /// <summary>It was run.</summary>
    internal const string DdlRan = "sink.ddl-ran";

    internal static IReadOnlyList<string> OfStore { get; } =
        [Read, BeforeWrite, WithinWrite, BeforeSync, AfterSync, Spooled, NewSegment, BeforeConfirm, AfterConfirm];

    internal static IReadOnlyList<string> OfIncrSync { get; } = [Fenced, Begin, Marked, Written, BetweenParts, Commit, Committed];

    /// <summary>While it passes a statement that is one with its progress.</summary>
    internal static IReadOnlyList<string> OfDdl { get; } = [Begin, Marked, Ddl, DdlRan, Commit, Committed];

    /// <summary>While it passes one that commits by itself.</summary>
    internal static IReadOnlyList<string> OfDdlAlone { get; } = [DdlBegun, Ddl, DdlRan, Begin, Marked, Commit, Committed];

    /// <summary>A process comes here.</summary>
    internal void Pass(string name)
    {
        var request = Path.Combine(folder, name);
        if (!File.Exists(request))
        {
            return;
        }

        var taken = $"{request}.taken";
        string what;
        try
        {
            what = File.ReadAllText(request);
            File.Move(request, taken);
        }
        catch (IOException)
        {
            // Another one was here at the same moment.
            return;
        }

        File.WriteAllText($"{taken}.by", $"{Environment.ProcessId}");
        _ = Raise(what == Stop ? 19 : 9);
    }

    /// <summary>
    /// Signals this very thread: a signal for the process may be heard by another one, and this one goes on for a moment.
    /// </summary>
    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);
}
