using Holdfast.Rules.Apply.Keys;

namespace Holdfast.Apply.Tests;

public sealed class KeyHashTests
{
    public static TheoryData<string, string> Alike => new()
    {
        { "a", "A" }, { "a", "ä" }, { "Ä", "A" }, { "a", "a  " }, { "a", "a\u0301" }, { "straße", "STRASSE" }, { "æ", "AE" },
            { "œuvre", "OEUVRE" },
        { "Ａ", "a" }, { "が", "カ" }, { "ς", "Σ" }, { "Ё", "е" }, { "\U0001F363", "\U0001F37A" }, { "a\u200B", "a" }, { "ệ", "E" },
            { "ø", "O" },
        { "", "  " }, { "ı", "I" }, { "\u00A0", " " }, { "K", "k" },
    };

    public static TheoryData<string, string> Unlike => new()
    {
        { "a", "b" }, { "a", "aa" }, { "a", " a" }, { "ab", "ba" }, { "日本", "日本語" }, { "日", "本" }, { "11", "1" }, { "", "a" },
            { "aaaa", "aaa" },
        { "Ж", "З" }, { "a b", "ab" },
    };

    [Theory]
    [MemberData(nameof(Alike))]
    public void Texts_that_some_sink_takes_for_equal_have_one_hash(string a, string b) =>
        Assert.Equal(Hash(w => w.Text(a)), Hash(w => w.Text(b)));

    [Theory]
    [MemberData(nameof(Unlike))]
    public void Texts_that_no_sink_takes_for_equal_have_different_hashes(string a, string b) =>
        Assert.NotEqual(Hash(w => w.Text(a)), Hash(w => w.Text(b)));

    /// <summary>Worked out by a second program: a kind's tag, then words, of a text its characters and their count, of bytes their
    /// length.</summary>
    [Fact]
    public void A_hash_is_the_same_on_each_machine()
    {
        Assert.Equal(0x2f9249f029405d49ul, Hash(w => w.Int64(5)));
        Assert.Equal(0x8befa2d1163d90e8ul, Hash(w => w.Int64(-1)));
        Assert.Equal(0x74d7ce2e066843e4ul, Hash(w => w.UInt64(ulong.MaxValue)));
        Assert.Equal(0x1e3c5f2e530c68bful, Hash(w => w.Float64(0.5)));
        Assert.Equal(0x19e2082f2abec1b0ul, Hash(w => w.Decimal("18446744073709551616")));
        Assert.Equal(0xd045a14dcf6822e8ul, Hash(w => w.Date(Day.Of(2024, 2, 29))));
        Assert.Equal(0x5f99a95c14a66b12ul, Hash(w => w.DateTime(Day.Of(2024, 2, 29), 7)));
        Assert.Equal(0x78a02e8621095efdul, Hash(w => w.Time(7)));
        Assert.Equal(0xaeea1e715d372d68ul, Hash(w => w.Text("a")));
        Assert.Equal(0x683189daebbc3f94ul, Hash(w => w.Bytes("a"u8)));
    }

    [Fact]
    public void Other_texts_are_texts()
    {
        Same(w => w.Text("a"), w => w.Json("a"), w => w.Enum("a"), w => w.Set("a"), w => w.Unknown("t", "a"));
        Same(w => w.Decimal("1-2"), w => w.Text("1-2"));
    }

    [Fact]
    public void A_number_has_one_hash_whatever_its_kind()
    {
        Same(w => w.Int64(5), w => w.UInt64(5), w => w.Float64(5), w => w.Float32(5), w => w.Decimal("5"), w => w.Decimal("5.00"),
            w => w.Bit(4, [0x50]));
        Same(w => w.Int64(0), w => w.Float64(-0.0), w => w.Decimal("-0.0"), w => w.Decimal("0"), w => w.Bool(false));
        Same(w => w.Int64(1), w => w.Bool(true), w => w.Bit(1, [0x80]));
        Same(w => w.Int64(100), w => w.Decimal("100"), w => w.Decimal("100.0"), w => w.Float64(100));
        Same(w => w.Int64(-7), w => w.Decimal("-7.00"), w => w.Float32(-7));
        Same(w => w.UInt64(2_561), w => w.Bit(12, [0xA0, 0x10]), w => w.Bit(16, [0x0A, 0x01]));
        Same(w => w.Float64(0.1), w => w.Float32(0.1f), w => w.Decimal("0.100"));
        Same(w => w.UInt64(ulong.MaxValue), w => w.Decimal("18446744073709551615"));
        Same(w => w.Int64(long.MaxValue), w => w.UInt64(long.MaxValue), w => w.Decimal("9223372036854775807"));
        Same(w => w.UInt64(1ul << 63), w => w.Float64(9223372036854775808.0), w => w.Decimal("9223372036854775808.0"));
        Same(w => w.Float64(1e20), w => w.Decimal("100000000000000000000"));
        Same(w => w.Int64(long.MinValue), w => w.Decimal("-9223372036854775808"), w => w.Float64(-9223372036854775808.0));
        Same(w => w.Float64(double.NaN), w => w.Float32(float.NaN), w => w.Decimal("NaN"),
            w => w.Float64(BitConverter.UInt64BitsToDouble(0x7FF8_0000_F000_0001)));
        Same(w => w.Float64(double.PositiveInfinity), w => w.Decimal("Infinity"));
        Differ(w => w.Int64(-1), w => w.UInt64(ulong.MaxValue), w => w.Int64(1), w => w.Float64(0.5),
            w => w.Decimal("18446744073709551616"), w => w.Decimal("18446744073709551617"), w => w.Decimal("-9223372036854775809"),
            w => w.Decimal("1.5"), w => w.Int64(10));
        var large = Enumerable.Range(0, 1000).Select(i => Hash(w => w.Int64((1L << 60) + i))).Distinct().Count();
        Assert.Equal(1000, large);
    }

