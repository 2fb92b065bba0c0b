namespace Holdfast.Engines.Tests;

public sealed class TransactionTests
{
    [Fact]
    public void Transactions_are_read_as_they_were_written()
    {
        var data = new RandomData(3);
        var tables = Enumerable.Range(1, 4).Select(i => data.Table((uint)i)).ToList();
        var written = Enumerable.Range(1, 50).Select(i => data.Transaction(new Position(1, (ulong)i), tables)).ToList();
        written.Add(written[0] with { Ddl = new Ddl("ALTER TABLE t", "main.t"), Changes = default, Count = 0 });
        written.Add(written[0] with
        {
            Ddl = new Ddl("DROP TABLE \"t\"", "") { Engine = "mysql", Schema = "d\"b", Modes = 1UL << 40 }, Changes = default, Count = 0,
        });
        written.Add(written[0] with
        {
            Ddl = new Ddl("SELECT f()", "") { Engine = "postgres", Tables = ["a.b", "c.\"d"], WhyNot = "a function", Number = 3 },
            Changes = default, Count = 0, IsLast = false,
        });
        written.Add(written[0] with { IsFirst = true, IsLast = false });
        written.Add(written[0] with { IsFirst = false, IsLast = false });

        var read = TransactionCodec.Read(Bytes(written)).ToList();
        Assert.Equal(written.Count, read.Count);
        foreach (var (was, now) in written.Zip(read))
        {
            Assert.Equal(was with { Changes = default }, now with { Changes = default });
            Assert.True(was.Changes.Span.SequenceEqual(now.Changes.Span));
            Assert.Equal(was.Read().Select(Shown), now.Read().Select(Shown));
            var named = new HashSet<uint>();
            now.AddTables(named);
            Assert.Equal(now.Read().Select(c => c.Table).ToHashSet(), named);
        }
    }

    [Fact]
    public void Any_prefix_of_the_bytes_gives_whole_transactions_and_then_a_clear_end()
    {
        var data = new RandomData(4);
        var tables = new[] { data.Table(1), data.Table(2) };
        var all = Bytes([.. Enumerable.Range(1, 5).Select(i => data.Transaction(new Position(0, (ulong)i), tables))]);
        for (var size = 0; size < all.Length; size++)
        {
            var seen = new List<Position>();
            try
            {
                foreach (var part in TransactionCodec.Read(all[..size]))
                {
                    Assert.Equal(part.Count, part.Read().Count());
                    seen.Add(part.Position);
                }
            }
            catch (DamagedException)
            {
                // All that was whole before it has been seen.
            }

            Assert.Equal(Enumerable.Range(1, seen.Count).Select(i => new Position(0, (ulong)i)), seen);
            Assert.True(seen.Count < 5);
        }
    }

    [Fact]
    public void A_change_with_the_wrong_images_is_not_written()
    {
        var data = new RandomData(5);
        var row = data.Row(data.Table(1));
        var to = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentException>(() => ChangeCodec.Write(to, new Change(ChangeKind.Insert, 1, row, row)));
        Assert.Throws<ArgumentException>(() => ChangeCodec.Write(to, new Change(ChangeKind.Insert, 1, default, default)));
        Assert.Throws<ArgumentException>(() => ChangeCodec.Write(to, new Change(ChangeKind.Delete, 1, default, default)));
        Assert.Throws<ArgumentException>(() => ChangeCodec.Write(to, new Change(ChangeKind.Truncate, 1, row, default)));
        Assert.Equal(0, to.WrittenCount);
        ChangeCodec.Write(to, new Change(ChangeKind.Update, 1, default, row));
    }

    [Fact]
    public void A_flag_that_nobody_knows_is_not_passed_over()
    {
        var bytes = Bytes([new RandomData(6).Part(new Position(0, 1), [])]).ToArray();
        bytes[0] |= 128;
        var refused = Assert.Throws<DamagedException>(() => TransactionCodec.Read(bytes).ToList());
        Assert.Contains("newer", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_is_read_as_it_was_written_and_a_broken_one_is_refused()
    {
        var data = new RandomData(7);
        for (var i = 0; i < 50; i++)
        {
            var schema = data.Table((uint)i);
            var read = SchemaCodec.Read(SchemaCodec.Write(schema));
            Assert.True(schema.HasShapeOf(read) && schema.Id == read.Id);
        }

        Assert.Throws<DamagedException>(() => SchemaCodec.Read("{}"u8));
        Assert.Throws<DamagedException>(() => SchemaCodec.Read("""{"id":1,"schema":"a","name":"b","columns":[]}"""u8));
        Assert.Throws<DamagedException>(() => SchemaCodec.Read(
            """{"id":1,"schema":"a","name":"b","columns":[{"name":"c","kind":"Int64"}],"keys":[{"name":"k","columns":[1]}]}"""u8));
    }

    [Fact]
    public void Positions_have_the_order_of_the_commits_and_come_back_from_their_text()
    {
        Position[] order = [Position.Zero, new(0, 1), new(0, ulong.MaxValue), new(1, 0), Position.Max];
        Assert.Equal(order, order.Reverse().Order());
        Assert.All(order, p => Assert.True(Position.TryParse(p.ToString(), out var read) && read == p));
        Assert.All(["", "1", "/", "1/", "x/1", "1/2/3", " 1/2", "-1/2"], t => Assert.False(Position.TryParse(t, out _)));
    }

    [Fact]
    public void A_filter_knows_tables_by_pattern_and_transactions_by_mark()
    {
        var filter = new StreamFilter { Tables = ["shop.*", "log_*.entry"], OriginsLeftOut = ["b/back"] };
        Assert.True(filter.Wants("shop", "orders") && filter.Wants("log_1", "entry"));
        Assert.False(filter.Wants("shop2", "orders") || filter.Wants("log_1", "entries") || filter.Wants("Shop", "orders"));
        Assert.True(filter.WantsOrigin(null) && filter.WantsOrigin("a/x") && !filter.WantsOrigin("b/back"));
        Assert.True(StreamFilter.None.Wants("any", "thing") && StreamFilter.None.IsNone && !filter.IsNone);
    }

    private static ReadOnlyMemory<byte> Bytes(IReadOnlyList<TransactionPart> parts)
    {
        var to = new ArrayBufferWriter<byte>();
        foreach (var part in parts)
        {
            TransactionCodec.Write(to, part);
        }

        return to.WrittenMemory;
    }

    private static string Shown(Change change) =>
        $"{change.Kind} {change.Table} {Convert.ToHexString(change.Before.Bytes.Span)} {Convert.ToHexString(change.After.Bytes.Span)}";
}
