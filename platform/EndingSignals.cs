using System.Runtime.InteropServices;

namespace Holdfast.Platform;

/// <summary>SIGTERM, SIGINT and SIGQUIT ask a process to end in order; a token passes that on.</summary>
public sealed class EndingSignals : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _first;

    public EndingSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask),
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Ask),
    ];

    /// <summary>Is cancelled with the first of them.</summary>
    public CancellationToken Asked => _asked.Token;

    /// <summary>
    /// The code of a process that did as it was asked, as a shell counts: 143 after SIGTERM. A supervisor that did not ask sees by it that
    /// somebody else did, and that the work was not over. 0: nobody has asked.
    /// </summary>
    public int ExitCode => Volatile.Read(ref _first);

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _asked.Dispose();
    }

    private void Ask(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Interlocked.CompareExchange(ref _first, 128 + NumberOf(signal.Signal), 0);
        _asked.Cancel();
    }

    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };
}
