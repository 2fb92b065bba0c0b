namespace Holdfast.Apply.Tests;

/// <summary>A row's name tells it from each other row of its transaction: by its ticket a row is left out, and no other may be.</summary>
public sealed class RowNameTests
{
    private static readonly Position At = new(0, 9);

    /// <summary>People keep tickets in configurations: printf '0/9\nmain.person\nid=2' | sha256sum | cut -c 1-16.</summary>
    [Fact]
    public void A_ticket_stays_what_it_is()
    {
        Assert.Equal("894a5ab327cc8b86", new RowName(At, "main.person", "id=2").Ticket);
        Assert.Equal(16, RowName.TicketDigits);
    }

    [Fact]
    public void A_row_that_moves_has_a_name_before_and_one_after()
    {
        var map = World.Maps[World.Person.Id];
        var (was, becomes) = (Cells.Row(2, "m", 2, 2, null), Cells.Row(5, "m", 2, 2, null));
        Assert.Equal(("id=2", "id=5"), Keys(ChangeKind.Update, was, becomes));
        Assert.Equal(("id=2", "id=2"), Keys(ChangeKind.Delete, was, default));
        Assert.Equal(("id=5", "id=5"), Keys(ChangeKind.Insert, default, becomes));
        SinkStatement Writes(Row before, Row after) => new(map.Sink, WriteMode.Update, [0], [1], [new SinkRow(before, after, At)]);
        Assert.Equal("id=2", Of(Writes(was, becomes)));
        Assert.Equal("id=5", Of(Writes(default, becomes)));
    }

    [Fact]
    public void A_row_without_a_key_is_named_by_all_that_it_holds_and_by_no_more()
    {
        var entry = World.Maps[World.Entry.Id];
        var change = new SinkChange(entry, ChangeKind.Insert, default, Cells.Row("a", 1), At);
        Assert.Equal("what='a', count=1", RowName.Of(change, after: true).Key);
        Assert.Equal("what='a'", Of(new SinkStatement(World.Entry, WriteMode.Delete, [0, 1], [],
            [new SinkRow(Cells.Row("a"), default, At)])));
    }

    [Theory]
    [InlineData(300, "")]
    [InlineData(301, "…")]
    public void A_sentence_has_the_first_300_characters_of_a_name(int length, string end) => Assert.Equal(
        $"main.t ({new string('k', 300)}{end}) of transaction 0/9", new RowName(At, "main.t", new string('k', length)).ToString());

    [Fact]
    public void A_text_of_64_bytes_is_shown_and_of_a_longer_one_the_beginning_with_a_number()
    {
        Assert.Equal($"k='{new string('a', 64)}'", Name(ValueKind.Text, w => w.Text(new string('a', 64))));
        var (x, y) = (Long('x'), Long('y'));
        Assert.StartsWith($"k='{new string('a', 64)}…' #", x, StringComparison.Ordinal);
        Assert.NotEqual(x, y);
        static string Long(char last) => Name(ValueKind.Text, w => w.Text(new string('a', 64) + last));
    }

    /// <summary>Of bytes no more than 32 are shown: without the number two keys of 33 would have one name, and one ticket.</summary>
    [Theory]
    [InlineData(ValueKind.Bytes, 0)]
    [InlineData(ValueKind.Bit, 2)]
    [InlineData(ValueKind.Geometry, 1)]
    [InlineData(ValueKind.Array, 5)]
    public void Bytes_that_differ_in_the_last_one_have_two_names(ValueKind kind, int head)
    {
        var most = 32 - head;
        string Of(int length, byte last) => Name(kind, w => Write(w, kind, [.. Enumerable.Repeat((byte)0x55, length - 1), last]));
        Assert.DoesNotContain('#', Of(most, 1));
        Assert.NotEqual(Of(most, 1), Of(most, 2));
        Assert.Contains(" #", Of(most + 1, 1), StringComparison.Ordinal);
        Assert.NotEqual(Of(most + 1, 1), Of(most + 1, 2));
    }

    [Fact]
    public void Texts_with_quotes_in_them_are_not_taken_for_two_others()
    {
        var table = World.Table(1, "pair", ["mail", "note"], [0, 1], []);
        string Of(string mail, string note) => RowName.Of(
            new SinkStatement(table, WriteMode.Insert, [0, 1], [], []), new SinkRow(default, Cells.Row(mail, note), At)).Key;
        Assert.Equal("mail='1', note='2'", Of("1", "2"));
        Assert.NotEqual(Of("1', note='2", "3"), Of("1", "2', note='3"));
    }

    private static string Of(SinkStatement statement) => RowName.Of(statement, statement.Rows[0]).Key;

    private static string Name(ValueKind kind, Action<RowWriter> write)
    {
        var table = new TableSchema
        {
            Id = 1, Schema = "main", Name = "t", Columns = [new Column { Name = "k", Kind = kind }],
            Keys = [World.Key(0, [0], primary: true)],
        };
        return RowName.Of(new SinkStatement(table, WriteMode.Insert, [0], [0], []),
            new SinkRow(default, new Row(Made(write)), At)).Key;
    }

    private static byte[] Made(Action<RowWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        write(new RowWriter(bytes));
        return bytes.WrittenSpan.ToArray();
    }

    private static void Write(RowWriter to, ValueKind kind, byte[] bytes)
    {
        switch (kind)
        {
            case ValueKind.Bytes: to.Bytes(bytes); break;
            case ValueKind.Bit: to.Bit(bytes.Length * 8, bytes); break;
            case ValueKind.Geometry: to.Geometry(0, bytes); break;
            default: to.Array([(1, 1)], Made(w => w.Bytes(bytes))); break;
        }
    }

    private static (string Before, string After) Keys(ChangeKind kind, Row before, Row after)
    {
        var change = new SinkChange(World.Maps[World.Person.Id], kind, before, after, At);
        return (RowName.Of(change, after: false).Key, RowName.Of(change, after: true).Key);
    }
}
