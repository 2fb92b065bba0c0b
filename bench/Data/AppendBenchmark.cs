using System.Buffers;
using Holdfast.Engine;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Engine.Values;
using Holdfast.Log;
using Holdfast.Log.Contract;

namespace Holdfast.Bench.Data;

/// <summary>
/// Measures how fast a Store's log takes rows and has them on the disk, beside <c>dd</c> with fdatasync in the same folder.
/// </summary>
internal static class AppendBenchmark
{
    private const int RowsOfTransaction = 1_000;
    private const int Transactions = 2_000;
    private const int Runs = 3;
    private const double GoalShare = 0.7;

    private static readonly TableSchema Table = new()
    {
        Id = 1,
        Schema = "main",
        Name = "sb",
        Columns =
        [
            new Column { Name = "id", Kind = ValueKind.Int64, IsNullable = false },
            new Column { Name = "k", Kind = ValueKind.Int64 },
            new Column { Name = "c", Kind = ValueKind.Text },
            new Column { Name = "pad", Kind = ValueKind.Text },
            new Column { Name = "d", Kind = ValueKind.Decimal },
            new Column { Name = "ts", Kind = ValueKind.Instant },
        ],
        Keys = [new UniqueKey { Name = "pk", Columns = [0], IsPrimary = true }],
    };

    internal static Task<bool> Run()
    {
        var shares = new List<double>();
        using (var first = new TempDirectory())
        {
            // A Store runs for months: what the first second of a process costs is no part of it.
            Append(first.File("log"));
        }

        for (var run = 0; run < Runs; run++)
        {
            using var folder = new TempDirectory();
            var (bytes, seconds, cpu) = Append(folder.File("log"));
            var dd = Dd(folder.File("dd"), bytes);
            var rows = (double)RowsOfTransaction * Transactions;
            shares.Add(dd / seconds);
            Print.Line($"run {run + 1}: {rows:#,0} rows, {bytes >> 20:#,0} MiB, all durable",
                $"{rows / seconds:#,0} rows/s, {bytes / seconds / (1 << 20):0} MiB/s, {cpu * 1e6 / rows:0.00} µs CPU a row");
            Print.Line("  dd bs=256K conv=fdatasync, as many bytes",
                $"{bytes / dd / (1 << 20):0} MiB/s; the log is {dd / seconds:0.00} of it");
            Print.Line("  read again by one, checked", $"{Read(folder.File("log"), bytes):0} MiB/s");
        }

        return Task.FromResult(Print.Goal($"median share of dd's rate in {Runs} runs", shares.Order().ElementAt(Runs / 2), "", GoalShare,
            atLeast: true));
    }

    private static (long Bytes, double Seconds, double Cpu) Append(string folder)
    {
        using var log = StoreLog.Open(OptionsOf(folder)).Value!;
        log.Append(new SchemaEvent(Table));
        var (changes, count) = Changes();
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        for (var i = 1ul; i <= Transactions; i++)
        {
            var part = new TransactionPart { Position = new Position(1, i), CommitTime = (long)i, Changes = changes, Count = count };
            if (log.Append(new TransactionEvent(part)) is { } fault)
            {
                throw new InvalidOperationException(fault.ToString());
            }
        }

        if (log.Flush() is { } last)
        {
            throw new InvalidOperationException(last.ToString());
        }

        return (log.Range.Bytes, clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private static double Read(string folder, long bytes)
    {
        using var log = StoreLog.Open(OptionsOf(folder)).Value!;
        using var reader = log.OpenReader(Position.Zero).Value!;
        var clock = Stopwatch.StartNew();
        while (reader.TryNext() is not null)
        {
        }

        return bytes / clock.Elapsed.TotalSeconds / (1 << 20);
    }

    private static double Dd(string file, long bytes)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo("dd",
            ["if=/dev/zero", $"of={file}", "bs=256K", $"count={bytes / (256 << 10)}", "conv=fdatasync", "status=none"])
        {
            UseShellExecute = false,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"dd: {process.ExitCode}");
    }

    private static LogOptions OptionsOf(string folder) => new() { Folder = folder, SourceKind = "bench", SystemId = "bench" };

    private static (ReadOnlyMemory<byte> Changes, int Count) Changes()
    {
        var random = new Random(1);
        var bytes = new ArrayBufferWriter<byte>();
        for (var i = 0; i < RowsOfTransaction; i++)
        {
            var row = new ArrayBufferWriter<byte>();
            var writer = new RowWriter(row);
            writer.Int64(i);
            writer.Int64(random.Next());
            writer.Text(Digits(random, 96));
            writer.Text(Digits(random, 34));
            writer.Decimal("1234567.89");
            writer.Instant(1_700_000_000_000_000 + i);
            ChangeCodec.Write(bytes, new Change(ChangeKind.Insert, Table.Id, default, new Row(row.WrittenMemory)));
        }

        return (bytes.WrittenMemory, RowsOfTransaction);
    }

    private static string Digits(Random random, int count) =>
        new([.. Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10)))]);
}
