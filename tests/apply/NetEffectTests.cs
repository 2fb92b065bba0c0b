using Holdfast.Rules.Apply.Lanes;

namespace Holdfast.Apply.Tests;

public sealed class NetEffectTests
{
    private static readonly GroupLimits Limits = GroupLimits.Default with { Rows = 7 };

    [Fact]
    public void A_group_has_the_effect_of_its_changes_one_by_one_whatever_the_source_s_habits() =>
        Seeds.Each(400, seed => Compare(seed, statements => statements));

    [Fact]
    public void Statements_in_another_order_are_noticed() =>
        Assert.NotEqual(0, Seeds.Failing(60, seed => Compare(seed, statements => [.. statements.Reverse()])));

    [Fact]
    public void A_statement_that_is_lost_is_noticed() =>
        Assert.NotEqual(0, Seeds.Failing(60, seed => Compare(seed, statements => [.. statements.Skip(1)])));

    [Fact]
    public void Insert_and_update_are_an_insert_and_with_a_delete_they_are_nothing()
    {
        var inserted = Change(ChangeKind.Insert, null, [1, "a", 5]);
        var updated = Change(ChangeKind.Update, [1, "a", 5], [1, "b", 5]);
        var deleted = Change(ChangeKind.Delete, [1, "b", 5], null);
        Assert.Equal(["Upsert 7?|1|b|5"], Shown(inserted, updated));
        Assert.Equal([], Shown(inserted, updated, deleted));
        Assert.Equal(["Delete 1"], Shown(updated, deleted));
    }

    [Fact]
    public void Updates_of_a_row_are_one_and_columns_that_none_of_them_says_are_not_written()
    {
        var one = Change(ChangeKind.Update, null, [1, "b", Cells.Absent]);
        var two = Change(ChangeKind.Update, null, [1, Cells.Absent, 6]);
        Assert.Equal(["Update 1: name=b"], Shown(one));
        Assert.Equal(["Upsert 7?|1|b|6"], Shown(one, two));
    }

    [Fact]
    public void Rows_that_come_are_told_from_those_that_change()
    {
        SinkChange[] changes =
        [
            Change(ChangeKind.Update, [1, "a", 5], [1, "b", 5]), Change(ChangeKind.Insert, null, [2, "c", 5]),
            Change(ChangeKind.Delete, [3, "d", 5], null), Change(ChangeKind.Insert, null, [3, "e", 5]),
            Change(ChangeKind.Update, [4, "f", 5], [5, "f", 5]),
        ];
        Assert.Equal(["Delete 2", "Upsert 1", "Upsert 3 new"], GroupBuilder.Build(changes, Limits)
            .Select(s => $"{s.Mode} {s.Rows.Count}{(s.AreNew ? " new" : "")}"));
    }

    [Fact]
    public void A_row_that_is_deleted_and_inserted_keeps_nothing_of_the_old_one()
    {
        var deleted = Change(ChangeKind.Delete, [1, "a", 5], null);
        var inserted = Change(ChangeKind.Insert, null, [1, "b", 6]);
        Assert.Equal(["Delete 1", "Upsert 7?|1|b|6"], Shown(deleted, inserted));
    }

    /// <summary>The sink has no column of its own there, so an update that says all leaves nothing of the old row.</summary>
    [Fact]
    public void A_row_that_is_replaced_is_one_statement_where_all_of_it_is_said()
    {
        var word = World.Maps[World.Word.Id];
        SinkChange[] Replaced(object? count) =>
        [
            new(word, ChangeKind.Delete, Cells.Row("a", 1), default, default),
            new(word, ChangeKind.Insert, default, Cells.Row("a", count), default),
        ];
        Assert.Equal([WriteMode.Upsert], GroupBuilder.Build(Replaced(2), Limits).Select(s => s.Mode));
        Assert.Equal([WriteMode.Delete, WriteMode.Upsert], GroupBuilder.Build(Replaced(Cells.Absent), Limits).Select(s => s.Mode));
    }

    [Fact]
    public void Two_rows_at_one_key_to_the_end_are_written_as_they_came()
    {
        SinkChange[] twice = [Change(ChangeKind.Insert, null, [1, "a", 5]), Change(ChangeKind.Insert, null, [2, "b", 5]),
            Change(ChangeKind.Insert, null, [1, "c", 5])];
        var to = new StatementList(Limits);
        Assert.False(NetEffect.TryWrite(World.Maps[World.Account.Id], twice, new KeyReader(), to));
        Assert.Empty(to.Statements);
    }

