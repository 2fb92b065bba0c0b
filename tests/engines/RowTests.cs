namespace Holdfast.Engines.Tests;

public sealed class RowTests
{
    [Fact]
    public void A_value_is_read_as_it_was_written()
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(bytes);
        writer.Absent();
        writer.Null();
        writer.Bool(true);
        writer.Int64(long.MinValue);
        writer.UInt64(ulong.MaxValue);
        writer.Float32(float.NaN);
        writer.Float64(-0d);
        writer.Decimal("-12.340");
        writer.Text("𝄞\0");
        writer.Bytes([0, 255]);
        writer.Date(Day.Of(2024, 0, 0));
        writer.Time(86_400_000_000);
        writer.DateTime(Day.Infinity, 5);
        writer.Instant(long.MaxValue);
        writer.Uuid(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"));
        writer.Bit(9, [0x80, 0x80]);
        writer.Geometry(4326, [1, 2, 3]);
        writer.Unknown("tsvector", "'a'");

        var row = new RowIndex().Of(new Row(bytes.WrittenMemory));
        Assert.Equal(18, row.Columns);
        Assert.True(row[0].IsAbsent && !row[0].IsNull);
        Assert.True(row[1].IsNull && !row[1].IsAbsent);
        Assert.True(row[2].AsBool());
        Assert.Equal(long.MinValue, row[3].AsInt64());
        Assert.Equal(ulong.MaxValue, row[4].AsUInt64());
        Assert.True(float.IsNaN(row[5].AsFloat32()));
        Assert.True(double.IsNegative(row[6].AsFloat64()));
        Assert.Equal("-12.340", row[7].AsText());
        Assert.Equal("𝄞\0", row[8].AsText());
        Assert.Equal([0, 255], row[9].AsBytes().ToArray());
        Assert.Equal("2024-00-00", row[10].AsDate().ToString());
        Assert.Equal(86_400_000_000, row[11].AsTime());
        Assert.Equal((Day.Infinity, 0L), row[12].AsDateTime());
        Assert.Equal(long.MaxValue, row[13].AsInstant());
        Assert.Equal("00112233-4455-6677-8899-aabbccddeeff", row[14].AsUuid().ToString());
        var (count, bits) = row[15].AsBit();
        Assert.Equal((9, "8080"), (count, Convert.ToHexString(bits)));
        var (srid, wkb) = row[16].AsGeometry();
        Assert.Equal((4326u, "010203"), (srid, Convert.ToHexString(wkb)));
        Assert.Equal(("tsvector", "'a'"), row[17].AsUnknown());
    }

    /// <summary>Keys are compared as bytes, so a copy of a value has the same ones.</summary>
    [Fact]
    public void Every_kind_is_copied_byte_for_byte()
    {
        var data = new RandomData(1);
        for (var round = 0; round < 200; round++)
        {
            var table = data.Table(1);
            var row = data.Row(table);
            var copy = new ArrayBufferWriter<byte>();
            var columns = 0;
            foreach (var value in row)
            {
                new RowWriter(copy).Copy(value);
                Assert.NotEmpty(value.ToString());
                columns++;
            }

            Assert.Equal(table.Columns.Count, columns);
            Assert.True(row.Bytes.Span.SequenceEqual(copy.WrittenSpan));
        }
    }

    /// <summary>A row of which a part is cut off or changed is damaged, or is another row: it never ends the process.</summary>
    [Fact]
    public void A_row_of_which_bytes_are_missing_or_changed_is_refused_or_read_to_its_end()
    {
        var data = new RandomData(2);
        var refused = 0;
        for (var round = 0; round < 300; round++)
        {
            var bytes = data.Row(data.Table(1)).Bytes.ToArray();
            refused += ReadsToItsEnd(bytes.AsMemory(0, data.Random.Next(bytes.Length))) ? 0 : 1;
            bytes[data.Random.Next(bytes.Length)] = (byte)data.Random.Next(256);
            refused += ReadsToItsEnd(bytes) ? 0 : 1;
        }

        Assert.InRange(refused, 100, 600);
    }

    [Fact]
    public void An_array_that_promises_more_than_it_has_costs_no_memory()
    {
        // Kind, frame, one dimension of four thousand million elements.
        byte[] promise = [20, 7, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 2];
        Assert.Throws<DamagedException>(() => new RowIndex().Of(new Row(promise)));
    }

    [Fact]
    public void Days_are_in_the_order_of_the_calendar()
    {
        Day[] days = [Day.MinusInfinity, Day.Of(-1, 12, 31), Day.Of(0, 0, 0), Day.Of(1, 1, 1), Day.Of(2024, 2, 29), Day.Infinity];
        Assert.Equal(days, days.OrderBy(d => d.Packed));
        Assert.Equal((-1, 12, 31), (days[1].Year, days[1].Month, days[1].DayOfMonth));
        Assert.Throws<ArgumentOutOfRangeException>(() => Day.Of(2024, 13, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Day.Of(int.MinValue, 1, 1));
    }

    private static bool ReadsToItsEnd(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            foreach (var value in new Row(bytes))
            {
                Assert.NotNull(value.ToString());
            }

            return true;
        }
        catch (DamagedException)
        {
            return false;
        }
    }
}
