using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

public sealed class RendezvousTests
{
    private static readonly string[] Subtopics = [.. Enumerable.Range(0, 10_000).Select(i => $"subtopic-{i}")];

    [Fact]
    public void Subtopics_are_shared_evenly_and_one_that_leaves_takes_only_its_own_away()
    {
        string[] three = ["a", "b", "c"];
        var before = Subtopics.ToDictionary(s => s, s => Rendezvous.Owner(three, s));
        Assert.All(three, r => Assert.InRange(before.Values.Count(o => o == r), 3000, 3700));
        Assert.All(Subtopics.Where(s => before[s] != "c"), s => Assert.Equal(before[s], Rendezvous.Owner(["a", "b"], s)));
        Assert.All(Subtopics, s => Assert.Equal(before[s], Rendezvous.Owner(["c", "a", "b"], s)));
    }
}
