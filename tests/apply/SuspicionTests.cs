using Holdfast.FullVerification;
using Holdfast.FullVerification.Rules;

namespace Holdfast.Apply.Tests;

/// <summary>The rule by which a row that looks different is a difference.</summary>
public sealed class SuspicionTests
{
    private static readonly Sight Old = new(1, 1);
    private static readonly Sight New = new(1, 2);

    [Fact]
    public void A_row_that_stays_different_for_three_looks_is_a_difference()
    {
        Assert.Equal((Standing.Open, 1), Suspicion.Judge(New, Old, New, 0));
        Assert.Equal((Standing.Open, 2), Suspicion.Judge(New, Old, New, 1));
        Assert.Equal((Standing.Different, 3), Suspicion.Judge(New, Old, New, 2));
    }

    [Fact]
    public void A_row_that_the_source_changes_meanwhile_says_nothing_and_is_counted_anew()
    {
        Assert.Equal((Standing.Open, 0), Suspicion.Judge(Old, new Sight(1, 3), New, 2));
        Assert.Equal((Standing.Open, 0), Suspicion.Judge(Sight.None, Old, New, 2));
    }

    [Fact]
    public void A_sink_that_has_the_row_of_before_or_after_is_right()
    {
        Assert.Equal((Standing.Equal, 0), Suspicion.Judge(Old, Old, New, 2));
        Assert.Equal((Standing.Equal, 0), Suspicion.Judge(Old, New, New, 2));
        Assert.Equal((Standing.Equal, 0), Suspicion.Judge(Sight.None, Sight.None, Old, 0));
    }

    [Fact]
    public void Rows_are_lost_doubled_or_differing_by_how_often_they_are_there()
    {
        Assert.Equal((1, 0, 0), Suspicion.Count(Old, Sight.None));
        Assert.Equal((2, 0, 0), Suspicion.Count(new Sight(3, 0), new Sight(1, 0)));
        Assert.Equal((0, 2, 0), Suspicion.Count(new Sight(1, 0), new Sight(3, 0)));
        Assert.Equal((0, 0, 2), Suspicion.Count(Sight.None, new Sight(2, 0)));
        Assert.Equal((0, 0, 1), Suspicion.Count(Old, New));
    }

    [Fact]
    public void A_counter_knows_gaps_and_doubles_between_its_lowest_and_highest_number()
    {
        Assert.Null(CounterCheck.Count([]));
        Assert.Equal((7L, 7L, 0L, 0L), Counted([7]));
        Assert.Equal((3L, 6L, 0L, 0L), Counted([5, 3, 6, 4]));
        Assert.Equal((1L, 6L, 3L, 2L), Counted([1, 1, 2, 6, 6]));
        Assert.Equal([1, 3, 6], CounterCheck.Count([1, 1, 2, 6, 6])!.Examples);
        static (long, long, long, long) Counted(List<long> numbers) =>
            CounterCheck.Count(numbers) is { } c ? (c.First, c.Last, c.Lost, c.Doubled) : default;
    }
}
