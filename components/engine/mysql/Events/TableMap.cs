using Holdfast.Engine.MySql.Values;
using Holdfast.Engine.MySql.Wire;

namespace Holdfast.Engine.MySql.Events;

/// <summary>A column as a table map says it.</summary>
/// <param name="Type">With what hides in a type's metadata taken out.</param>
/// <param name="Meta">A length, or precision and scale, or bits.</param>
/// <param name="IsNullable">It may be NULL.</param>
internal sealed record MappedColumn(WireType Type, int Meta, bool IsNullable)
{
    /// <summary>Null: the log does not say.</summary>
    internal bool? IsUnsigned { get; set; }

    /// <summary>Number of the collation; null: the log does not say.</summary>
    internal int? Collation { get; set; }

    /// <summary>Null: the log does not say.</summary>
    internal string? Name { get; set; }

    /// <summary>Labels of an enumeration or a set; null: the log does not say.</summary>
    internal IReadOnlyList<byte[]>? Labels { get; set; }
}

/// <summary>
/// The table that the rows that follow are of, and how they are written. Its number holds until the next one of the number.
/// </summary>
internal sealed record TableMap(ulong Id, string Schema, string Name, IReadOnlyList<MappedColumn> Columns)
{
    private const int ColumnsMax = 4096;

    /// <summary>Indexes of the primary key's columns; null: there is none, or the log does not say.</summary>
    internal IReadOnlyList<int>? PrimaryKey { get; private set; }

    /// <summary>Each column has its name: nothing about the table has to be guessed.</summary>
    internal bool HasNames => Columns.All(c => c.Name is not null);

    /// <summary>Describes the same table, written the same way.</summary>
    internal bool IsLike(TableMap other) => Schema == other.Schema && Name == other.Name && Columns.Count == other.Columns.Count
        && Columns.Zip(other.Columns).All(p => p.First.Type == p.Second.Type && p.First.Meta == p.Second.Meta
            && p.First.IsNullable == p.Second.IsNullable && p.First.Name == p.Second.Name && p.First.IsUnsigned == p.Second.IsUnsigned
            && p.First.Collation == p.Second.Collation && AreSame(p.First.Labels, p.Second.Labels))
        && (PrimaryKey ?? []).SequenceEqual(other.PrimaryKey ?? []);

    /// <exception cref="DamagedException">The bytes are no table map.</exception>
    internal static TableMap Parse(BinlogEvent from, int postHeader)
    {
        var reader = from.Read();
        var id = reader.LittleEndian(postHeader == 6 ? 4 : 6);
        reader.Take(2);
        var schema = NameAt(ref reader);
        var table = NameAt(ref reader);
        var count = reader.LengthEncoded();
        if (count is 0 or > ColumnsMax)
        {
            throw new DamagedException($"table {schema}.{table} is said to have {count} columns");
        }

        var types = reader.Take((int)count);
        var metas = new ByteReader(reader.LengthEncodedBytes());
        var nulls = reader.Take(((int)count + 7) / 8);
        var columns = new MappedColumn[(int)count];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = Column((WireType)types[i], ref metas, (nulls[i / 8] >> i % 8 & 1) != 0);
        }

        if (!metas.IsEmpty)
        {
            throw new DamagedException($"{metas.Left} bytes stand behind the types of {schema}.{table}");
        }

        var map = new TableMap(id, schema, table, columns);
        while (!reader.IsEmpty)
        {
            var kind = reader.Byte();
            map.Learn(kind, reader.LengthEncodedBytes());
        }

