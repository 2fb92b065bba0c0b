using Holdfast.HaScheduler.Leaders;

namespace Holdfast.HaScheduler.Tests;

public sealed class PassWatchTests
{
    private static readonly TimeSpan LookMax = Scene.Seconds(3);

    [Fact]
    public void A_pass_that_does_not_end_ages_with_each_look_and_one_that_ends_begins_anew()
    {
        var watch = new PassWatch(LookMax);
        watch.Look(5, Scene.Seconds(100));
        Assert.Equal(TimeSpan.Zero, watch.Unfinished);
        watch.Look(5, Scene.Seconds(102));
        watch.Look(5, Scene.Seconds(105));
        Assert.Equal(Scene.Seconds(5), watch.Unfinished);
        watch.Look(6, Scene.Seconds(106));
        Assert.Equal(TimeSpan.Zero, watch.Unfinished);
    }

    [Fact]
    public void A_process_that_was_stopped_for_an_hour_hangs_in_nothing()
    {
        var watch = new PassWatch(LookMax);
        watch.Look(5, Scene.Seconds(0));
        watch.Look(5, Scene.Seconds(3600));
        Assert.Equal(LookMax, watch.Unfinished);
    }
}
