namespace Holdfast.HaScheduler.Tests;

/// <summary>A Store that its living host has not heard from.</summary>
public sealed class StoreSilenceTests
{
    private static readonly ComponentReport Store = new()
    {
        Name = "s1", Kind = ComponentKind.Store, Epoch = 1, State = ComponentState.Running,
    };

    [Theory]
    [InlineData(null, false)]
    [InlineData(0L, false)]
    [InlineData(60L, false)]
    [InlineData(61L, true)]
    public void Its_silence_is_too_long_after_the_limit_and_not_at_it(long? silent, bool isTooLong) =>
        Assert.Equal(isTooLong, StoreSilence.IsTooLong(Store with { SilentSeconds = silent }, Scene.Seconds(60)));

    [Fact]
    public void Of_a_Store_that_its_host_does_not_list_nothing_is_said() =>
        Assert.False(StoreSilence.IsTooLong(null, TimeSpan.Zero));

    [Fact]
    public void The_reason_has_the_seconds_and_names_the_key() => Assert.Equal(
        "its status has not changed for 61 s, longer than checkModuleExceptionIntervalSec", StoreSilence.Because(61));
}
