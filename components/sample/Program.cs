using System.Runtime.InteropServices;
using Holdfast.Platform;
using Holdfast.Sample;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var onQuit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
using var signals = Signals.Heed(endsWithTerminal: false);

switch (args)
{
    case ["incr-sync", "--sink", var directory]:
        return await new IncrSync(new Surroundings(), directory, TimeProvider.System).RunAsync(stop.Token);
    case ["store"]:
        return await new Store(new Surroundings(), TimeProvider.System).RunAsync(stop.Token);
    default:
        await Console.Error.WriteLineAsync("usage: holdfast-sample incr-sync --sink DIR | holdfast-sample store");
        return 2;
}
