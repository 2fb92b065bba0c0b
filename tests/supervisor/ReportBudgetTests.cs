namespace Holdfast.Supervisor.Tests;

/// <summary>A report that would be too large is made smaller, the least important first, and says so.</summary>
public sealed class ReportBudgetTests
{
    private static ComponentReport Store(int number, int consumers, string? error = null) => new()
    {
        Name = $"10.0.0.1-9000:subtopic-{number}:{number:D10}",
        Kind = ComponentKind.Store,
        Epoch = 1,
        State = ComponentState.Running,
        Checkpoint = 1_795_853_922,
        Consumers = [.. Enumerable.Range(0, consumers).Select(i => new ConsumerCheckpoint($"task-of-a-long-name-{i}", 1_795_853_922 - i))],
        Error = error,
    };

    private static int Measure(IReadOnlyList<ComponentReport> list) =>
        JsonSerializer.Serialize(list, ReportJson.Default.IReadOnlyListComponentReport).Length;

    private static ReportBudget.Fitted Fit(IReadOnlyList<ComponentReport> list, int bytesMax) =>
        ReportBudget.Fit(list, Measure(list), bytesMax, Measure);

    [Fact]
    public void What_fits_is_said_as_it_is_and_one_byte_more_is_not()
    {
        ComponentReport[] list = [Store(1, 10)];
        var whole = Fit(list, Measure(list));
        Assert.Same(list, whole.List);
        Assert.Null(whole.LeftOut);
        var cut = Fit(list, Measure(list) - 1);
        Assert.Equal((9, 1), (cut.List[0].Consumers!.Count, cut.List[0].ConsumersLeftOut));
        Assert.StartsWith("HB-345 left out", cut.LeftOut, StringComparison.Ordinal);
        Assert.Contains("1 consumers of 1 Stores", cut.LeftOut, StringComparison.Ordinal);
    }

    [Fact]
    public void Eighty_Stores_of_a_thousand_consumers_fit_and_keep_the_slowest_of_each()
    {
        ComponentReport[] list = [.. Enumerable.Range(0, 80).Select(i => Store(i, ComponentRules.ConsumersMax))];
        Assert.True(Measure(list) > ReportBudget.BytesMax);
        var fitted = Fit(list, ReportBudget.BytesMax);
        Assert.InRange(Measure(fitted.List), ReportBudget.BytesMax * 0.9, ReportBudget.BytesMax);
        Assert.Equal(list.Select(c => (c.Name, c.State, c.Checkpoint)), fitted.List.Select(c => (c.Name, c.State, c.Checkpoint)));
        Assert.All(fitted.List, c => Assert.Equal(list[0].Consumers!.Min(x => x.Checkpoint), c.Consumers!.Min(x => x.Checkpoint)));
        Assert.All(fitted.List, c => Assert.Equal(ComponentRules.ConsumersMax, c.Consumers!.Count + c.ConsumersLeftOut!.Value));
        Assert.All(fitted.List, c => Assert.Null(ComponentRules.Broken(c)));
    }

    [Fact]
    public void Errors_go_before_consumers_and_who_they_are_never()
    {
        ComponentReport[] list = [Store(1, 5, new string('e', 1000)), Store(2, 5, "short")];
        var cut = Fit(list, Measure(list) - 500);
        Assert.Equal((ReportBudget.ErrorLength, "short"), (cut.List[0].Error!.Length, cut.List[1].Error));
        Assert.All(cut.List, c => Assert.Null(c.ConsumersLeftOut));
        Assert.Contains("the ends of 1 errors", cut.LeftOut, StringComparison.Ordinal);
        var least = Fit(list, 1);
        Assert.Equal(list.Select(c => (c.Name, c.Kind, c.Epoch, c.State)), least.List.Select(c => (c.Name, c.Kind, c.Epoch, c.State)));
        Assert.All(least.List, c => Assert.Empty(c.Consumers!));
    }

    [Fact]
    public void A_list_that_was_cut_keeps_its_number_while_it_stays_the_same()
    {
        var list = new ReportedList();
        ComponentReport[] large = [.. Enumerable.Range(0, 80).Select(i => Store(i, ComponentRules.ConsumersMax))];
        var (first, leftOut) = list.Next(large);
        var number = list.Number;
        Assert.NotNull(leftOut);
        Assert.Same(first, list.Next(large).List);
        Assert.Equal(number, list.Number);
        list.Answered(number, sendAgain: false);
        Assert.Equal((null, null), list.Next(large));
        Assert.True(list.LacksSomething);
        Assert.Null(list.Next([Store(1, 1)]).LeftOut);
        Assert.False(list.LacksSomething);
    }
}
