namespace Holdfast.Alerting.Tests;

public class LimitsTests
{
    private readonly List<FieldFault> _faults = [];

    [Theory]
    [InlineData(null, 50, false)]
    [InlineData("", 50, false)]
    [InlineData("1", 1, false)]
    [InlineData("500", 500, false)]
    [InlineData("501", 50, true)]
    [InlineData("0", 50, true)]
    [InlineData("-1", 50, true)]
    [InlineData("ten", 50, true)]
    public void A_limit_is_1_to_500(string? given, int read, bool isWrong)
    {
        Assert.Equal(read, Limits.Read(given, _faults));
        Assert.Equal(isWrong, _faults.Count == 1);
    }

    [Fact]
    public void A_filter_that_may_be_given_once_is_named_when_it_is_given_twice()
    {
        Assert.Null(Limits.Once("host", null, _faults));
        Assert.Equal("a", Limits.Once("host", ["", "a"], _faults));
        Assert.Empty(_faults);
        Assert.Null(Limits.Once("host", ["a", "b"], _faults));
        Assert.Equal([new FieldFault("host", 2, "must be given once")], _faults);
        _faults.Clear();
        Assert.Null(Limits.Once("host", ["a", "b", "c"], _faults));
        Assert.Equal([new FieldFault("host", 3, "must be given once")], _faults);
    }

    [Fact]
    public void Unknown_values_are_named_with_those_that_there_are_and_at_most_twenty_of_them()
    {
        Assert.Equal(["a"], Limits.OneOf("scope", ["a", "a", ""], ["a", "b"], _faults));
        Assert.Empty(_faults);
        Assert.Empty(Limits.OneOf("scope", Enumerable.Range(0, 30).Select(n => $"x{n}"), ["a", "b"], _faults));
        Assert.Equal((20, "must be one of a, b"), (_faults.Count, _faults[0].Rule));
    }

    [Fact]
    public void What_is_repeated_of_a_request_is_short() => Assert.Equal(
        (new string('x', 100), new string('x', 99) + "…"),
        (Limits.Short(new string('x', 100)), Limits.Short(new string('x', 101))));
}