    [Fact]
    public void A_row_is_of_the_last_transaction_that_touched_it()
    {
        SinkChange[] changes =
        [
            Change(ChangeKind.Update, [1, "a", 5], [1, "b", 5]) with { Source = new Position(0, 1) },
            Change(ChangeKind.Update, [1, "b", 5], [1, "c", 5]) with { Source = new Position(0, 2) },
        ];
        Assert.Equal(new Position(0, 2), Assert.Single(Assert.Single(GroupBuilder.Build(changes, Limits)).Rows).Source);
    }

    /// <summary>Also where statements are so full that some end before the others.</summary>
    [Fact]
    public void Deletes_go_before_updates_and_these_before_inserts()
    {
        var map = World.Maps[World.Person.Id];
        Engine.Values.Row Of(int id, string mail) => Cells.Row(id, mail, id, id, null);
        SinkChange[] changes =
        [
            new(map, ChangeKind.Insert, default, Of(5, "e"), default), new(map, ChangeKind.Insert, default, Of(6, "f"), default),
            new(map, ChangeKind.Update, Of(3, "c"), Of(3, "cc"), default), new(map, ChangeKind.Update, Of(4, "d"), Of(4, "dd"), default),
            new(map, ChangeKind.Delete, Of(1, "a"), default, default), new(map, ChangeKind.Delete, Of(2, "b"), default, default),
        ];
        Assert.Equal(["Delete", "Delete", "Update", "Update", "Insert", "Insert"],
            GroupBuilder.Build(changes, Limits with { Rows = 1 }).Select(s => $"{s.Mode}"));
    }

    [Fact]
    public void A_row_that_gets_another_key_leaves_the_old_one_and_is_whole_at_the_new_one()
    {
        var moved = Change(ChangeKind.Update, [1, "a", 5], [2, "a", Cells.Absent]);
        Assert.Equal(["Delete 1", "Upsert 7?|2|a|5"], Shown(moved));
    }

