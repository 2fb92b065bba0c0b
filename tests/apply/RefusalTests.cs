using Holdfast.Engine;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Transactions;
using Holdfast.IncrSync.Rules;

namespace Holdfast.Apply.Tests;

public sealed class RefusalTests
{
    private static readonly TableMap Map = World.Maps[World.Person.Id];

    private static readonly SinkChange[] Changes =
    [
        .. Enumerable.Range(1, 3).Select(i => new SinkChange(Map, ChangeKind.Insert, default, Cells.Row(i, "m" + i, i, i, null),
            new Position(0, 9))),
    ];

    private static readonly RowName Second = new(new Position(0, 9), "main.person", "id=2");

    [Fact]
    public void A_group_is_halved_until_one_transaction_is_left()
    {
        Assert.Equal(new Halve(500), Next(null, 1001));
        Assert.Equal(new Halve(1), Next(0, 2));
    }

    [Fact]
    public void A_row_that_the_sink_does_not_name_is_found_row_by_row()
    {
        Assert.Equal(new OneByOne(), Next(null, 1));
        Assert.Equal(new OneByOne(), Next(3, 1));
        var alone = GroupBuilder.Build(Changes, GroupLimits.Default with { Rows = 1 });
        var step = Refusal.Next(new Refused("SQ-1", "no", 1, null), alone, 1, RefusedRows.Stop, []);
        Assert.Equal(Second.ToString(), Assert.IsType<GiveUp>(step).Fault.Field);
    }

    [Fact]
    public void A_row_stops_the_task_unless_a_ticket_names_it_and_the_task_may_skip()
    {
        var fault = Assert.IsType<GiveUp>(Next(1, 1)).Fault;
        Assert.Equal("DP-411", fault.Code);
        Assert.Contains("main.person (id=2) of transaction 0/9", fault.ToString(), StringComparison.Ordinal);
        Assert.IsType<GiveUp>(Next(1, 1, RefusedRows.Stop, Second));
        Assert.IsType<GiveUp>(Next(1, 1, RefusedRows.Skip));
        Assert.IsType<GiveUp>(Next(1, 1, RefusedRows.Skip, Second with { Position = new Position(0, 8) }));
        Assert.IsType<GiveUp>(Next(1, 1, RefusedRows.Skip, Second with { Key = "id=3" }));
        Assert.Equal(new LeaveOut(Second), Next(1, 1, RefusedRows.Skip, Second));
    }

    [Fact]
    public void A_row_that_is_left_out_is_left_out_under_both_of_its_keys()
    {
        var moved = new SinkChange(Map, ChangeKind.Update, Cells.Row(2, "m2", 2, 2, null), Cells.Row(5, "m2", 2, 2, null),
            new Position(0, 9));
        Assert.Equal(2, Refusal.Without([.. Changes, moved], Second).Count);
        Assert.Equal(3, Refusal.Without([.. Changes, moved], Second with { Key = "id=5" }).Count);
        Assert.Equal(4, Refusal.Without([.. Changes, moved], Second with { Table = "main.other" }).Count);
    }

    [Fact]
    public void A_statement_without_rows_stops_the_task() => Assert.IsType<GiveUp>(Refusal.Next(
        new Refused("SQ-1", "no", 0, null), [new SinkStatement(World.Person, WriteMode.Truncate, [], [], [])], 1, RefusedRows.Skip,
            [Second]));

    [Fact]
    public void Long_keys_that_begin_alike_have_different_names()
    {
        var names = new[] { "x", "y" }.Select(end => RowName.Of(new SinkChange(
            World.Maps[World.Word.Id], ChangeKind.Insert, default, Cells.Row(new string('a', 100) + end, 1), default),
            after: true).Key).ToList();
        Assert.NotEqual(names[0], names[1]);
        Assert.All(names, n => Assert.InRange(n.Length, 1, 120));
    }

    private static RefusalStep Next(int? row, int transactions, RefusedRows policy = RefusedRows.Stop, params RowName[] tickets) =>
        Refusal.Next(new Refused("SQ-1", "value too long", 0, row), GroupBuilder.Build(Changes, GroupLimits.Default), transactions,
            policy, tickets);
}
