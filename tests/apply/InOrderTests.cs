using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.Apply.Tests;

/// <summary>Changes one by one: neighbours are one statement as long as their order cannot matter.</summary>
public sealed class InOrderTests
{
    private static readonly TableMap Person = World.Maps[World.Person.Id];

    private static readonly TableMap Entry = World.Maps[World.Entry.Id];

    private static readonly TableMap Parent = World.Maps[World.Parent.Id];

    private static readonly TableMap Child = World.Maps[World.Child.Id];

    /// <summary>A primary key, and a unique index over an expression: nobody can tell which rows meet there.</summary>
    private static readonly TableMap Loose = Same(World.Table(20, "loose", ["id", "count"], [0], [[1]]) with
    {
        Keys = [World.Key(0, [0], primary: true), World.Key(1, [1], primary: false) with { IsInexact = true }],
    });

    /// <summary>Unique where it is not NULL, and no other key: no key finds a row.</summary>
    private static readonly TableMap Maybe = Same(World.Table(21, "maybe", ["code", "count"], null, [[0]]));

    [Fact]
    public void Neighbours_that_touch_different_rows_are_one_statement_and_a_row_that_is_touched_again_begins_another()
    {
        Assert.Equal(["Update person 1,2"], Written(Update(Person, 1), Update(Person, 2)));
        Assert.Equal(["Update person 1", "Update person 1"], Written(Update(Person, 1), Update(Person, 1)));
        Assert.Equal(["Insert person 1,2"], Written(Insert(Person, 1), Insert(Person, 2)));
        Assert.Equal(["Delete person 1,2"], Written(Delete(Person, 1), Delete(Person, 2)));
    }

    [Fact]
    public void A_unique_value_that_one_row_gives_up_and_another_takes_keeps_its_order()
    {
        var frees = new SinkChange(Person, ChangeKind.Update, Cells.Row(1, "a", 1, 1, null), Cells.Row(1, "b", 1, 1, null), default);
        var takes = new SinkChange(Person, ChangeKind.Update, Cells.Row(2, "c", 2, 2, null), Cells.Row(2, "a", 2, 2, null), default);
        var other = new SinkChange(Person, ChangeKind.Update, Cells.Row(2, "c", 2, 2, null), Cells.Row(2, "d", 2, 2, null), default);
        Assert.Equal(["Update person 1", "Update person 2"], Written(frees, takes));
        Assert.Equal(["Update person 1,2"], Written(frees, other));
    }

    [Fact]
    public void What_was_touched_before_a_change_of_another_kind_or_table_is_past()
    {
        Assert.Equal(["Update person 1", "Delete person 2", "Update person 3,1"],
            Written(Update(Person, 1), Delete(Person, 2), Update(Person, 3), Update(Person, 1)));
        Assert.Equal(["Upsert parent 1", "Upsert child 1", "Upsert parent 2,1"],
            Written(Update(Parent, 1), Update(Child, 1), Update(Parent, 2), Update(Parent, 1)));
    }

    [Fact]
    public void A_change_of_which_nobody_can_tell_what_it_touches_is_a_statement_of_its_own()
    {
        // It writes a unique value, and what that was before is not said.
        var untold = new SinkChange(
            Person, ChangeKind.Update, default, Cells.Row(2, "b", Cells.Absent, Cells.Absent, Cells.Absent), default);
        var told = new[] { 1, 3 }.Select(id => new SinkChange(Person, ChangeKind.Update,
            Cells.Row(id, "a" + id, null, null, null), Cells.Row(id, "c" + id, Cells.Absent, Cells.Absent, Cells.Absent), default))
            .ToList();
        Assert.Equal(["Update person 1", "Update person 2", "Update person 3"], Written(told[0], untold, told[1]));
        Assert.Equal(["Update person 1,3"], Written(told[0], told[1]));
    }

