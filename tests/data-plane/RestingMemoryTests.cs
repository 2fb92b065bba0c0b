using Holdfast.Data.Reports;

namespace Holdfast.DataPlane.Tests;

/// <summary>The rule by which a component gives back what its work needed.</summary>
public sealed class RestingMemoryTests
{
    private readonly RestingMemory _memory = new();
    private long _allocated;

    [Fact]
    public void It_is_given_back_once_after_each_time_of_work()
    {
        Assert.Equal(0, Rests(RestingMemory.RestingTicks * 3)); // nothing worth it yet
        Works(RestingMemory.WorthIt);
        Assert.Equal(0, Rests(RestingMemory.RestingTicks - 1));
        Assert.Equal(1, Rests(RestingMemory.RestingTicks * 3));
        Works(RestingMemory.WorthIt);
        Assert.Equal(1, Rests(RestingMemory.RestingTicks));
    }

    [Fact]
    public void Not_while_it_works_however_long()
    {
        for (var second = 0; second < 100; second++)
        {
            Works(RestingMemory.RestingMax + 1);
        }
    }

    [Fact]
    public void Not_for_less_than_a_collection_is_worth()
    {
        Works(RestingMemory.WorthIt - 1);
        Assert.Equal(0, Rests(RestingMemory.RestingTicks * 3));
    }

    private void Works(long bytes) => Assert.False(_memory.IsDue(_allocated += bytes));

    private int Rests(int seconds) => Enumerable.Range(0, seconds).Count(_ => _memory.IsDue(_allocated));
}
