using Holdfast.FullVerification.Rules;

namespace Holdfast.Apply.Tests;

/// <summary>Values that the Incr-Sync writes into a column of another kind are the same to a comparison.</summary>
public sealed class TablePairTests
{
    private static readonly Guid Id = new("0198c3f2-7a10-7cc4-9d5e-0a1b2c3d4e5f");

    public static TheoryData<string, ValueKind, ValueKind> Pairs { get; } = new()
    {
        { "a UUID as text", ValueKind.Uuid, ValueKind.Text },
        { "JSON as text", ValueKind.Json, ValueKind.Text },
        { "a label as text", ValueKind.Enum, ValueKind.Text },
        { "labels as text", ValueKind.Set, ValueKind.Text },
        { "a number of the unsigned as a decimal", ValueKind.UInt64, ValueKind.Decimal },
        { "a number as a decimal", ValueKind.Int64, ValueKind.Decimal },
        { "a truth as a number", ValueKind.Bool, ValueKind.Int64 },
        { "a day as a moment", ValueKind.Date, ValueKind.DateTime },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_was_written_into_another_kind_is_equal_and_another_value_is_not(string what, ValueKind source, ValueKind sink)
    {
        var mapped = TableMapper.Map(Table(source), Table(sink), Mapping.Identity);
        Assert.True(mapped.Map is not null, what);
        var pair = new TablePair(mapped.Map!);
        byte[] Shared(ValueKind kind, int which, bool isSink) => pair.Shared(Row(kind, which, source), isSink).Bytes.ToArray();
        Assert.Equal(Shared(source, 1, isSink: false), Shared(sink, 1, isSink: true));
        Assert.NotEqual(Shared(source, 1, isSink: false), Shared(sink, 0, isSink: true));
    }

    [Fact]
    public void Zeros_at_the_end_of_a_fraction_are_no_difference_and_digits_are()
    {
        var pair = new TablePair(TableMapper.Map(Table(ValueKind.Decimal), Table(ValueKind.Decimal), Mapping.Identity).Map!);
        byte[] Of(string digits) => pair.Shared(Made(to => to.Decimal(digits)), isSink: false).Bytes.ToArray();
        Assert.Equal(Of("10"), Of("10.00"));
        Assert.Equal(Of("-0.5"), Of("-0.500"));
        Assert.NotEqual(Of("100"), Of("10.0"));
        Assert.NotEqual(Of("10.01"), Of("10.1"));
        Assert.NotEqual(Of("92233720368547758070"), Of("9223372036854775807"));
    }

    private static TableSchema Table(ValueKind kind) => new()
    {
        Id = 1, Schema = "s", Name = "t", Columns = [new Column { Name = "v", Kind = kind }],
    };

    private static Row Row(ValueKind kind, int which, ValueKind source) => Made(to =>
    {
        switch (kind)
        {
            case ValueKind.Uuid: to.Uuid(Uuid(which)); break;
            case ValueKind.Text: to.Text(source == ValueKind.Uuid ? $"{Uuid(which)}" : Text(source, which)); break;
            case ValueKind.Json: to.Json(Text(ValueKind.Json, which)); break;
            case ValueKind.Enum: to.Enum(Text(ValueKind.Enum, which)); break;
            case ValueKind.Set: to.Set(Text(ValueKind.Set, which)); break;
            case ValueKind.UInt64: to.UInt64((ulong)which); break;
            case ValueKind.Int64: to.Int64(which); break;
            case ValueKind.Bool: to.Bool(which == 1); break;
            case ValueKind.Decimal: to.Decimal($"{which}"); break;
            case ValueKind.Date: to.Date(Day(which)); break;
            case ValueKind.DateTime: to.DateTime(Day(which), 0); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    });

    private static string Text(ValueKind kind, int which) => $"{kind} {which}";

    private static Guid Uuid(int which) => which == 1 ? Id : Guid.Empty;

    private static Day Day(int which) => Engine.Values.Day.Of(2026, 11, 28 + which);

    private static Row Made(Action<RowWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        write(new RowWriter(bytes));
        return new Row(bytes.WrittenSpan.ToArray());
    }
}