    /// <summary>An index over an expression, or over a part of the rows, may make two updates conflict that share no value.</summary>
    [Fact]
    public void Updates_are_alone_where_an_index_does_not_say_its_values_and_inserts_and_deletes_are_not()
    {
        foreach (var (table, insert) in new[] { (Loose, "Insert loose 1,2"), (Maybe, "Insert maybe 1,2") })
        {
            var name = table.Sink.Name;
            Assert.Equal([$"Update {name} 1", $"Update {name} 2"], Written(Update(table, 1), Update(table, 2)));
            Assert.Equal([insert], Written(Insert(table, 1), Insert(table, 2)));
            Assert.Equal([$"Delete {name} 1,2"], Written(Delete(table, 1), Delete(table, 2)));
        }
    }

    [Fact]
    public void Equal_rows_without_a_key_are_found_one_after_the_other_and_come_together()
    {
        Assert.Equal(["Insert entry 1,1"], Written(Insert(Entry, 1), Insert(Entry, 1)));
        Assert.Equal(["Delete entry 1", "Delete entry 1"], Written(Delete(Entry, 1), Delete(Entry, 1)));
        Assert.Equal(["Delete entry 1,2"], Written(Delete(Entry, 1), Delete(Entry, 2)));
        Assert.Equal(["Update entry 1,3"], Written(Moved(1, 2), Moved(3, 4)));
        // The second one finds the row that the first one makes.
        Assert.Equal(["Update entry 1", "Update entry 2"], Written(Moved(1, 2), Moved(2, 3)));
        // And the second one makes a row as the first one finds.
        Assert.Equal(["Update entry 1", "Update entry 3"], Written(Moved(1, 2), Moved(3, 1)));
    }

    [Fact]
    public void Emptying_a_table_is_between_what_came_before_and_after()
    {
        foreach (var table in new[] { Person, Entry })
        {
            var name = table.Sink.Name;
            Assert.Equal([$"Insert {name} 1", $"Truncate {name} ", $"Truncate {name} ", $"Insert {name} 1"],
                Written(Insert(table, 1), Emptied(table), Emptied(table), Insert(table, 1)));
        }
    }

    [Fact]
    public void A_row_that_nothing_names_is_refused()
    {
        Assert.Throws<DamagedException>(() => Written(new SinkChange(Entry, ChangeKind.Update, default, Cells.Row("a", 1), default)));
        Assert.Throws<DamagedException>(() => Written(new SinkChange(Person, ChangeKind.Delete, default, default, default)));
    }

    private static TableMap Same(Engine.Tables.TableSchema table) => TableMapper.Map(table, table, Mapping.Identity).Map!;

    private static SinkChange Insert(TableMap table, int id) => new(table, ChangeKind.Insert, default, Row(table, id, 0), default);

    private static SinkChange Update(TableMap table, int id) =>
        new(table, ChangeKind.Update, Row(table, id, 0), Row(table, id, 1), default);

    private static SinkChange Moved(int id, int to) => new(Entry, ChangeKind.Update, Row(Entry, id, 0), Row(Entry, to, 0), default);

    private static SinkChange Delete(TableMap table, int id) => new(table, ChangeKind.Delete, Row(table, id, 0), default, default);

    private static SinkChange Emptied(TableMap table) => new(table, ChangeKind.Truncate, default, default, default);

    /// <summary>Of its number and of how often it has changed; no unique value but the key's is of two rows.</summary>
    private static Engine.Values.Row Row(TableMap table, int id, int changed) =>
        Cells.Row([.. table.Sink.Columns.Select(c => (object?)(c.Name switch
        {
            "what" or "text" => $"{id}",
            "mail" or "name" => $"{c.Name} {id} {changed}",
            "note" => $"{changed}",
            "id" or "code" => id,
            _ => 10 * id + changed,
        }))]);

    /// <summary>Each statement with its table and the first value by which each of its rows is known.</summary>
    private static List<string> Written(params SinkChange[] changes)
    {
        var to = new StatementList(GroupLimits.Default);
        InOrder.Write(changes, new KeyReader(), to);
        return to.Statements.Select(s => $"{s.Mode} {s.Table.Name} "
            + string.Join(",", s.Rows.Select(r => Cells.Of(r.Before.IsNone ? r.After : r.Before)[0]))).ToList();
    }
}
