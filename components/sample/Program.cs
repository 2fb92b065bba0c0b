using Holdfast.Platform;
using Holdfast.Sample;

using var ending = new EndingSignals();
using var signals = Signals.Heed(endsWithTerminal: false);

switch (args)
{
    case ["incr-sync", "--sink", var directory]:
        return await new IncrSync(new Surroundings(), directory, TimeProvider.System).RunAsync(ending.Asked);
    case ["store"]:
        return await new Store(new Surroundings(), TimeProvider.System).RunAsync(ending.Asked);
    default:
        await Console.Error.WriteLineAsync("usage: holdfast-sample incr-sync --sink DIR | holdfast-sample store");
        return 2;
}
