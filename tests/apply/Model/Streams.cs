using System.Runtime.CompilerServices;

namespace Holdfast.Apply.Tests.Model;

/// <summary>Streams as a Store shows them.</summary>
internal static class Streams
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>All tables, then what comes after a position; now and then it comes later than it is asked for.</summary>
    internal static async IAsyncEnumerable<SourceEvent> Of(
        IEnumerable<TransactionPart> parts, Position after = default, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        foreach (var table in World.All)
        {
            yield return new SchemaEvent(table);
        }

        foreach (var part in parts.Where(p => p.Position > after))
        {
            if (part.Position.Minor % 5 == 0)
            {
                await Task.Yield();
            }

            cancel.ThrowIfCancellationRequested();
            yield return new TransactionEvent(part);
        }
    }

    /// <summary>The events, and then nothing until the reader gives up.</summary>
    internal static async IAsyncEnumerable<SourceEvent> Endless(
        IEnumerable<SourceEvent> events, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        foreach (var each in events)
        {
            yield return each;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
    }

    /// <summary>Each seventh transaction comes in parts of one change.</summary>
    internal static IEnumerable<TransactionPart> InParts(IEnumerable<TransactionPart> stream, Habits habits) =>
        stream.SelectMany((t, i) => i % 7 == 3 && t.Count > 1 && !habits.IsDeferred ? Cut(t) : [t]);

    internal static IEnumerable<TransactionPart> Cut(TransactionPart whole)
    {
        var changes = whole.Read().ToList();
        for (var i = 0; i < changes.Count; i++)
        {
            var bytes = new ArrayBufferWriter<byte>();
            ChangeCodec.Write(bytes, changes[i]);
            yield return whole with { Count = 1, Changes = bytes.WrittenMemory, IsFirst = i == 0, IsLast = i == changes.Count - 1 };
        }
    }

    /// <summary>The rows of the source, with the sink's columns.</summary>
    internal static Tables Model(RandomSource source)
    {
        var model = new Tables();
        foreach (var table in World.All)
        {
            model.Rows(table).AddRange(source.Rows(table).Select(r => table == World.Account ? [7L, .. r] : r));
        }

        return model;
    }
}