    [Fact]
    public void Two_rows_exchange_their_keys_at_once()
    {
        var one = Change(ChangeKind.Update, [1, "a", 5], [2, "a", 5]);
        var two = Change(ChangeKind.Update, [2, "b", 6], [1, "b", 6]);
        Assert.Equal(["Delete 1", "Delete 2", "Upsert 7?|1|b|6", "Upsert 7?|2|a|5"], Shown(one, two).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_rows_that_exchange_a_unique_value_are_both_out_of_the_way_first()
    {
        var map = World.Maps[World.Person.Id];
        SinkChange[] changes =
        [
            new(map, ChangeKind.Update, Cells.Row(1, "a", null, null, "x"), Cells.Row(1, "b", null, null, "x"), new Position(0, 1)),
            new(map, ChangeKind.Update, Cells.Row(2, "b", null, null, "y"), Cells.Row(2, "a", null, null, "y"), new Position(0, 1)),
        ];
        Assert.Equal([WriteMode.Delete, WriteMode.Insert], GroupBuilder.Build(changes, Limits).Select(s => s.Mode));
    }

    [Fact]
    public void A_key_that_differs_in_case_only_keeps_the_source_s_order()
    {
        var map = World.Maps[World.Word.Id];
        SinkChange[] changes =
        [
            new(map, ChangeKind.Delete, Cells.Row("a", 1), default, new Position(0, 1)),
            new(map, ChangeKind.Insert, default, Cells.Row("A", 2), new Position(0, 1)),
            new(map, ChangeKind.Delete, Cells.Row("A", 2), default, new Position(0, 2)),
        ];
        Assert.Equal([WriteMode.Delete, WriteMode.Upsert, WriteMode.Delete], GroupBuilder.Build(changes, Limits).Select(s => s.Mode));
    }

    [Fact]
    public void What_a_table_held_before_it_was_emptied_is_not_written()
    {
        SinkChange[] changes = [Change(ChangeKind.Insert, null, [1, "a", 5]), Change(ChangeKind.Truncate, null, null),
            Change(ChangeKind.Insert, null, [2, "b", 6])];
        Assert.Equal([WriteMode.Truncate, WriteMode.Upsert], GroupBuilder.Build(changes, Limits).Select(s => s.Mode));
        Assert.Single(GroupBuilder.Build(changes, Limits)[1].Rows);
    }

    [Fact]
    public void Equal_rows_without_a_key_go_one_in_each_statement()
    {
        var map = World.Maps[World.Entry.Id];
        SinkChange[] changes = [.. Enumerable.Range(0, 3).Select(_ => new SinkChange(map, ChangeKind.Delete, Cells.Row("a", 1),
            default, default))];
        Assert.Equal([1, 1, 1], GroupBuilder.Build(changes, Limits).Select(s => s.Rows.Count));
    }

    [Fact]
    public void A_statement_has_no_more_rows_and_bytes_than_the_limits_say()
    {
        SinkChange[] changes = [.. Enumerable.Range(0, 15).Select(i => Change(ChangeKind.Insert, null, [i, "a", 5]))];
        Assert.Equal([7, 7, 1], GroupBuilder.Build(changes, Limits).Select(s => s.Rows.Count));
        var bytes = changes[0].After.Bytes.Length;
        Assert.Equal([2, 2, 2, 2, 2, 2, 2, 1], GroupBuilder.Build(changes, Limits with { Bytes = 2 * bytes }).Select(s => s.Rows.Count));
        Assert.All(GroupBuilder.Build(changes, Limits with { Bytes = 1 }), s => Assert.Single(s.Rows));
    }

    private static void Compare(int seed, Func<IReadOnlyList<SinkStatement>, IReadOnlyList<SinkStatement>> spoil)
    {
        var habits = Habits.All[seed % Habits.All.Count];
        var random = new Random(seed);
        var (grouped, single) = (new Tables { IsLax = habits.IsLax }, new Tables());
        var left = RandomSource.Stream(seed, habits, 60).ToList();
        while (left.Count > 0)
        {
            var group = left.Take(random.Next(1, 12)).ToList();
            left.RemoveRange(0, group.Count);
            var changes = group.SelectMany(t => ChangeMapper.Map(t, id => World.Maps[id])).ToList();
            foreach (var statement in spoil(GroupBuilder.Build(changes, Limits)))
            {
                Assert.InRange(statement.Rows.Count, statement.Mode == WriteMode.Truncate ? 0 : 1, Limits.Rows);
                grouped.Execute(statement, random);
            }

            foreach (var change in changes)
            {
                single.ExecuteUnchecked(OneByOne(change));
            }

            Assert.Equal(single.Shown(), grouped.Shown());
        }
    }

    private static SinkStatement OneByOne(SinkChange change) => new(
        change.Table.Sink,
        change.Kind switch
        {
            ChangeKind.Insert => WriteMode.Insert,
            ChangeKind.Delete => WriteMode.Delete,
            ChangeKind.Truncate => WriteMode.Truncate,
            _ => WriteMode.Update,
        },
        [], [], [new SinkRow(change.Kind == ChangeKind.Update && change.Before.IsNone ? KeyOf(change) : change.Before, change.After,
            change.Source)]);

    /// <summary>The image of after with nothing but the key.</summary>
    private static Engine.Values.Row KeyOf(SinkChange change) =>
        Cells.Row([.. Cells.Of(change.After).Select((c, i) => change.Table.RowKey!.Contains(i) ? c : Cells.Absent)]);

    private static SinkChange Change(ChangeKind kind, object?[]? before, object?[]? after) =>
        new(World.Maps[World.Account.Id], kind, Image(before), Image(after), new Position(0, 1));

    /// <summary>The sink's first column is its own.</summary>
    private static Engine.Values.Row Image(object?[]? cells) => cells is null ? default : Cells.Row([Cells.Absent, .. cells]);

    private static List<string> Shown(params SinkChange[] changes) =>
        [.. GroupBuilder.Build(changes, Limits).SelectMany(s => s.Rows.Select(r => s.Mode switch
        {
            WriteMode.Delete => $"Delete {Cells.Of(r.Before)[1]}",
            WriteMode.Update => $"Update {Cells.Of(r.Before)[1]}: "
                + string.Join(",", s.Columns.Select(c => $"{s.Table.Columns[c].Name}={Cells.Of(r.After)[c]}")),
            _ => $"{s.Mode} 7?|{Cells.Shown(Cells.Of(r.After).Skip(1))}",
        }))];
}
