using Holdfast.Engine.Tables;
using Holdfast.Log.Files;
using Holdfast.Log.Reading;

namespace Holdfast.Log.Tests;

/// <summary>A folder, a clock that a test moves, tables and transactions by a seed, and what a reader of the log saw.</summary>
internal sealed class LogScene : IDisposable
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const string SharedMemory = "/dev/shm";

    private readonly TempDirectory _folder = new();
    private string? _memory;

    internal LogScene(int seed, Func<LogOptions, LogOptions>? change = null)
    {
        Data = new RandomData(seed);
        Tables = [.. Enumerable.Range(1, 3).Select(i => Data.Table((uint)i))];
        var options = new LogOptions { Folder = _folder.File("log"), SourceKind = "test", SystemId = "one", Time = Time };
        Options = change?.Invoke(options) ?? options;
    }

    internal ManualTime Time { get; } = new();

    internal RandomData Data { get; }

    internal IReadOnlyList<TableSchema> Tables { get; }

    internal LogOptions Options { get; set; }

    /// <summary>All transactions that were ever made, in order.</summary>
    internal List<TransactionPart> Made { get; } = [];

    /// <summary>Thousands of openings, each with its syncs, are quick where there is no disk.</summary>
    internal void UseMemory()
    {
        if (Directory.Exists(SharedMemory))
        {
            _memory = Directory.CreateDirectory(Path.Combine(SharedMemory, Path.GetFileName(_folder.Location))).FullName;
            Options = Options with { Folder = Path.Combine(_memory, "log") };
        }
    }

    /// <summary>The files as they are now go to another folder: whoever had them open is a process that died.</summary>
    internal void MoveOn()
    {
        var to = Options.Folder + "-next";
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(Options.Folder).Where(f => Path.GetFileName(f) != "LOCK"))
        {
            System.IO.File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        Options = Options with { Folder = to };
    }

    internal StoreLog Open(Disk? disk = null)
    {
        var opened = StoreLog.Open(Options, disk ?? Disk.Real);
        Assert.True(opened.IsDone, opened.Fault?.ToString());
        return opened.Value;
    }

    /// <summary>The log with the tables told.</summary>
    internal StoreLog OpenTold(Disk? disk = null)
    {
        var log = Open(disk);
        foreach (var table in Tables)
        {
            Assert.Null(log.Append(new SchemaEvent(table)));
        }

        return log;
    }

    internal TransactionPart Make(int changesMax = 6)
    {
        var part = Data.Transaction(new Position(1, (ulong)Made.Count + 1), Tables, changesMax);
        Made.Add(part);
        return part;
    }

    internal void Append(StoreLog log, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Null(log.Append(new TransactionEvent(Make())));
        }
    }

    /// <summary>One transaction in parts, of which the last one may be left out.</summary>
    internal List<TransactionPart> MakeParts(int parts, int changes = 4)
    {
        var position = new Position(1, (ulong)Made.Count + 1);
        var all = Enumerable.Range(0, parts).Select(i => Data.Part(position, [.. Enumerable.Range(0, changes)
            .Select(_ => Data.Change(Tables[Data.Random.Next(Tables.Count)]))]) with
        {
            IsFirst = i == 0,
            IsLast = i == parts - 1,
        }).ToList();
        Made.AddRange(all);
        return all;
    }

    internal string File(string name) => Path.Combine(Options.Folder, name);

    /// <summary>The files of the segments, oldest first.</summary>
    internal string[] Segments() => [.. Directory.GetFiles(Options.Folder, "*.seg").Order(StringComparer.Ordinal)];

    /// <summary>Everything that can be read now after a position; each row's table must have been told before.</summary>
    internal static List<TransactionPart> ReadAll(StoreLog log, Position? after = null)
    {
        var from = after ?? log.Range.After;
        var opened = log.OpenReader(from);
        Assert.True(opened.IsDone, opened.Fault?.ToString());
        using var reader = opened.Value;
        return Drain(reader, from);
    }

    internal static List<TransactionPart> Drain(LogReader reader, Position after)
    {
        var read = new List<TransactionPart>();
        var told = new HashSet<uint>();
        while (reader.TryNext() is { } block)
        {
            if (block.Kind == BlockKind.Schema)
            {
                told.Add(block.Schema.Id);
                continue;
            }

            foreach (var part in block.Transactions(after))
            {
                Assert.All(part.Read(), c => Assert.Contains(c.Table, told));
                read.Add(part with { Changes = part.Changes.ToArray() });
            }
        }

        AssertWhole(read);
        return read;
    }

    /// <summary>Nobody sees half of a transaction, and none twice.</summary>
    internal static void AssertWhole(IReadOnlyList<TransactionPart> read)
    {
        Position? open = null;
        var last = Position.Zero;
        foreach (var part in read)
        {
            Assert.Equal(part.IsFirst ? null : part.Position, open);
            Assert.True(part.Position > last, $"{part.Position} after {last}");
            (open, last) = part.IsLast ? ((Position?)null, part.Position) : (part.Position, last);
        }

        Assert.Null(open);
    }

    /// <summary>The parts that were read are those that were made, as far as they go.</summary>
    internal static void AssertSame(IEnumerable<TransactionPart> made, IEnumerable<TransactionPart> read) =>
        Assert.Equal(made.Select(Shown), read.Select(Shown));

    internal static string Shown(TransactionPart part) =>
        $"{part.Position} {part.CommitTime} {part.Origin} {part.SourceId} {part.IsFirst} {part.IsLast} {part.Count} "
        + Convert.ToHexString(part.Changes.Span);

    public void Dispose()
    {
        if (_memory is not null)
        {
            Directory.Delete(_memory, recursive: true);
        }

        _folder.Dispose();
    }
}
