using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Tests;

public sealed class TaskRulesTests
{
    private static readonly NewTask Good = new()
    {
        Name = "orders",
        Type = "synchronization",
        Region = "north",
        Source = new NewTaskSource("mysql", "south"),
        IncrSync = new NewTaskComponent(["incr-sync"], null),
        Store = new NewTaskComponent(["store"], null),
    };

    private static readonly string[] Regions = ["north", "south"];

    [Fact]
    public void A_sound_task_has_no_faults() => Assert.Empty(TaskRules.Check(Good, Regions));

    [Fact]
    public void An_unknown_region_is_answered_with_the_known_ones()
    {
        var fault = Assert.Single(TaskRules.Check(Good with { Region = "nort" }, Regions));
        Assert.Equal(("region", "must be a region that has hosts (known: north, south)"), (fault.Field, fault.Rule));
        Assert.Contains("no host has reported yet", TaskRules.Check(Good, [])[0].Rule, StringComparison.Ordinal);
        var source = Assert.Single(TaskRules.Check(Good with { Source = new NewTaskSource("mysql", "sout") }, Regions));
        Assert.Equal(("source.region", "must be a region that has hosts (known: north, south)"), (source.Field, source.Rule));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var fields = TaskRules.Check(new NewTask { StartTimestamp = -1, Protection = "high" }, Regions).Select(f => f.Field);
        Assert.Equal(["incrSync", "name", "protection", "region", "source.name", "startTimestamp", "type"], fields.Order());
    }

    [Fact]
    public void A_configuration_is_an_object_and_its_value_is_not_told()
    {
        var task = Good with { Store = Good.Store! with { Config = JsonSerializer.SerializeToElement("s3cret") } };
        var fault = Assert.Single(TaskRules.Check(task, Regions));
        Assert.Equal(("store.config", "a JSON String"), (fault.Field, fault.Value));
    }

