using System.Buffers;
using Holdfast.Engine;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Engine.Values;

namespace Holdfast.Tests;

/// <summary>Tables, rows and transactions drawn from a seed, with the values that have hurt others in them.</summary>
internal sealed class RandomData(int seed)
{
    private static readonly string[] Texts =
        ["", " ", "a", "A", "ä", "a ", "'", "\"", "\\", "\0", "𝄞", "null", "NULL", "日本語", "\r\n", new('x', 300)];

    private static readonly ValueKind[] ColumnKinds =
        [.. Enum.GetValues<ValueKind>().Where(k => k is not (ValueKind.Absent or ValueKind.Null))];

    internal Random Random { get; } = new(seed);

    /// <summary>Every kind that a column can have.</summary>
    internal static IReadOnlyList<ValueKind> Kinds => ColumnKinds;

    internal TableSchema Table(uint id, int columnsMax = 8)
    {
        var columns = Enumerable.Range(0, Random.Next(1, columnsMax + 1)).Select(i => new Column
        {
            Name = $"c{i.ToString(CultureInfo.InvariantCulture)}",
            Kind = ColumnKinds[Random.Next(ColumnKinds.Length)],
            Type = Random.Next(2) == 0 ? "" : "varchar(20)",
            IsNullable = i > 0,
        }).ToList();
        return new TableSchema
        {
            Id = id,
            Schema = "main",
            Name = $"t{id.ToString(CultureInfo.InvariantCulture)}",
            Columns = columns,
            Keys = Random.Next(4) == 0 ? [] : [new UniqueKey { Name = "pk", Columns = [0], IsPrimary = true }],
        };
    }

    internal Row Row(TableSchema table)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(bytes);
        foreach (var column in table.Columns)
        {
            switch (Random.Next(10))
            {
                case 0 when column.IsNullable: writer.Null(); break;
                case 1 when column.IsNullable: writer.Absent(); break;
                default: Write(writer, column.Kind); break;
            }
        }

        return new Row(bytes.WrittenMemory);
    }

    internal Change Change(TableSchema table) => Random.Next(8) switch
    {
        0 => new Change(ChangeKind.Truncate, table.Id, default, default),
        1 or 2 => new Change(ChangeKind.Delete, table.Id, Row(table), default),
        3 or 4 => new Change(ChangeKind.Update, table.Id, Row(table), Row(table)),
        _ => new Change(ChangeKind.Insert, table.Id, default, Row(table)),
    };

    /// <summary>A whole transaction with some changes of these tables.</summary>
    internal TransactionPart Transaction(Position position, IReadOnlyList<TableSchema> tables, int changesMax = 6) =>
        Part(position, [.. Enumerable.Range(0, Random.Next(changesMax + 1)).Select(_ => Change(tables[Random.Next(tables.Count)]))]);

    internal TransactionPart Part(Position position, IReadOnlyList<Change> changes)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var change in changes)
        {
            ChangeCodec.Write(bytes, change);
        }

        return new TransactionPart
        {
            Position = position,
            CommitTime = 1_700_000_000_000_000 + (long)position.Minor * 1000,
            Origin = Random.Next(3) == 0 ? "node/" + Random.Next(3).ToString(CultureInfo.InvariantCulture) : null,
            SourceId = Random.Next(3) == 0 ? $"0-1-{position.Minor.ToString(CultureInfo.InvariantCulture)}" : null,
            Barrier = Random.Next(10) == 0 ? (ulong)Random.Next() : null,
            Changes = bytes.WrittenMemory,
            Count = changes.Count,
        };
    }

    internal void Write(RowWriter writer, ValueKind kind)
    {
        switch (kind)
        {
            case ValueKind.Absent: writer.Absent(); break;
            case ValueKind.Null: writer.Null(); break;
            case ValueKind.Bool: writer.Bool(Random.Next(2) == 0); break;
            case ValueKind.Int64: writer.Int64(Whole()); break;
            case ValueKind.UInt64: writer.UInt64((ulong)Whole()); break;
            case ValueKind.Float32: writer.Float32(Pick(0f, -0f, 1.5f, float.NaN, float.PositiveInfinity, float.Epsilon)); break;
            case ValueKind.Float64: writer.Float64(Pick(0, -0d, 0.1, double.NaN, double.NegativeInfinity, double.MaxValue)); break;
            case ValueKind.Decimal: writer.Decimal(Pick("0", "-12.340", "NaN", "Infinity", new string('9', 65), "0.000")); break;
            case ValueKind.Text: writer.Text(Text()); break;
            case ValueKind.Bytes: writer.Bytes(Bytes()); break;
            case ValueKind.Date: writer.Date(AnyDay()); break;
            case ValueKind.Time: writer.Time(Pick(0L, 86_400_000_000, -3_020_399_000_000, 1)); break;
            case ValueKind.DateTime: writer.DateTime(AnyDay(), Random.NextInt64(86_400_000_000)); break;
            case ValueKind.Instant: writer.Instant(Pick(0L, long.MinValue, long.MaxValue, 1_700_000_000_123_456)); break;
            case ValueKind.Uuid: writer.Uuid(new Guid(Enumerable.Range(0, 16).Select(_ => (byte)Random.Next(256)).ToArray())); break;
            case ValueKind.Json: writer.Json(Pick("{}", "{\"b\":1,\"a\":1e400}", "null", "\"\"")); break;
            case ValueKind.Bit: writer.Bit(9, [0x80, 0x80]); break;
            case ValueKind.Enum: writer.Enum(Pick("red", "", "grün")); break;
            case ValueKind.Set: writer.Set(Pick("", "a", "a,b")); break;
            case ValueKind.Geometry: writer.Geometry(Pick(0u, 4326u), Bytes()); break;
            case ValueKind.Array: WriteArray(writer); break;
            case ValueKind.Unknown: writer.Unknown("tsvector", Text()); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }

    internal string Text() => Texts[Random.Next(Texts.Length)];

    internal T Pick<T>(params ReadOnlySpan<T> of) => of[Random.Next(of.Length)];

    private long Whole() => Pick(0, 1, -1, long.MaxValue, long.MinValue, int.MaxValue, Random.NextInt64());

    private Day AnyDay() => Pick(
        Day.Infinity, Day.MinusInfinity, Day.Of(0, 0, 0), Day.Of(2024, 2, 29), Day.Of(-4712, 1, 1), Day.Of(9999, 12, 31));

    private byte[] Bytes()
    {
        var bytes = new byte[Random.Next(20)];
        Random.NextBytes(bytes);
        return bytes;
    }

    private void WriteArray(RowWriter writer)
    {
        var elements = new ArrayBufferWriter<byte>();
        var each = new RowWriter(elements);
        each.Int64(1);
        each.Null();
        each.Text(Text());
        each.Int64(-5);
        writer.Array(Random.Next(2) == 0 ? [(4, 1)] : [(2, 1), (2, 0)], elements.WrittenSpan);
    }
}
