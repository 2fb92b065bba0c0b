using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Source;
using Holdfast.Engine.Postgres.Values;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>Rules of the engine that need no server.</summary>
public sealed class PostgresRuleTests
{
    [Fact]
    public void Sessions_of_two_lanes_have_two_names_however_long_their_tasks_names_are()
    {
        var name = new string('a', 60);
        Assert.Equal("holdfast lane 0 of orders", PostgresDatabase.NameOf("lane 0 of orders"));
        Assert.NotEqual(PostgresDatabase.NameOf($"lane 0 of {name}1"), PostgresDatabase.NameOf($"lane 0 of {name}2"));
        Assert.NotEqual(PostgresDatabase.NameOf("lane 0 of \u7532"), PostgresDatabase.NameOf("lane 0 of \u4e59"));
        Assert.True(PostgresDatabase.NameOf($"lane 0 of {name}\u7532").Length <= 63);
    }

    [Theory]
    [InlineData(100UL, 99UL, 200UL, true, null)]
    [InlineData(101UL, 100UL, 50UL, true, null)]
    [InlineData(101UL, 99UL, 50UL, false, null)]
    [InlineData(101UL, 99UL, 100UL, false, null)]
    [InlineData(101UL, 99UL, 101UL, false, "DP-164")]
    [InlineData(null, 99UL, 100UL, false, null)]
    [InlineData(null, 99UL, null, false, "DP-164")]
    public void A_reader_goes_on_by_its_own_slot_or_a_copy_of_the_past_and_never_over_a_gap(
        ulong? own, ulong after, ulong? retainer, bool mayUseOwn, string? code)
    {
        var choice = SlotRule.Of(new Position(1, after), Slot(own), Slot(retainer), 1);
        Assert.Equal((mayUseOwn, code), (choice.MayUseOwn, choice.Fault?.Code));

        static SlotState? Slot(ulong? confirmed) =>
            confirmed is null ? null : new SlotState("s", confirmed, "reserved", IsActive: false, 0, null);
    }

    [Fact]
    public void A_lost_slot_leads_nowhere_and_is_told_from_one_that_was_dropped()
    {
        var lost = new SlotState("s", 10, "lost", IsActive: false, 0, null);
        Assert.Equal("DP-163", SlotRule.Of(new Position(1, 99), lost, null, 1).Fault?.Code);
        Assert.Equal("DP-163", SlotRule.Of(new Position(1, 99), null, lost, 1).Fault?.Code);
        Assert.Null(SlotRule.Of(new Position(1, 99), lost, lost with { Status = "reserved" }, 1).Fault);
    }

    [Theory]
    [InlineData("st1", "holdfast_7_st1")]
    [InlineData("a_b_9", "holdfast_7_a_b_9")]
    public void A_plain_name_is_a_slot_s(string reader, string slot) => Assert.Equal(slot, CaptureNames.Slot(7, reader));

    [Fact]
    public void Other_names_become_slots_that_differ_and_are_allowed()
    {
        string[] readers = ["", "St1", "st-1", "st.1", "ST1", new('x', 200), new string('x', 200) + "y", "日本", "holdfast_7_st1", "st_1 "];
        var slots = readers.Select(r => CaptureNames.Slot(uint.MaxValue, r)).ToList();
        Assert.Equal(readers.Length, slots.Distinct(StringComparer.Ordinal).Count());
        Assert.All(slots, s => Assert.Matches("^[a-z0-9_]{1,63}$", s));
    }

    [Theory]
    [InlineData(0x2000018, 0x2000000)]
    [InlineData(0x2000028, 0x2000000)]
    [InlineData(0x2000020, 0x2000020)]
    [InlineData(0x2001FF8, 0x2001FF8)]
    public void The_end_of_the_log_behind_a_page_s_header_is_where_the_page_begins(ulong insert, ulong end) =>
        Assert.Equal(end, Lsn.End(insert));

