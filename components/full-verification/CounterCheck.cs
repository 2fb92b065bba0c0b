using Holdfast.Engine.Values;

namespace Holdfast.FullVerification;

/// <summary>
/// Transactions that number themselves: each number between the lowest and the highest one of a committed state is there once, whatever
/// the rows beside it say.
/// </summary>
internal static class CounterCheck
{
    private const int ExamplesMax = 10;

    /// <param name="sink">The side on which they are counted.</param>
    /// <param name="column"><c>schema.table.column</c>, of whole numbers.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null: there is no such column, or no number in it.</returns>
    internal static async Task<CounterReport?> Of(ComparedSide sink, string column, CancellationToken cancel)
    {
        var table = column.Split('.') is [var schema, var name, _]
            ? await sink.Catalog.Table(schema, name, cancel).ConfigureAwait(false) : null;
        var at = table?.IndexOf(column[(column.LastIndexOf('.') + 1)..]) ?? -1;
        if (table is null || at < 0)
        {
            return null;
        }

        var numbers = new List<long>();
        var values = new RowIndex();
        await foreach (var row in sink.Chunks.All(table, cancel).ConfigureAwait(false))
        {
            if (values.Of(row)[at] is { Kind: ValueKind.Int64 } number)
            {
                numbers.Add(number.AsInt64());
            }
        }

        return Count(numbers);
    }

    internal static CounterReport? Count(List<long> numbers)
    {
        if (numbers.Count == 0)
        {
            return null;
        }

        numbers.Sort();
        var (lost, doubled, examples) = (0L, 0L, new List<long>());
        for (var i = 1; i < numbers.Count; i++)
        {
            var step = numbers[i] - numbers[i - 1];
            (lost, doubled) = step == 0 ? (lost, doubled + 1) : (lost + step - 1, doubled);
            if (step != 1 && examples.Count < ExamplesMax)
            {
                examples.Add(step == 0 ? numbers[i] : numbers[i - 1] + 1);
            }
        }

        return new CounterReport(numbers[0], numbers[^1], lost, doubled, examples);
    }
}
