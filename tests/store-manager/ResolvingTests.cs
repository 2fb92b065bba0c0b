using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

public sealed class ResolvingTests
{
    private static string? Best(long position, params IReadOnlyList<ObservedStore> stores) =>
        Resolving.Best(stores, position, null)?.Store.Name[^1..];

    [Fact]
    public void A_consumer_gets_a_running_store_that_begins_no_later()
    {
        Assert.Equal("1", Best(Clock(9, 0), Seen(Running)));
        Assert.Null(Best(Clock(9, 0) - 1, Seen(Running)));
        foreach (var standing in Enum.GetValues<StoreHealth>().Where(s => s != Running))
        {
            Assert.Null(Best(Clock(9, 30), Seen(standing)));
        }

        Assert.Null(Best(Clock(9, 30), Seen(Running) with { HostServes = false }));
    }

    [Fact]
    public void One_that_has_the_position_goes_before_one_that_will_then_fewer_readers_then_the_newer()
    {
        Assert.Equal("1", Best(Clock(9, 30), Seen(Running, 1, end: Clock(9, 30)), Seen(Running, 2, end: Clock(9, 29))));
        Assert.Equal("2", Best(Clock(9, 30), Seen(Running, 1, end: Clock(9, 20)), Seen(Running, 2, end: Clock(9, 29))));
        Assert.Equal("1", Best(Clock(9, 30), Seen(Running), Seen(Running, 2) with { Readers = 1 }));
        Assert.Equal("2", Best(Clock(9, 30), Seen(Running), Seen(Running, 2)));
    }

    [Fact]
    public void One_that_has_failed_and_shows_what_it_has_is_better_than_none()
    {
        var shows = Seen(Abnormal, 2) with { ShowsItsLog = true };
        Assert.Equal("2", Best(Clock(9, 30), shows, Seen(Abnormal, 3)));
        Assert.Equal("1", Best(Clock(9, 30), Seen(Running, 1), shows));
        Assert.Null(Best(Clock(9, 30), shows with { HostServes = false }));
        Assert.Null(Best(Clock(9, 0) - 1, shows));
    }

    /// <summary>Its source is away: its process lives, says where it listens, and its host is heard.</summary>
    [Theory]
    [InlineData(ComponentState.Abnormal, true, true, false, 0, true)]
    [InlineData(ComponentState.Running, true, true, false, 0, false)]
    [InlineData(ComponentState.Abnormal, false, true, false, 0, false)]
    [InlineData(ComponentState.Abnormal, true, false, false, 0, false)]
    [InlineData(ComponentState.Abnormal, true, true, true, 0, false)]
    [InlineData(ComponentState.Abnormal, true, true, false, 30, true)]
    [InlineData(ComponentState.Abnormal, true, true, false, 31, false)]
    public void A_Store_that_has_failed_shows_its_log_while_its_process_lives(
        ComponentState state, bool lives, bool listens, bool hostIsDown, int silence, bool shows)
    {
        var report = new ComponentReport
        {
            Name = "s",
            Kind = ComponentKind.Store,
            Epoch = 1,
            State = state,
            Pid = lives ? 7 : null,
            Endpoint = listens ? "127.0.0.1:9" : null,
        };
        var signs = new StoreObservation(report, TimeSpan.FromSeconds(silence), TimeSpan.FromHours(1), hostIsDown, HostServes: true);
        Assert.Equal(shows, ObservedStore.Of(Seen(Running).Store, signs, TimeSpan.FromSeconds(30)).ShowsItsLog);
    }
}