    [Fact]
    public void A_moment_has_one_hash_whatever_its_kind()
    {
        Same(w => w.Date(Day.Of(2024, 2, 29)), w => w.DateTime(Day.Of(2024, 2, 29), 0), w => w.Instant(1_709_164_800_000_000));
        Same(w => w.DateTime(Day.Of(1969, 12, 31), 86_399_999_999), w => w.Instant(-1));
        Same(w => w.Date(Day.Infinity), w => w.Instant(long.MaxValue));
        Same(w => w.Date(Day.MinusInfinity), w => w.Instant(long.MinValue));
        Differ(w => w.Instant(0), w => w.Instant(1), w => w.Instant(long.MaxValue - 1), w => w.Instant(long.MinValue + 1),
            w => w.Date(Day.Of(1970, 1, 2)), w => w.Time(0), w => w.Time(1));
    }

    /// <summary>Day after day through two spells of 400 years before the year 0 and three from it on.</summary>
    [Fact]
    public void Each_midnight_is_its_day()
    {
        var (year, month, day) = (-800, 1, 1);
        // 1970-01-01 is 719,528 days after 0000-01-01.
        for (var days = -719_528L - 2 * 146_097; year < 1200; days++)
        {
            var midnight = Hash(w => w.Instant(days * 86_400_000_000));
            Assert.True(midnight == Hash(w => w.Date(Day.Of(year, month, day))), $"{year}-{month}-{day}");
            var isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            var isLast = day == month switch { 2 => isLeap ? 29 : 28, 4 or 6 or 9 or 11 => 30, _ => 31 };
            (year, month, day) = (isLast && month == 12 ? year + 1 : year, isLast ? month % 12 + 1 : month, isLast ? 1 : day + 1);
        }
    }

    [Fact]
    public void What_is_not_there_is_no_key()
    {
        Assert.Throws<ArgumentException>(() => Hash(w => w.Null()));
        Assert.Throws<ArgumentException>(() => Hash(w => w.Absent()));
    }

    [Fact]
    public void Bytes_have_no_case_but_the_width_of_their_column_does_not_matter()
    {
        Same(w => w.Bytes([1, 2, 0, 0]), w => w.Bytes([1, 2]), w => w.Bytes([1, 2, 32]));
        Assert.NotEqual(Hash(w => w.Bytes("a"u8)), Hash(w => w.Bytes("A"u8)));
        Same(w => w.Uuid(new Guid("0f8fad5b-d9cb-469f-a165-70867728950e")), w => w.Text("0F8FAD5B-D9CB-469F-A165-70867728950E"));
    }

    [Fact]
    public void Every_value_of_every_kind_has_a_hash()
    {
        var data = new RandomData(1);
        foreach (var kind in RandomData.Kinds)
        {
            for (var i = 0; i < 50; i++)
            {
                Hash(w => data.Write(w, kind));
            }
        }
    }

    [Fact]
    public void Text_that_is_no_UTF_8_has_a_hash_as_well() => Same(w => w.Utf8([0xC3]), w => w.Utf8([0xFF]));

    private static void Same(params Action<RowWriter>[] values) => Assert.Single(values.Select(Hash).Distinct());

    private static void Differ(params Action<RowWriter>[] values) => Assert.Equal(values.Length, values.Select(Hash).Distinct().Count());

    private static ulong Hash(Action<RowWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        write(new RowWriter(bytes));
        var hash = new Hash64(1);
        foreach (var value in new Row(bytes.WrittenMemory))
        {
            KeyHash.Add(ref hash, value);
        }

        return hash.Value;
    }
}
