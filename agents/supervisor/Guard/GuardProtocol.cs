using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Guard;

/// <summary>The guard's words (the protocol is described in agents/guard/guard.c).</summary>
internal abstract record GuardEvent
{
    public sealed record Started(long Run, int Pid, ulong StartTime, int Reaper, ulong ReaperStartTime) : GuardEvent;

    public sealed record Failed(long Run, int Errno) : GuardEvent
    {
        private const int TimedOut = 62;

        /// <summary>ETIME: the guard had no lease when it was asked to start.</summary>
        public bool HadNoLease => Errno == TimedOut;
    }

    public sealed record Exited(long Run, bool BySignal, int Number) : GuardEvent;

    public sealed record Pong(long Number) : GuardEvent;

    public sealed record Fenced : GuardEvent;

    public sealed record Remark(string Text) : GuardEvent;

    /// <summary>A line that is not understood is a remark: the guard never takes the supervisor down.</summary>
    public static GuardEvent Parse(string line)
    {
        var fields = line.Split(' ');
        return (fields[0], fields.Length) switch
        {
            ("started", 6) when TryNumber(fields[1], out var run) && TryNumber(fields[2], out var pid)
                && TryNumber(fields[3], out var start) && TryNumber(fields[4], out var reaper)
                && TryNumber(fields[5], out var reaperStart)
                => new Started(run, (int)pid, (ulong)start, (int)reaper, (ulong)reaperStart),
            ("failed", 3) when TryNumber(fields[1], out var run) && TryNumber(fields[2], out var errno)
                => new Failed(run, (int)errno),
            ("exited", 4) when TryNumber(fields[1], out var run) && TryNumber(fields[3], out var number)
                => new Exited(run, fields[2] == "signal", (int)number),
            ("pong", 2) when TryNumber(fields[1], out var number) => new Pong(number),
            ("fenced", 1) => new Fenced(),
            _ => new Remark(line),
        };
    }

    private static bool TryNumber(string field, out long number) =>
        long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>One start, as the guard is told.</summary>
internal sealed record GuardStart(
    long Run, string Directory, string Cgroup, IReadOnlyList<string> Environment, IReadOnlyList<string> Command);

/// <summary>Lines for the guard.</summary>
internal static class GuardLine
{
    /// <summary>Longest line that is sent; the guard would take eight times as much.</summary>
    public const int BytesMax = 128 * 1024;

    public const int FieldsMax = 4000;

    /// <summary>The user that components run as, said before any start.</summary>
    public static string User(ComponentUser user) => Invariant($"user {user.Uid} {user.Gid}");

    public static string Ping(long number) => Invariant($"ping {number}");

    public static string Stop(long run, TimeSpan grace) =>
        Invariant($"stop {run} {(long)grace.TotalMilliseconds}");

    public static string Lease(Lease lease) =>
        Invariant($"lease {lease.Until.Nanoseconds} {(long)lease.KillGrace.TotalMilliseconds}");

    /// <summary>A start; null when the command and its environment are too long for one line.</summary>
    public static string? Start(GuardStart start)
    {
        if (start.Environment.Count + start.Command.Count > FieldsMax || start.Command.Count == 0)
        {
            return null;
        }

        var line = new StringBuilder(Invariant($"start {start.Run}"));
        Append(line, [start.Directory, ComponentFolder.Stdout, ComponentFolder.Stderr, start.Cgroup]);
        line.Append(CultureInfo.InvariantCulture, $" {start.Environment.Count}");
        Append(line, start.Environment);
        Append(line, start.Command);
        return line.Length <= BytesMax ? line.ToString() : null;
    }

    private static void Append(StringBuilder line, IEnumerable<string> fields)
    {
        foreach (var field in fields)
        {
            line.Append(' ').Append(field.Length == 0 ? "%" : Uri.EscapeDataString(field));
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
