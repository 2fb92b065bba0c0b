using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Holdfast.Supervisor.Logs;

/// <summary>
/// The last lines of this supervisor's log, in memory: where its console goes is not known here, and no disk can keep the loop that keeps
/// the lease waiting.
/// </summary>
internal sealed class RecentLog(ITextFormatter format) : ILogEventSink
{
    public const string Name = "supervisor";

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private int _bytes;

    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        format.Format(logEvent, text);
        Add(text.ToString());
    }

    /// <summary>One event, of one line or several.</summary>
    internal void Add(string text)
    {
        lock (_gate)
        {
            foreach (var line in text.TrimEnd('\r', '\n').Split('\n'))
            {
                _lines.Enqueue(line);
                _bytes += Size(line);
            }

            while (_lines.Count > LogTail.LinesMax || (_bytes > LogTail.BytesMax && _lines.Count > 1))
            {
                _bytes -= Size(_lines.Dequeue());
            }
        }
    }

    public LogOutput Last(int lines)
    {
        string[] last;
        lock (_gate)
        {
            last = [.. _lines.TakeLast(lines)];
        }

        var text = Encoding.UTF8.GetBytes(string.Join('\n', last));
        var (kept, firstIsCut) = LogTails.Last(text, startsInside: false, lines, LogTail.BytesMax);
        return new LogOutput { Name = Name, Lines = kept, FirstIsCut = firstIsCut };
    }

    private static int Size(string line) => Encoding.UTF8.GetByteCount(line) + 1;
}
