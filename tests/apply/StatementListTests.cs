namespace Holdfast.Apply.Tests;

public sealed class StatementListTests
{
    private static readonly TableMap Word = World.Maps[World.Word.Id];

    private static readonly TableMap Person = World.Maps[World.Person.Id];

    private static readonly TableMap Entry = World.Maps[World.Entry.Id];

    private readonly StatementList _list = new(GroupLimits.Default with { Rows = 3, Bytes = 1000 });

    [Fact]
    public void Rows_of_one_table_mode_and_set_of_columns_are_one_statement()
    {
        _list.Insert(Word, Cells.Row("a", 1), default);
        _list.Insert(Person, Of(1, "n"), default);
        _list.Delete(Word, Cells.Row("b", 1), default);
        _list.Insert(Word, Cells.Row("c", 1), default);
        _list.Insert(Word, Cells.Row("d", Cells.Absent), default);
        Shows("Upsert word a c: text count", "Insert person 1: id mail room seat note", "Delete word b: ", "Upsert word d: text");
    }

    [Fact]
    public void A_row_that_comes_is_told_from_one_that_changes()
    {
        _list.Insert(Word, Cells.Row("a", 1), default);
        _list.Update(Word, Cells.Row("b", 1), Cells.Row("b", 2), default);
        _list.Insert(Word, Cells.Row("c", 1), default);
        Shows("Upsert word a c: text count", "Upsert word b: text count");
        Assert.Equal([true, false], _list.Statements.Select(s => s.AreNew));
    }

    [Fact]
    public void A_row_that_changes_is_an_upsert_only_where_all_of_it_is_said_and_its_key_stays_and_is_the_only_one()
    {
        _list.Update(Word, Cells.Row("a", 1), Cells.Row("a", Cells.Absent), default);
        _list.Update(Word, Cells.Row("b", 1), Cells.Row("c", 1), default);
        _list.Update(Person, Of(1, "n"), Of(1, "o"), default);
        _list.Update(Person, Of(2, "n"), Cells.Row(2, Cells.Absent, Cells.Absent, Cells.Absent, "o"), default);
        // The first one writes nothing.
        Shows("Update word b: text count", "Update person 1: mail room seat note", "Update person 2: note");
    }

    [Fact]
    public void A_row_without_a_key_is_found_by_the_columns_that_are_said()
    {
        _list.Delete(Entry, Cells.Row("a", 1), default);
        _list.Delete(Entry, Cells.Row("b", Cells.Absent), default);
        _list.Delete(Entry, Cells.Row("c", 1), default);
        _list.End();
        Assert.Equal(["0 1: 2", "0: 1"], _list.Statements.Select(s => $"{string.Join(' ', s.Key)}: {s.Rows.Count}"));
        _list.Delete(Word, Cells.Row("d", Cells.Absent), default);
        _list.End();
        Assert.Equal([0], _list.Statements[^1].Key);
    }

    [Fact]
    public void An_order_is_made_by_an_end()
    {
        _list.Insert(Word, Cells.Row("a", 1), default);
        _list.End();
        _list.Insert(Word, Cells.Row("b", 1), default);
        Shows("Upsert word a: text count", "Upsert word b: text count");
    }

    [Fact]
    public void Statements_of_one_mode_may_go_on_while_the_others_end()
    {
        _list.Insert(Word, Cells.Row("a", 1), default);
        _list.Delete(Word, Cells.Row("b", 1), default);
        _list.EndUnless(WriteMode.Upsert);
        _list.Insert(Word, Cells.Row("c", 1), default);
        _list.Delete(Word, Cells.Row("d", 1), default);
        Shows("Delete word b: ", "Upsert word a c: text count", "Delete word d: ");
    }

    [Fact]
    public void All_but_the_statement_of_the_last_row_end_so_that_rows_stay_in_their_order()
    {
        foreach (var text in new[] { "a", "b" })
        {
            _list.Insert(Word, Cells.Row(text, 1), default);
            _list.EndOthers();
        }

        _list.Insert(Word, Cells.Row("c", Cells.Absent), default);
        _list.EndOthers();
        _list.Insert(Word, Cells.Row("d", 1), default);
        Shows("Upsert word a b: text count", "Upsert word c: text", "Upsert word d: text count");
    }

    [Fact]
    public void A_table_is_emptied_after_all_that_came_before()
    {
        _list.Insert(Word, Cells.Row("a", 1), default);
        _list.Truncate(Word);
        _list.Insert(Word, Cells.Row("b", 1), default);
        Shows("Upsert word a: text count", "Truncate word : ", "Upsert word b: text count");
    }

    [Fact]
    public void A_full_statement_is_followed_by_another_one()
    {
        foreach (var text in new[] { "a", "b", "c", "d" })
        {
            _list.Insert(Word, Cells.Row(text, 1), default);
        }

        _list.End();
        foreach (var length in new[] { 450, 450, 450 })
        {
            _list.Insert(Word, Cells.Row(new string('e', length), 1), default);
        }

        _list.End();
        Assert.Equal([3, 1, 2, 1], _list.Statements.Select(s => s.Rows.Count));
    }

    /// <summary>Both images of a row are its bytes.</summary>
    [Fact]
    public void A_change_counts_with_both_of_its_images()
    {
        var (before, after) = (Of(1, new string('n', 480)), Of(1, new string('o', 480)));
        Assert.InRange(before.Bytes.Length + after.Bytes.Length, 501, 1000);
        _list.Update(Person, before, after, default);
        _list.Update(Person, before, after, default);
        _list.End();
        Assert.Equal([1, 1], _list.Statements.Select(s => s.Rows.Count));
    }

    private static Row Of(int id, string note) => Cells.Row(id, $"m{id}", id, id, note);

    private void Shows(params string[] statements)
    {
        _list.End();
        Assert.Equal(statements, _list.Statements.Select(s => $"{s.Mode} {s.Table.Name} "
            + string.Join(' ', s.Rows.Select(r => Cells.Of(r.Before.IsNone ? r.After : r.Before)[0])) + ": "
            + string.Join(' ', s.Columns.Select(c => s.Table.Columns[c].Name))));
    }
}
