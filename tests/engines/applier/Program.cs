using Holdfast.Engine;
using Holdfast.Engine.Sqlite.Catalog;
using Holdfast.Engine.Sqlite.Sink;
using Holdfast.Engine.Sqlite.Source;
using Holdfast.Engines.Applier;

// SOURCE SINK EPOCH START: copies until it is killed; exit code 3: the sink knows a newer epoch.
if (args is not [var from, var to, var epoch, var start] || !Position.TryParse(start, out var position))
{
    Console.Error.WriteLine("usage: SOURCE SINK EPOCH START");
    return 2;
}

await using var source = new SqliteSource(from, "applier", TimeProvider.System);
await using var sink = await SqliteSink.Open(to, TimeProvider.System);
await using var tables = new SqliteCatalog(to);
var ended = await new Copier(source, sink, tables, "task").Run(
    position, null, long.Parse(epoch, System.Globalization.CultureInfo.InvariantCulture), CancellationToken.None);
Console.Error.WriteLine(ended);
return ended is Holdfast.Engine.Seams.Fenced ? 3 : 1;
