namespace Holdfast.Apply.Tests;

public sealed class RefusalTests
{
    private static readonly TableMap Map = World.Maps[World.Person.Id];

    private static readonly SinkChange[] Changes =
    [
        .. Enumerable.Range(1, 3).Select(i => new SinkChange(Map, ChangeKind.Insert, default, Cells.Row(i, "m" + i, i, i, null),
            new Position(0, 9))),
    ];

    private static readonly HashSet<string> None = [];

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
        var step = Refusal.Next(new Refused("SQ-1", "no", 1, null), alone, 1, None);
        Assert.Equal(Second.ToString(), Assert.IsType<GiveUp>(step).Fault.Field);
    }

    [Fact]
    public void A_row_stops_the_task_unless_there_is_a_ticket_of_this_row_and_this_transaction()
    {
        var fault = Assert.IsType<GiveUp>(Next(1, 1)).Fault;
        Assert.Equal("DP-411", fault.Code);
        Assert.Contains("main.person (id=2) of transaction 0/9", fault.ToString(), StringComparison.Ordinal);
        Assert.Contains(Second.Ticket, fault.Message, StringComparison.Ordinal);
        Assert.Equal(new SkippedRow(Second.Ticket, Second.Position, "main.person", "id=2", "SQ-1", "value too long"), fault.Row);
        Assert.DoesNotContain("of other rows", fault.Message, StringComparison.Ordinal);
        foreach (var other in new[] { Second with { Position = new Position(0, 8) }, Second with { Key = "id=3" },
            Second with { Table = "main.other" } })
        {
            Assert.Contains("of other rows", Assert.IsType<GiveUp>(Next(1, 1, other)).Fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(new LeaveOut(Second, fault.Row!), Next(1, 1, Second));
    }

    [Fact]
    public void What_is_wrong_with_a_whole_table_is_no_row_s_fault_and_no_ticket_helps()
    {
        var refused = new Refused("SQ-2", "the table has a trigger", 0, null) { Workaround = "drop it" };
        var statements = GroupBuilder.Build(Changes, GroupLimits.Default);
        Assert.Equal(new ApplyFault("SQ-2", "main.person", "the table has a trigger", "drop it"),
            Assert.IsType<GiveUp>(Refusal.Next(refused, statements, 1, None)).Fault);
        Assert.Equal(new Halve(1), Refusal.Next(refused, statements, 2, None));
        Assert.Equal("the sink", Assert.IsType<GiveUp>(Refusal.Next(refused with { Statement = 1 }, statements, 1, None)).Fault.Field);
    }

    [Theory]
    [InlineData(-1, "the sink")]
    [InlineData(0, "main.person (id=2) of transaction 0/9")]
    [InlineData(1, "the sink")]
    public void A_statement_that_the_sink_was_not_given_is_nobody_s(int statement, string field)
    {
        var refused = new Refused("SQ-1", "value too long", statement, 1);
        var fault = Assert.IsType<GiveUp>(Refusal.Next(refused, GroupBuilder.Build(Changes, GroupLimits.Default), 1, None)).Fault;
        Assert.Equal(field, fault.Field);
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
    public void A_statement_without_rows_stops_the_task_and_names_its_table() => Assert.Equal("main.person",
        Assert.IsType<GiveUp>(Refusal.Next(new Refused("SQ-1", "no", 0, null),
            [new SinkStatement(World.Person, WriteMode.Truncate, [], [], [])], 1, new HashSet<string> { Second.Ticket })).Fault.Field);

    private static RefusalStep Next(int? row, int transactions, params RowName[] tickets) => Refusal.Next(
        new Refused("SQ-1", "value too long", 0, row), GroupBuilder.Build(Changes, GroupLimits.Default), transactions,
        tickets.Select(t => t.Ticket).ToHashSet());
}
