namespace Holdfast.Log.Tests;

/// <summary>
/// A process of its own that appends for ever, small and large transactions, and says which position is durable. What follows a
/// position is a function of the seed and the position, so whoever reads the log later knows what must be in it.
/// </summary>
internal static class EndlessWriter
{
    internal const string Command = "write-until-killed";

    internal static int Run(string folder, int seed)
    {
        var options = OptionsOf(folder);
        var opened = StoreLog.Open(options);
        if (!opened.IsDone)
        {
            Console.Error.WriteLine(opened.Fault.ToString());
            return 2;
        }

        var log = opened.Value;
        var tables = TablesOf(seed);
        foreach (var table in tables)
        {
            log.Append(new SchemaEvent(table));
        }

        var said = log.Durable;
        for (var next = log.Resume().Minor + 1; ; next++)
        {
            foreach (var part in TransactionOf(seed, next))
            {
                if (log.Append(new TransactionEvent(part)) is { } fault)
                {
                    Console.Error.WriteLine(fault.ToString());
                    return 2;
                }
            }

            if (log.Durable > said)
            {
                said = log.Durable;
                Console.Out.WriteLine(said.ToString());
            }
        }
    }

    internal static LogOptions OptionsOf(string folder) => new()
    {
        Folder = folder,
        SourceKind = "test",
        SystemId = "endless",
        SegmentBytes = 200_000,
        SpoolMemoryBytes = 20_000,
        KeepFor = TimeSpan.FromDays(10),
    };

    internal static IReadOnlyList<Engine.Tables.TableSchema> TablesOf(int seed)
    {
        var data = new RandomData(seed);
        return [.. Enumerable.Range(1, 3).Select(i => data.Table((uint)i))];
    }

    /// <summary>Every tenth one comes in parts.</summary>
    internal static List<Engine.Transactions.TransactionPart> TransactionOf(int seed, ulong number)
    {
        var data = new RandomData(unchecked(seed * 31 + (int)number));
        var tables = TablesOf(seed);
        var position = new Position(1, number);
        if (number % 10 != 0)
        {
            return [data.Transaction(position, tables)];
        }

        const int Parts = 40;
        return [.. Enumerable.Range(0, Parts).Select(i => data.Part(position,
            [.. Enumerable.Range(0, 10).Select(_ => data.Change(tables[data.Random.Next(tables.Count)]))]) with
        {
            IsFirst = i == 0,
            IsLast = i == Parts - 1,
        })];
    }
}
