using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Logs;

/// <summary>The end of a text: whole lines, oldest first.</summary>
/// <param name="FirstIsCut">The first one is too long: it lacks its beginning.</param>
internal readonly record struct LastLines(IReadOnlyList<string> Lines, bool FirstIsCut);

/// <summary>
/// The last lines of a component's output. Reads no more than is asked for, from the end, over rotated files too; never on the
/// loop that keeps the lease.
/// </summary>
internal static class LogTails
{
    /// <summary>A log that was rotated while it was read is read again so often.</summary>
    private const int AttemptsMax = 3;

    /// <summary>The current file and two older ones (agents/guard/logfile.c).</summary>
    private const int FilesMax = 3;

    /// <summary>
    /// Both outputs of a component, together within <see cref="LogTail.BytesMax"/>; what one leaves of its half is the other's.
    /// </summary>
    public static IReadOnlyList<LogOutput> Of(string folder, int lines)
    {
        string[] names = [ComponentFolder.Stdout, ComponentFolder.Stderr];
        var windows = Array.ConvertAll(names, name => Window(folder, name, lines, LogTail.BytesMax));
        // Only the lines that are asked for take room.
        var sizes = Array.ConvertAll(windows, window => window is null ? 0 : SizeOfLast(window.Bytes, lines));
        var (first, second) = Share(sizes[0], sizes[1], LogTail.BytesMax);
        return [.. names.Zip(windows, [first, second]).Where(o => o.Second is not null)
            .Select(o => Output(o.First, o.Second!, lines, o.Third))];
    }

    private static LogOutput Output(string name, LogWindow window, int lines, int bytes)
    {
        var last = Last(window.Bytes, window.StartsInside, lines, bytes);
        return new LogOutput { Name = name, Lines = last.Lines, FirstIsCut = last.FirstIsCut };
    }

    /// <summary>Bytes of the last lines, an open one counted with the end that it will have.</summary>
    private static int SizeOfLast(ReadOnlySpan<byte> text, int lines)
    {
        var isOpen = text.Length > 0 && text[^1] != '\n';
        var rest = isOpen || text.Length == 0 ? text : text[..^1];
        for (var line = 0; line < lines; line++)
        {
            var end = rest.LastIndexOf((byte)'\n');
            if (end < 0)
            {
                return text.Length + (isOpen ? 1 : 0);
            }

            rest = rest[..end];
        }

        return text.Length - rest.Length - (isOpen ? 0 : 1);
    }

    /// <summary>The share of each of two outputs: at least half, and what the other one leaves.</summary>
    public static (int First, int Second) Share(int first, int second, int max)
    {
        var half = max / 2;
        var ofFirst = Math.Min(first, Math.Max(half, max - second));
        return (ofFirst, Math.Min(second, max - ofFirst));
    }

    /// <summary>
    /// The last lines of at most so many bytes. A line that the bytes begin within is left out, unless it is the only one: then
    /// its end is shown. Bytes that are no UTF-8 become U+FFFD.
    /// </summary>
    /// <param name="startsInside">More text precedes these bytes.</param>
    public static LastLines Last(ReadOnlySpan<byte> text, bool startsInside, int lines, int bytes)
    {
        var isOpen = text.Length > 0 && text[^1] != '\n';
        // An open last line counts with the end that it will have.
        var from = Math.Max(0, text.Length - (isOpen ? bytes - 1 : bytes));
        startsInside = from > 0 ? text[from - 1] != '\n' : startsInside;
        text = text[from..];
        var body = isOpen || text.Length == 0 ? text : text[..^1];
        if (text.Length == 0)
        {
            return new LastLines([], false);
        }

        var whole = startsInside ? body.IndexOf((byte)'\n') + 1 : 0;
        return startsInside && whole == 0 ? Split(WholeLetters(body), true, lines) : Split(body[whole..], false, lines);
    }

    private static LastLines Split(ReadOnlySpan<byte> body, bool firstIsCut, int max)
    {
        var lines = new List<string>();
        while (lines.Count < max)
        {
            var end = body.LastIndexOf((byte)'\n');
            lines.Add(Encoding.UTF8.GetString(body[(end + 1)..]).TrimEnd('\r'));
            if (end < 0)
            {
                break;
            }

            body = body[..end];
        }

        lines.Reverse();
        return new LastLines(lines, firstIsCut);
    }

    /// <summary>Leaves out the rest of a letter that was cut in two.</summary>
    private static ReadOnlySpan<byte> WholeLetters(ReadOnlySpan<byte> text)
    {
        var rest = 0;
        while (rest < 3 && rest < text.Length && (text[rest] & 0xC0) == 0x80)
        {
            rest++;
        }

        return text[rest..];
    }

    /// <summary>
    /// The last bytes of a log, from the file and, when it holds less than is asked for, from those that were rotated away. Null:
    /// there is none.
    /// </summary>
    public static LogWindow? Window(string folder, string name, int lines, int bytes)
    {
        for (var attempt = 1; ; attempt++)
        {
            var window = ReadOver(folder, name, lines, bytes);
            if (window is not { WasRotated: true } || attempt == AttemptsMax)
            {
                return window;
            }
        }
    }

    private static LogWindow? ReadOver(string folder, string name, int lines, int bytes)
    {
        var current = Read(folder, name, bytes);
        var (text, startsInside) = (current?.Bytes ?? [], current?.StartsInside ?? false);
        var isThere = current is not null;
        for (var older = 1; older < FilesMax && !startsInside && text.Length < bytes && Count(text) < lines; older++)
        {
            if (Read(folder, $"{name}.{older}", bytes - text.Length) is not { } before)
            {
                break;
            }

            (text, startsInside, isThere) = ([.. before.Bytes, .. text], before.StartsInside, true);
        }

        // Another file since: what was read of the current one may stand in the rotated one as well.
        var now = new FileInfo(Path.Combine(folder, name));
        var wasRotated = current is not null && now.Exists && now.Length < current.FileBytes;
        return isThere ? new LogWindow(text, startsInside, wasRotated) : null;
    }

    private static int Count(byte[] text) => text.AsSpan().Count((byte)'\n');

    private sealed record Piece(byte[] Bytes, bool StartsInside, long FileBytes);

    /// <summary>Opens a log. Only a regular file is one of ours: a link could lead anywhere, a FIFO would keep us waiting.</summary>
    private static Piece? Read(string folder, string name, int bytes)
    {
        if (RegularFile.Open(folder, name) is not FileFound.Opened opened)
        {
            return null;
        }

        using var file = opened.Handle;
        var length = opened.Stamp.Length;
        // One more, to see whether the first line is whole.
        var from = Math.Max(0, length - bytes - 1);
        var text = RegularFile.Read(file, from, (int)Math.Min(length, bytes + 1));
        var isMore = length > bytes && text.Length > 0;
        return new Piece(text[(isMore ? 1 : 0)..], isMore && text[0] != '\n', length);
    }
}

/// <summary>The last bytes of a log.</summary>
/// <param name="StartsInside">They begin within a line.</param>
/// <param name="WasRotated">The log was rotated meanwhile.</param>
internal sealed record LogWindow(byte[] Bytes, bool StartsInside, bool WasRotated = false);
