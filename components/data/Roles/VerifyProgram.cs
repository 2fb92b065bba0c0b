using Holdfast.Data.Config;
using Holdfast.Data.Databases;
using Holdfast.Engine.Transactions;
using Holdfast.FullVerification;

namespace Holdfast.Data.Roles;

/// <summary>
/// <c>holdfast-data verify</c>: compares a source with its sink once, also while both are written, and prints what it found as JSON.
/// No supervisor starts it; a person does, or <c>holdfast verify</c>.
/// </summary>
internal static class VerifyProgram
{
    /// <summary>Something differs, or not everything is certain.</summary>
    private const int NotEqual = 3;

    internal static async Task<int> Run(
        VerifyConfig config, Engines engines, TextWriter output, TimeProvider time, CancellationToken cancel)
    {
        var (store, sync) = (new StreamFilter { Tables = config.StoreTables }, new StreamFilter { Tables = config.Tables });
        await using var reading = await Engines.Compared(config.Source, "verify.source", cancel);
        var (read, written) = await Sides(config, reading, time, cancel);
        await using var copy = written;
        await using var source = Engines.Position(config.Source, time);
        var (sink, catalog) = await engines.Sink(config.Sink, time, cancel);
        await using var held = sink;
        await using var tables = catalog;
        var verifier = new Verifier(
            new ComparedSide(read.Catalog, read.Chunks), new ComparedSide(written.Catalog, written.Chunks),
            async token => (await source.Range(token)).Newest,
            async token => (await sink.Progress(config.Task, token))?.Low,
            new VerifyOptions
            {
                Task = config.Task,
                Wants = t => store.Wants(t.Schema, t.Name) && sync.Wants(t.Schema, t.Name),
                Counter = config.Counter,
                Limit = TimeSpan.FromSeconds(config.LimitSeconds),
            }, time);
        var report = await verifier.Run(cancel);
        await output.WriteLineAsync(JsonSerializer.Serialize(report, FindingsJson.Default.VerifyReport));
        return report.IsEqual ? 0 : NotEqual;
    }

    /// <summary>Rows beside rows; rows beside the events that a reader of committed messages has of them.</summary>
    private static async Task<(ComparedDatabase Read, ComparedDatabase Written)> Sides(
        VerifyConfig config, ComparedDatabase source, TimeProvider time, CancellationToken cancel)
    {
        if (config.Sink.Kind != KafkaEngine.Kind)
        {
            return (source, await Engines.Compared(config.Sink, "verify.sink", cancel));
        }

        var events = KafkaEngine.Compared(source.Catalog, config.Source.Kind, config.Sink);
        return (new ComparedDatabase(events, events.Rows(source.Chunks)), new ComparedDatabase(events, events.Events(time)));
    }
}
