using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Index;

namespace Holdfast.HaScheduler.Tests;

/// <summary>
/// A Store that had written no status for longer than it may be silent stood as Running in /api/v1/components and in the counts,
/// and as Abnormal in /api/v1/stores.
/// </summary>
public sealed class StoreStatesTests : PassScene
{
    private const string Store = "10.0.0.1-9000:mysql:0000000001";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(240);

    private static readonly ComponentReport Runs = new()
    {
        Name = Store, Kind = ComponentKind.Store, Epoch = 1, State = ComponentState.Running, Pid = 7,
    };

    private static StorePlaced Placed(string host, DesiredState desired = DesiredState.Running) => new()
    {
        Store = Store, Subtopic = "mysql", Region = "north", Host = host, Revision = 1, Desired = desired, StartTimestamp = 1,
        At = Scene.Now,
    };

    private static StoreStands Stands(ComponentState state, string host = "h1") =>
        new() { Store = Store, Host = host, State = state, Because = "it has failed, is silent for too long, or its host is Down" };

    private static ComponentState State(
        ComponentReport? reported, StoreStands? stands = null, bool isDown = false, DesiredState desired = DesiredState.Running) =>
        StoreState.Of(desired, reported, isDown, stands, Longest).State;

    [Theory]
    [InlineData(null, ComponentState.Running)]
    [InlineData(240L, ComponentState.Running)]
    [InlineData(241L, ComponentState.Abnormal)]
    [InlineData(long.MaxValue, ComponentState.Abnormal)]
    [InlineData(-1L, ComponentState.Running)]
    public void A_Store_that_is_silent_for_longer_than_it_may_be_is_Abnormal_and_says_for_how_long(long? silent, ComponentState state)
    {
        var seen = StoreState.Of(DesiredState.Running, Runs with { SilentSeconds = silent }, false, null, Longest);
        Assert.Equal(state, seen.State);
        Assert.Equal(state == ComponentState.Abnormal
            ? $"its status has not changed for {silent} s, longer than checkModuleExceptionIntervalSec" : null, seen.Error);
    }

    [Fact]
    public void The_store_managers_word_counts_where_its_host_says_nothing_of_it()
    {
        Assert.Equal(ComponentState.Starting, State(null));
        Assert.Equal(ComponentState.Starting, State(null, Stands(ComponentState.Starting)));
        Assert.Equal(ComponentState.Abnormal, State(null, Stands(ComponentState.Abnormal)));
        Assert.Equal(ComponentState.Abnormal, State(Runs, Stands(ComponentState.Abnormal)));
        Assert.Equal(ComponentState.Abnormal, State(Runs with { State = ComponentState.Abnormal }, Stands(ComponentState.Running)));
        Assert.Equal(ComponentState.Abnormal, State(Runs, isDown: true));
        Assert.Equal(ComponentState.Stopped, State(Runs, Stands(ComponentState.Abnormal), isDown: true, DesiredState.Stopped));
    }

    [Theory]
    [InlineData(ComponentState.Completed, ComponentState.Stopped)]
    [InlineData(ComponentState.Stopped, ComponentState.Stopped)]
    [InlineData(ComponentState.Migrating, ComponentState.Starting)]
    [InlineData(ComponentState.Starting, ComponentState.Starting)]
    public void A_Store_has_the_four_states_that_its_own_list_knows(ComponentState said, ComponentState state) =>
        Assert.Equal(state, State(Runs with { State = said }));

    [Fact]
    public async Task List_and_counts_follow_its_silence_the_limit_and_the_store_managers_words()
    {
        var host = await OneStoreRuns();
        Assert.Equal((ComponentState.Running, 1, 0), (Listed(host), Count(ComponentState.Running), Count(ComponentState.Abnormal)));
        Silent(host, 241);
        Assert.Equal((ComponentState.Abnormal, 0, 1), (Listed(host), Count(ComponentState.Running), Count(ComponentState.Abnormal)));
        Silent(host, 30);
        Assert.Equal((ComponentState.Running, 1, 0), (Listed(host), Count(ComponentState.Running), Count(ComponentState.Abnormal)));
        await _life.Configure(c => c with { CheckModuleExceptionIntervalSec = 29 });
        Assert.Equal((ComponentState.Abnormal, 0, 1), (Listed(host), Count(ComponentState.Running), Count(ComponentState.Abnormal)));
        await _life.Configure(c => c with { CheckModuleExceptionIntervalSec = 240 });
        Says(Stands(ComponentState.Abnormal, host));
        Assert.Equal((ComponentState.Abnormal, 0, 1), (Listed(host), Count(ComponentState.Running), Count(ComponentState.Abnormal)));
        Says(Stands(ComponentState.Running, host));
        Assert.Equal((ComponentState.Running, 1, 0), (Listed(host), Count(ComponentState.Running), Count(ComponentState.Abnormal)));
    }

    [Fact]
    public async Task A_word_about_another_host_or_one_that_is_not_said_any_more_does_not_count()
    {
        var host = await OneStoreRuns();
        Says(Stands(ComponentState.Abnormal, "another"));
        Assert.Equal(ComponentState.Running, Listed(host));
        Says(Stands(ComponentState.Abnormal, host));
        Assert.Equal((ComponentState.Abnormal, 1), (Listed(host), Count(ComponentState.Abnormal)));
        _life.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal((ComponentState.Abnormal, 1), (Listed(host), Count(ComponentState.Abnormal)));
        _life.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((ComponentState.Running, 1), (Listed(host), Count(ComponentState.Running)));
    }

    private async Task<string> OneStoreRuns()
    {
        var (host, _) = await OneTaskRuns();
        await _life.Configure(c => c with { CheckModuleExceptionIntervalSec = 240 });
        await _life.Cluster.Take(Placed(host), default);
        _life.Reports(host, 1, [.. _life.Says(host), Runs]);
        _life.Hear();
        return host;
    }

    private void Silent(string host, long seconds)
    {
        _life.Reports(host, 1, [.. _life.Says(host).Select(c => c.Name == Store ? c with { SilentSeconds = seconds } : c)]);
        _life.Hear();
    }

    private void Says(StoreStands stands) => _life.Get<StoreDecisions>().Hear(new SubtopicsDecided
    {
        Decisions =
        [
            new SubtopicDecision
            {
                Subtopic = "mysql", Region = "north", Code = "ST-200", Sentence = "healthy", Since = Scene.Now, Stores = [stands],
            },
        ],
        At = _life.Time.GetUtcNow(),
    });

    private ComponentState Listed(string host) => _life.Get<StoreStates>().Of(Placed(host)).State;

    private int Count(ComponentState state) => _life.Get<ComponentIndex>().Counts()
        .Where(c => c.Kind == ComponentKind.Store && c.State == state).Sum(c => c.Count);
}
