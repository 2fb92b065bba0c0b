namespace Holdfast.StoreManager.Tests;

/// <summary>A gap that was told stays told until somebody has seen that it is over.</summary>
public sealed class GapsToldTests : IDisposable
{
    private static readonly HaConfig Config = new()
    {
        Enable = true, CheckModuleExceptionIntervalSec = 30, SubtopicStoreNumberThreshold = 1,
        RefetchMode = RefetchMode.Computed, LeaseSec = 4,
    };

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _life;

    public GapsToldTests() => _life = new Life(_directory.Location, _time);

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The only Store runs, and begins later than its consumer needs.</summary>
    private async Task<ComponentReport> GapIsTold()
    {
        await _life.Configure(Config, _time.GetUtcNow());
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1") with { StartTimestamp = Now - 500 });
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        var runs = Requests.Component(placed, ComponentState.Running) with { Begin = Now - 100 };
        _life.Runs("n1", runs);
        await _life.Loop.Once();
        await _life.Passes(_time, 10, "n1");
        Assert.Contains(Gaps(), g => g.Condition == AlertCondition.Firing);
        return runs;
    }

    private List<AlertRaised> Gaps() => [.. _life.Bus.Take<AlertRaised>().Where(a => a.Event == AlertEvents.StoreGap)];

    [Fact]
    public async Task A_store_that_does_not_say_for_a_moment_where_it_begins_has_closed_no_gap()
    {
        var runs = await GapIsTold();
        _life.Runs("n1", runs with { Begin = null, End = null });
        await _life.Loop.Once();
        Assert.Empty(Gaps());
        _life.Runs("n1", runs with { Begin = Now - 600 });
        await _life.Loop.Once();
        Assert.Equal(AlertCondition.Resolved, Assert.Single(Gaps()).Condition);
    }

    /// <summary>Of the profile fast: within 10 s a Store that was fenced runs again.</summary>
    [Fact]
    public async Task A_gap_that_ends_within_seconds_is_told_to_nobody_and_one_that_stays_is_told_after_10_seconds()
    {
        await _life.Configure(Config, _time.GetUtcNow());
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1") with { StartTimestamp = Now });
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        var runs = Requests.Component(placed, ComponentState.Running) with { Begin = placed.StartTimestamp };
        _life.Runs("n1", runs);
        await _life.Passes(_time, 5, "n1");
        // The server stands still; the Store is fenced meanwhile.
        _time.Advance(TimeSpan.FromSeconds(20));
        _life.Runs("n1", runs with { State = ComponentState.Stopped });
        await _life.Loop.Once();
        await _life.Passes(_time, 9, "n1");
        _life.Runs("n1", runs);
        await _life.Passes(_time, 5, "n1");
        Assert.Empty(Gaps());
        _life.Runs("n1", runs with { State = ComponentState.Stopped });
        await _life.Loop.Once();
        await _life.Passes(_time, 9, "n1");
        Assert.Empty(Gaps());
        await _life.Passes(_time, 1, "n1");
        Assert.Equal(AlertCondition.Firing, Assert.Single(Gaps()).Condition);
    }

    [Fact]
    public async Task A_pause_of_the_server_makes_no_gap_older()
    {
        await _life.Configure(Config, _time.GetUtcNow());
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1") with { StartTimestamp = Now });
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        _life.Runs("n1", Requests.Component(placed, ComponentState.Stopped));
        await _life.Loop.Once();
        await _life.Passes(_time, 3, "n1");
        _time.Advance(TimeSpan.FromSeconds(20));
        await _life.Passes(_time, 2, "n1");
        Assert.Empty(Gaps());
        await _life.Passes(_time, 4, "n1");
        Assert.Single(Gaps());
    }

    [Fact]
    public async Task What_becomes_this_replica_s_in_the_middle_of_a_pass_was_not_looked_at_by_it()
    {
        await GapIsTold();
        var partition = _life.Get<Partition>();
        var other = Enumerable.Range(0, 1000).Select(n => $"other-{n}")
            .First(o => Rendezvous.Owner([partition.Me, o], "mysql") == o && Rendezvous.Owner([partition.Me, o], "pg") == partition.Me);
        partition.Become([partition.Me, other]);
        var writes = 0;
        // The first write is the request's, before the pass; the second is the pass's own.
        _life.Subtopics.Cache.Written += _ =>
        {
            if (++writes == 2)
            {
                partition.Become([partition.Me]);
            }
        };
        await _life.Takes(Requests.Of("t2") with { Subtopic = "pg", StartTimestamp = Now });
        Assert.True(partition.IsAlone);
        Assert.DoesNotContain(Gaps(), g => g.Condition == AlertCondition.Resolved);
    }
}
