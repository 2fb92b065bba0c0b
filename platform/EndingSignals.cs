using System.Runtime.InteropServices;

namespace Holdfast.Platform;

/// <summary>SIGTERM, SIGINT and SIGQUIT ask a process to end in order; a token passes that on.</summary>
public sealed class EndingSignals : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _registrations;

    public EndingSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask),
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Ask),
    ];

    /// <summary>Is cancelled with the first of them.</summary>
    public CancellationToken Asked => _asked.Token;

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _asked.Dispose();
    }

    private void Ask(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _asked.Cancel();
    }
}