    [Theory]
    [InlineData("synchronization", "south", false)]
    [InlineData("synchronization", "north", true)]
    [InlineData("migration", "north", false)]
    public void Tasks_that_share_a_source_agree_where_it_is(string type, string region, bool clashes)
    {
        var known = TaskRules.Create(Good, default);
        var task = TaskRules.Create(Good with { Id = "other", Type = type, Source = new NewTaskSource("mysql", region) }, default);
        Assert.Equal(clashes, TaskRules.NamesSourceElsewhere(known, task));
        Assert.False(TaskRules.NamesSourceElsewhere(known with { Status = TaskIntent.Released }, task));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(0, false)]
    public void A_name_has_1_to_64_characters(int length, bool holds)
    {
        var faults = TaskRules.Check(Good with { Name = new string('a', length) }, Regions);
        Assert.Equal(holds, faults.Count == 0);
        Assert.All(faults.Where(f => f.Field == "name"), f => Assert.Contains("64", f.Rule, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData("订单 (核心)")]
    [InlineData("..")]
    public void A_name_of_any_script_needs_an_id_beside_it(string name)
    {
        Assert.Equal("id", Assert.Single(TaskRules.Check(Good with { Name = name }, Regions)).Field);
        Assert.Empty(TaskRules.Check(Good with { Name = name, Id = "orders" }, Regions));
    }

    [Theory]
    [InlineData(" orders")]
    [InlineData("or\u200bders")]
    [InlineData("or\nders")]
    public void A_name_has_nothing_that_nobody_sees(string name) =>
        Assert.Equal("name", Assert.Single(TaskRules.Check(Good with { Name = name, Id = "orders" }, Regions)).Field);

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a%2fb")]
    [InlineData("")]
    [InlineData(" a")]
    public void An_id_that_a_path_cannot_carry_is_refused(string id)
    {
        Assert.Equal("id", Assert.Single(TaskRules.Check(Good with { Id = id }, Regions)).Field);
        var source = Good with { Source = new NewTaskSource(id, "north") };
        Assert.Equal("source.name", Assert.Single(TaskRules.Check(source, Regions)).Field);
    }

    public static TheoryData<string[]?, bool> Commands => new()
    {
        { ["sh"], true },
        { [.. Enumerable.Repeat("a", 256)], true },
        { [.. Enumerable.Repeat("a", 257)], false },
        { ["sh", new string('a', 4096)], true },
        { ["sh", new string('a', 4097)], false },
        { ["sh", ""], true },
        { ["", "a"], false },
        { ["sh", "a\0b"], false },
        { [], false },
        { null, false },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_is_an_argument_vector_within_bounds(string[]? command, bool holds) =>
        Assert.Equal(holds, TaskRules.Check(Good with { IncrSync = new NewTaskComponent(command, null) }, Regions).Count == 0);

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var task = TaskRules.Create(Good with { Source = new NewTaskSource("mysql", null) }, Scene.Now);
        Assert.Equal(("orders", "north", ProtectionLevel.Medium, TaskIntent.Running, Scene.Now.ToUnixTimeSeconds()),
            (task.Id, task.Source.Region, task.Protection, task.Status, task.StartTimestamp));
    }

    [Fact]
    public void Synchronization_tasks_share_a_subtopic_and_migration_tasks_never_do()
    {
        Assert.Equal("mysql", TaskRules.Create(Good, Scene.Now).Subtopic);
        Assert.Equal("orders-mysql", TaskRules.Create(Good with { Type = "migration" }, Scene.Now).Subtopic);
        Assert.Equal("orders-mysql", TaskRules.Create(Good with { ShareStore = false }, Scene.Now).Subtopic);
    }

    [Theory]
    [InlineData("synchronization", true, true)]
    [InlineData("synchronization", false, true)]
    [InlineData("migration", false, true)]
    [InlineData("migration", true, false)]
    public void A_migration_task_cannot_share_its_stores(string type, bool share, bool holds) =>
        Assert.Equal(holds, TaskRules.Check(Good with { Type = type, ShareStore = share }, Regions).Count == 0);

    [Fact]
    public void Stores_of_a_task_s_own_are_reached_by_no_other_task_s_names()
    {
        var own = TaskRules.Create(Good with { ShareStore = false }, Scene.Now);
        var other = TaskRules.Create(Good with { Id = "other", Source = new NewTaskSource("orders-mysql", null) }, Scene.Now);
        Assert.True(TaskRules.HasStoresOfItsOwn(own, other));
        Assert.True(TaskRules.HasStoresOfItsOwn(other, own));
        Assert.False(TaskRules.HasStoresOfItsOwn(own with { Status = TaskIntent.Released }, other));
        Assert.False(TaskRules.HasStoresOfItsOwn(TaskRules.Create(Good, Scene.Now), TaskRules.Create(Good with { Id = "b" }, Scene.Now)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void A_task_has_at_most_32_tags(int count, bool holds) =>
        Assert.Equal(holds, TaskRules.AreTags([.. Enumerable.Range(0, count).Select(i => $"t{i}")]));

    public static TheoryData<string[], bool> Tags => new()
    {
        { ["a", new string('b', 64)], true },
        { ["a", new string('b', 65)], false },
        { ["a", ""], false },
        { ["a", "b", "a"], false },
        { ["a", "A"], true },
    };

    [Theory]
    [MemberData(nameof(Tags))]
    public void Each_tag_has_1_to_64_characters_and_is_there_once(string[] tags, bool holds)
    {
        Assert.Equal(holds ? [] : ["tags"], TaskRules.Check(Good with { Tags = tags }, Regions).Select(f => f.Field));
        Assert.Equal(tags, TaskRules.Create(Good with { Tags = tags }, Scene.Now).Tags);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("Running", true)]
    [InlineData("Stopped", true)]
    [InlineData("running", false)]
    [InlineData("Absent", false)]
    public void An_Incr_Sync_is_to_run_or_to_be_stopped(string? desired, bool holds)
    {
        var task = Good with { IncrSync = new NewTaskComponent(["incr-sync"], desired) };
        Assert.Equal(holds ? [] : ["incrSync.desired"], TaskRules.Check(task, Regions).Select(f => f.Field));
    }

    [Fact]
    public void A_beginning_that_is_given_is_kept() =>
        Assert.Equal(77, TaskRules.Create(Good with { StartTimestamp = 77 }, Scene.Now).StartTimestamp);

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void What_failed_or_what_a_person_stopped_stays_so_until_its_task_is_operated_or_released(
        bool hasFailed, bool isByHand, bool isBehind)
    {
        var stopped = Scene.Component("t1", "h1") with
        {
            Desired = DesiredState.Stopped,
            CarriedState = hasFailed ? ComponentState.Abnormal : null,
            ByHand = isByHand ? DesiredState.Stopped : null,
        };
        var task = TaskRules.Create(Good, Scene.Now);
        Assert.Equal(isBehind, TaskRules.IsBehind(stopped, task));
        Assert.True(TaskRules.IsBehind(stopped, task with { Status = TaskIntent.Released }));
        Assert.False(TaskRules.IsBehind(stopped, task with { Status = TaskIntent.Suspended }));
    }

    [Theory]
    [InlineData("startTimestamp", 0, null)]
    [InlineData("source.log.retentionSec", 60, 31_536_000)]
    [InlineData("source.log.clockSkewSec", 0, 30)]
    [InlineData("source.log.flushLagSec", 0, 30)]
    public void A_number_of_a_task_has_its_limits(string field, int least, int? most)
    {
        NewTask With(int value) => field switch
        {
            "startTimestamp" => Good with { StartTimestamp = value },
            "source.log.retentionSec" => Log(new SourceLog { RetentionSec = value }),
            "source.log.clockSkewSec" => Log(new SourceLog { ClockSkewSec = value }),
            _ => Log(new SourceLog { FlushLagSec = value }),
        };
        NewTask Log(SourceLog log) => Good with { Source = Good.Source! with { Log = log } };
        string[] Faulty(int value) => [.. TaskRules.Check(With(value), Regions).Select(f => f.Field)];
        Assert.Empty(Faulty(least));
        Assert.Equal([field], Faulty(least - 1));
        Assert.Empty(Faulty(most ?? int.MaxValue));
        Assert.Equal(most is null ? [] : [field], Faulty(most + 1 ?? int.MaxValue));
    }
}
