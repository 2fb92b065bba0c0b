using Holdfast.Contracts;
using Holdfast.Rules.StoreManager;
using static Holdfast.Rules.StoreManager.StoreStanding;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>How a Store stands by what its host says, both sides of each limit.</summary>
public sealed class SubtopicViewTests
{
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(240);

    private static StoreSigns Signs(ComponentState? state, double silence = 0, double sinceAsked = 9999, bool down = false) => new(
        state is { } said ? new ComponentReport { Name = "s", Kind = ComponentKind.Store, Epoch = 1, State = said } : null,
        TimeSpan.FromSeconds(silence), TimeSpan.FromSeconds(sinceAsked), down, !down);

    private static StoreStanding Of(StoreSigns signs, DesiredState desired = DesiredState.Running) =>
        StoreSeen.StandingOf(desired, signs, SilenceMax);

    [Theory]
    [InlineData(ComponentState.Running, Running)]
    [InlineData(ComponentState.Starting, Starting)]
    [InlineData(ComponentState.Migrating, Starting)]
    [InlineData(ComponentState.Stopped, Stopped)]
    [InlineData(ComponentState.Completed, Stopped)]
    [InlineData(ComponentState.Abnormal, Abnormal)]
    public void A_clean_exit_counts_as_stopped(ComponentState state, StoreStanding standing) => Assert.Equal(standing, Of(Signs(state)));

    [Theory]
    [InlineData(240, Running)]
    [InlineData(240.1, Abnormal)]
    public void A_store_silent_for_longer_is_abnormal(double silence, StoreStanding standing) =>
        Assert.Equal(standing, Of(Signs(ComponentState.Running, silence)));

    [Theory]
    [InlineData(240, Starting)]
    [InlineData(240.1, Unheard)]
    public void One_that_is_not_listed_starts_for_as_long_as_it_may_be_silent(double sinceAsked, StoreStanding standing) =>
        Assert.Equal(standing, Of(Signs(null, 0, sinceAsked)));

    [Fact]
    public void On_a_host_that_is_Down_nothing_runs() => Assert.Equal(Abnormal, Of(Signs(ComponentState.Running, down: true)));

    [Fact]
    public void What_an_operator_wants_goes_before_what_is_reported()
    {
        Assert.Equal(Stopped, Of(Signs(ComponentState.Abnormal, 9999), DesiredState.Stopped));
        Assert.Equal(Leaving, Of(Signs(ComponentState.Running), DesiredState.Absent));
    }
}
