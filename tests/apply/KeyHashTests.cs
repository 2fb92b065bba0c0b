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

    [Fact]
    public void A_number_has_one_hash_whatever_its_kind()
    {
        Same(w => w.Int64(5), w => w.UInt64(5), w => w.Float64(5), w => w.Float32(5), w => w.Decimal("5"), w => w.Decimal("5.00"),
            w => w.Bit(4, [0x50]));
        Same(w => w.Int64(0), w => w.Float64(-0.0), w => w.Decimal("-0.0"), w => w.Bool(false));
        Same(w => w.Float64(0.1), w => w.Float32(0.1f), w => w.Decimal("0.100"));
        Same(w => w.UInt64(ulong.MaxValue), w => w.Decimal("18446744073709551615"));
        Same(w => w.Float64(1e20), w => w.Decimal("100000000000000000000"));
        Same(w => w.Int64(long.MinValue), w => w.Decimal("-9223372036854775808"), w => w.Float64(-9223372036854775808.0));
        Same(w => w.Float64(double.NaN), w => w.Float32(float.NaN), w => w.Decimal("NaN"));
        Same(w => w.Float64(double.PositiveInfinity), w => w.Decimal("Infinity"));
        var large = Enumerable.Range(0, 1000).Select(i => Hash(w => w.Int64((1L << 60) + i))).Distinct().Count();
        Assert.Equal(1000, large);
    }

    [Fact]
    public void A_moment_has_one_hash_whatever_its_kind()
    {
        Same(w => w.Date(Day.Of(2024, 2, 29)), w => w.DateTime(Day.Of(2024, 2, 29), 0), w => w.Instant(1_709_164_800_000_000));
        Same(w => w.DateTime(Day.Of(1969, 12, 31), 86_399_999_999), w => w.Instant(-1));
        Same(w => w.Date(Day.Infinity), w => w.Instant(long.MaxValue));
        Same(w => w.Instant(long.MaxValue - 1), w => w.Instant(long.MaxValue - 1));
        Assert.NotEqual(Hash(w => w.Instant(0)), Hash(w => w.Instant(1)));
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