    [Fact]
    public void Moments_in_bytes_are_those_in_text()
    {
        var random = new Random(12);
        var taken = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = Moments.WriteInstant(random.NextInt64(-210_866_803_200_000_000, 250_000_000_000_000_000)).ToCharArray();
            if (i % 3 == 0)
            {
                text[random.Next(text.Length)] = (char)random.Next('!', 'z');
            }

            var (all, bytes) = (new string(text), System.Text.Encoding.UTF8.GetBytes(text));
            if (Utf8Moments.TryInstant(bytes, out var at))
            {
                taken++;
                Assert.Equal(Moments.ReadInstant(all), at);
                Assert.True(Utf8Moments.TryDateTime(bytes.AsSpan()[..^3], out var day, out var clock));
                Assert.Equal(Moments.ReadDateTime(all.AsSpan()[..^3]), (day, clock));
            }
        }

        Assert.InRange(taken, 5_000, 19_000);
        Assert.True(Utf8Moments.TryDateTime("2024-02-29 23:59:58.5"u8, out _, out var half) && half % 1_000_000 == 500_000);
        Assert.False(Utf8Moments.TryDay("infinity"u8, out _) || Utf8Moments.TryDay("20240-01-1"u8, out _));
    }

    [Fact]
    public void Moments_are_read_as_they_are_written()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            // From 4713 BC to 294276, and the turns of years and eras.
            var microseconds = i % 10 == 0 ? random.NextInt64(-9, 9) * 400 * 365 * Moments.DayMicroseconds + random.Next(-2, 3)
                : random.NextInt64(-210_866_803_200_000_000, 9_223_371_331_200_000_000);
            Assert.Equal(microseconds, Moments.ReadInstant(Moments.WriteInstant(microseconds)));
        }

        Assert.Equal("0001-12-31 23:59:59.999999+00 BC", Moments.WriteInstant(Moments.ReadInstant("0001-01-01 00:00:00+00") - 1));
        Assert.Equal("1970-01-01 00:00:00.000000+00", Moments.WriteInstant(0));
        Assert.Equal(Day.Of(0, 2, 29), Moments.ReadDay("0001-02-29 BC"));
    }

    [Fact]
    public void Arrays_are_read_as_they_are_written()
    {
        string?[] elements = ["", "a", "NULL", null, "a\"b\\c", "{x,y}", " ", "\r\n", "𝄞"];
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(bytes);
        var random = new Random(7);
        var expected = Enumerable.Range(0, 12).Select(_ => elements[random.Next(elements.Length)]).ToList();
        foreach (var element in expected)
        {
            if (element is null)
            {
                writer.Null();
            }
            else
            {
                writer.Text(element);
            }
        }

        foreach (var dimensions in new (int, int)[][] { [(12, 1)], [(3, 1), (4, 1)], [(2, 0), (3, -5), (2, 7)] })
        {
            var text = ArrayText.Write(dimensions, new Row(bytes.WrittenMemory), v => v.AsText())!;
            var (read, values) = ArrayText.Read(text);
            Assert.Equal(dimensions, read);
            Assert.Equal(expected, values);
        }

        Assert.Empty(ArrayText.Read("{}").Dimensions);
        Assert.Throws<FormatException>(() => ArrayText.Read("{1,2"));
        Assert.Throws<FormatException>(() => ArrayText.Read("{1}x"));
    }

    [Fact]
    public void A_password_is_in_no_text_of_a_database()
    {
        var database = new PostgresDatabase { Host = "h", Database = "d", User = "u", Password = "secret" };
        Assert.Equal("u@h:5432/d", $"{database}");
        using var folder = new TempDirectory();
        File.WriteAllText(folder.File("password"), "first line\nsecond");
        var text = (database with { Password = null, PasswordFile = folder.File("password") }).ConnectionString("test");
        Assert.Contains("first line", text, StringComparison.Ordinal);
        Assert.DoesNotContain("second", text, StringComparison.Ordinal);
        var fault = Assert.Throws<Engine.Seams.SourceFaultException>(
            () => (database with { Password = null, PasswordFile = folder.File("none") }).ConnectionString("test")).Fault;
        Assert.Equal(("DP-150", true), (fault.Code, fault.IsPassing));
    }
}
