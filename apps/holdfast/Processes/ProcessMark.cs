using System.Runtime.InteropServices;

namespace Holdfast.App.Processes;

/// <summary>
/// A process beyond doubt: its id and when it started (clock ticks since boot, from /proc), so that a number that
/// another process got meanwhile is never taken for it.
/// </summary>
internal sealed partial record ProcessMark(int Pid, long StartTicks)
{
    private const int StartTicksField = 22;

    /// <summary>Null when no such process runs; one that ended and was not collected yet does not run.</summary>
    internal static ProcessMark? Of(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name in parentheses may hold anything; the fields count from after it, the state being the third.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : new ProcessMark(pid, long.Parse(fields[StartTicksField - 3], CultureInfo.InvariantCulture));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal bool Runs() => Of(Pid) == this;

    /// <summary>False when the process is gone already.</summary>
    internal bool Send(Signal signal) => Runs() && SendSignal(Pid, (int)signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}

/// <summary>Linux numbers.</summary>
internal enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Term = 15,
    Cont = 18,
    Stop = 19,
}
