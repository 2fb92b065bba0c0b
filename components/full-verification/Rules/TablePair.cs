using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Values;
using Holdfast.Rules.Apply.Tables;

namespace Holdfast.FullVerification.Rules;

/// <summary>A table and the one that its rows go to, by the very map that the Incr-Sync writes by.</summary>
internal sealed class TablePair
{
    private readonly TableMap _map;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly RowIndex _values = new();

    internal TablePair(TableMap map)
    {
        _map = map;
        var (source, sink) = (Telling(map.Source), Telling(map.Sink));
        if (source is not null && sink is not null && sink.Select(c => map.From[c]).SequenceEqual(source))
        {
            (SourceKey, SinkKey) = (source, sink);
        }
    }

    internal TableSchema Source => _map.Source;

    internal TableSchema Sink => _map.Sink;

    /// <summary>The source's columns that tell rows apart; null: only all of them do.</summary>
    internal IReadOnlyList<int>? SourceKey { get; }

    /// <summary>Those columns at the sink.</summary>
    internal IReadOnlyList<int>? SinkKey { get; }

    /// <summary>The values of a row's key, as they are.</summary>
    internal Row KeyOf(Row row, bool isSink)
    {
        _values.Of(row);
        _bytes.ResetWrittenCount();
        foreach (var column in (isSink ? SinkKey : SourceKey)!)
        {
            new RowWriter(_bytes).Copy(_values[column]);
        }

        return new Row(_bytes.WrittenSpan.ToArray());
    }

    /// <summary>Both sides of a row, in the order of the sink's columns; equal rows have equal bytes.</summary>
    internal Row Shared(Row row, bool isSink)
    {
        _values.Of(row);
        _bytes.ResetWrittenCount();
        for (var i = 0; i < _map.From.Count; i++)
        {
            if (_map.From[i] >= 0)
            {
                Write(_values[isSink ? i : _map.From[i]]);
            }
        }

        return new Row(_bytes.WrittenSpan.ToArray());
    }

    /// <summary>Hash of a key: equal ones have equal numbers.</summary>
    internal UInt128 HashOfKey(Row key)
    {
        _bytes.ResetWrittenCount();
        foreach (var value in key)
        {
            Write(value);
        }

        return Hash(_bytes.WrittenSpan);
    }

    internal static UInt128 Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    /// <summary>Names a row for people: <c>id=5, lang='de'</c>.</summary>
    /// <param name="values">A key, or what both sides have of a row.</param>
    internal string Name(Row values)
    {
        var columns = SinkKey ?? [.. Enumerable.Range(0, _map.From.Count).Where(i => _map.From[i] >= 0)];
        var index = new RowIndex().Of(values);
        return string.Join(", ", columns.Take(index.Columns).Select((c, i) => $"{Sink.Columns[c].Name}={index[i].ToString()}"));
    }

    /// <summary>
    /// Writes a value so that it is the same whatever kind of column holds it, as far as the Incr-Sync writes one into the other. A number
    /// is the same as a whole, a decimal or a floating one; JSON, labels and UUIDs as text; a day as its beginning.
    /// </summary>
    private void Write(Value value)
    {
        var to = new RowWriter(_bytes);
        switch (value.Kind)
        {
            case ValueKind.Float64 when Whole(value.AsFloat64()) is { } whole:
                to.Int64(whole);
                break;
            case ValueKind.Float32 when Whole(value.AsFloat32()) is { } whole:
                to.Int64(whole);
                break;
            case ValueKind.Float32:
                to.Float64(value.AsFloat32());
                break;
            case ValueKind.UInt64 when value.AsUInt64() <= long.MaxValue:
                to.Int64((long)value.AsUInt64());
                break;
            case ValueKind.Bool:
                to.Int64(value.AsBool() ? 1 : 0);
                break;
            case ValueKind.Decimal:
                Digits(to, value.AsText());
                break;
            case ValueKind.UInt64:
                to.Decimal(value.AsUInt64().ToString(CultureInfo.InvariantCulture));
                break;
            case ValueKind.Json or ValueKind.Enum or ValueKind.Set:
                to.Utf8(value.Payload);
                break;
            case ValueKind.Unknown:
                to.Text(value.AsUnknown().Text);
                break;
            case ValueKind.Uuid:
                to.Text(value.AsUuid().ToString());
                break;
            case ValueKind.Date:
                to.DateTime(value.AsDate(), 0);
                break;
            default:
                to.Copy(value);
                break;
        }
    }

    /// <summary>Zeros at the end of a fraction say nothing.</summary>
    private static void Digits(RowWriter to, string digits)
    {
        var plain = digits.Contains('.', StringComparison.Ordinal) ? digits.TrimEnd('0').TrimEnd('.') : digits;
        if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            to.Int64(whole);
        }
        else
        {
            to.Decimal(plain);
        }
    }

    private static long? Whole(double number) => number is > -9.2e18 and < 9.2e18 && (long)number is var whole && whole == number
        ? whole : null;

    /// <summary>Columns of which no two rows have the same values, none of them NULL.</summary>
    private static IReadOnlyList<int>? Telling(TableSchema table)
    {
        var key = table.PrimaryKey ?? table.Keys.FirstOrDefault(k => !k.IsInexact && k.Columns.All(c => !table.Columns[c].IsNullable));
        return key is null || key.Columns.Any(c => table.Columns[c].IsNullable) ? null : key.Columns;
    }
}