        return map;
    }

    private static string NameAt(ref ByteReader reader)
    {
        var name = Encoding.UTF8.GetString(reader.Take(reader.Byte()));
        reader.Take(1);
        return name;
    }

    private static MappedColumn Column(WireType type, ref ByteReader metas, bool isNullable)
    {
        switch (type)
        {
            case WireType.Float or WireType.Double or WireType.Blob or WireType.TinyBlob or WireType.MediumBlob or WireType.LongBlob
                or WireType.Json or WireType.Geometry or WireType.Timestamp2 or WireType.DateTime2 or WireType.Time2 or WireType.Vector
                or WireType.CompressedBlob:
                return new MappedColumn(type, metas.Byte(), isNullable);
            case WireType.VarChar or WireType.CompressedVarChar:
                return new MappedColumn(type, metas.UInt16(), isNullable);
            case WireType.Bit:
                var (rest, whole) = (metas.Byte(), metas.Byte());
                return new MappedColumn(type, whole * 8 + rest, isNullable);
            case WireType.NewDecimal:
                return new MappedColumn(type, metas.Byte() << 8 | metas.Byte(), isNullable);
            case WireType.String or WireType.VarString or WireType.Enum or WireType.Set:
                return Hidden(metas.Byte(), metas.Byte(), isNullable);
            case WireType.Tiny or WireType.Short or WireType.Long or WireType.LongLong or WireType.Int24 or WireType.Timestamp
                or WireType.Date or WireType.Time or WireType.DateTime or WireType.Year or WireType.NewDate or WireType.Null:
                return new MappedColumn(type, 0, isNullable);
            default:
                throw new DamagedException($"there is a column of type {(byte)type}, which is not known");
        }
    }

    /// <summary>Enumerations and sets are written as strings, and lengths above 255 borrow two bits of the type.</summary>
    private static MappedColumn Hidden(byte first, byte second, bool isNullable) => (WireType)first switch
    {
        WireType.Enum or WireType.Set => new MappedColumn((WireType)first, second, isNullable),
        _ => new MappedColumn(WireType.String, second | ((first & 0x30) ^ 0x30) << 4, isNullable),
    };

    /// <summary>
    /// The fields that a server adds with <c>binlog_row_metadata</c>; kinds that a newer one may have tell nothing of values.
    /// </summary>
    private void Learn(byte kind, ReadOnlySpan<byte> said)
    {
        var reader = new ByteReader(said);
        switch (kind)
        {
            case 1:
                Signs(said);
                break;
            case 2 or 10:
                var isLabels = kind == 10;
                var usual = (int)reader.LengthEncoded();
                var of = Columns.Where(c => HasCharset(c, isLabels)).ToList();
                of.ForEach(c => c.Collation = usual);
                while (!reader.IsEmpty)
                {
                    var (at, collation) = (reader.LengthEncoded(), (int)reader.LengthEncoded());
                    (at < (ulong)of.Count ? of[(int)at] : throw Beyond(at)).Collation = collation;
                }

                break;
            case 3 or 11:
                foreach (var column in Columns.Where(c => HasCharset(c, kind == 11)))
                {
                    column.Collation = (int)reader.LengthEncoded();
                }

                break;
            case 4:
                foreach (var column in Columns)
                {
                    column.Name = reader.LengthEncodedText();
                }

                break;
            case 5 or 6:
                foreach (var column in Columns.Where(c => c.Type == (kind == 5 ? WireType.Set : WireType.Enum)))
                {
                    column.Labels = Labels(ref reader);
                }

                break;
            case 8 or 9:
                var key = new List<int>();
                while (!reader.IsEmpty)
                {
                    var at = reader.LengthEncoded();
                    key.Add(at < (ulong)Columns.Count ? (int)at : throw Beyond(at));
                    _ = kind == 9 ? reader.LengthEncoded() : 0;
                }

                PrimaryKey = key;
                break;
        }
    }

    private DamagedException Beyond(ulong at) => new($"the map of {Schema}.{Name} speaks of column {at}, which it does not have");

    private void Signs(ReadOnlySpan<byte> bits)
    {
        var at = 0;
        foreach (var column in Columns.Where(c => IsNumber(c.Type)))
        {
            if (at / 8 >= bits.Length)
            {
                throw Beyond((ulong)at);
            }

            column.IsUnsigned = (bits[at / 8] & 0x80 >> at % 8) != 0;
            at++;
        }
    }

    private static List<byte[]> Labels(ref ByteReader reader)
    {
        var labels = new List<byte[]>();
        for (var left = reader.Count(); left > 0; left--)
        {
            labels.Add(reader.LengthEncodedBytes().ToArray());
        }

        return labels;
    }

    private static bool IsNumber(WireType type) => type is WireType.Tiny or WireType.Short or WireType.Int24 or WireType.Long
        or WireType.LongLong or WireType.NewDecimal or WireType.Float or WireType.Double;

    private static bool HasCharset(MappedColumn column, bool isLabels) => isLabels
        ? column.Type is WireType.Enum or WireType.Set
        : column.Type is WireType.String or WireType.VarString or WireType.VarChar or WireType.Blob or WireType.TinyBlob
            or WireType.MediumBlob or WireType.LongBlob or WireType.CompressedBlob or WireType.CompressedVarChar;

    private static bool AreSame(IReadOnlyList<byte[]>? a, IReadOnlyList<byte[]>? b) => a is null || b is null
        ? a is null && b is null
        : a.Count == b.Count && a.Zip(b).All(p => p.First.AsSpan().SequenceEqual(p.Second));
}
