namespace Holdfast.HaScheduler.Tests;

/// <summary>When a Store came to its host.</summary>
public sealed class StorePlaceTests
{
    [Theory]
    [InlineData(DesiredState.Stopped, DesiredState.Running, true)]
    [InlineData(DesiredState.Running, DesiredState.Running, false)]
    [InlineData(DesiredState.Stopped, DesiredState.Stopped, false)]
    [InlineData(DesiredState.Running, DesiredState.Stopped, false)]
    public void It_comes_when_it_is_told_to_run_and_was_not(DesiredState before, DesiredState after, bool comes)
    {
        static StorePlaced Placed(DesiredState desired, int seconds) => new()
        {
            Store = "s", Subtopic = "m", Region = "north", Host = "h1", Revision = 1, Desired = desired, StartTimestamp = 0,
            At = Scene.Now.AddSeconds(seconds),
        };
        var place = new StorePlace(Placed(before, 0)) { CameAt = Scene.Now };
        Assert.Equal(Scene.Now.AddSeconds(comes ? 5 : 0), place.Next(Placed(after, 5)).CameAt);
        Assert.Equal(after, place.Next(Placed(after, 5)).Placed.Desired);
    }
}
