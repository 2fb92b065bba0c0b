using System.Runtime.InteropServices;

namespace Holdfast.Platform;

/// <summary>
/// Signals that by default end a process at once, without a word: they are said, and otherwise ignored, for a host's components
/// must not end by a <c>kill -HUP</c> of habit. SIGTERM, SIGINT and SIGQUIT end the process in order; that is its own code.
/// </summary>
public sealed class Signals : IDisposable
{
    /// <summary>SIGHUP is 1 in <c>SigIgn</c> of /proc/self/status.</summary>
    private const ulong HangUpBit = 1;

    /// <summary>By the numbers of Linux; a runtime knows only those that have a name everywhere.</summary>
    private static readonly (PosixSignal Signal, string Name)[] Meaningless =
    [
        ((PosixSignal)10, "SIGUSR1"), ((PosixSignal)12, "SIGUSR2"), ((PosixSignal)14, "SIGALRM"), ((PosixSignal)26, "SIGVTALRM"),
        ((PosixSignal)27, "SIGPROF"), ((PosixSignal)29, "SIGIO"), ((PosixSignal)30, "SIGPWR"),
    ];

    private readonly List<PosixSignalRegistration> _registrations = [];
    private volatile Action<string> _say = text => Console.Error.WriteLine(text);
    private volatile Action? _end;

    private Signals(bool endsWithTerminal)
    {
        foreach (var (signal, name) in Meaningless)
        {
            Heed(signal, $"{name} means nothing here and is ignored; SIGTERM ends this process");
        }

        if (HangUpIsIgnored(File.ReadLines("/proc/self/status")))
        {
            return; // nohup: its user has decided
        }

        if (endsWithTerminal)
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp));
        }
        else
        {
            Heed(PosixSignal.SIGHUP, "SIGHUP is ignored: changed files of tokens and certificates are taken without it; "
                + "SIGTERM ends this process");
        }
    }

    /// <param name="endsWithTerminal">SIGHUP is as SIGTERM: somebody runs it in a terminal, which was closed.</param>
    public static Signals Heed(bool endsWithTerminal) => new(endsWithTerminal);

    /// <summary>From now on signals are said here, and a closed terminal ends the process so; until then it ends at once.</summary>
    public void Tell(Action<string> say, Action end) => (_say, _end) = (say, end);

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    internal static bool HangUpIsIgnored(IEnumerable<string> status) =>
        status.FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } ignored
        && ulong.TryParse(ignored["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits)
        && (bits & HangUpBit) != 0;

    private void Heed(PosixSignal signal, string text) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        _say(text);
    }));

    private void HangUp(PosixSignalContext context)
    {
        if (_end is not { } end)
        {
            return; // nothing runs yet
        }

        context.Cancel = true;
        // Printing to it from here on would fail: nobody reads that terminal any more.
        if (!Console.IsOutputRedirected)
        {
            Console.SetOut(TextWriter.Null);
        }

        if (!Console.IsErrorRedirected)
        {
            Console.SetError(TextWriter.Null);
        }

        _say("SIGHUP: the terminal is gone; everything ends as by SIGTERM");
        end();
    }
}
