using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.Config;
using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Limits of a change of ha.config. Profile standard: Down after 30 s; 15 + 5 + 2 s; a heartbeat every 3 s.</summary>
public sealed class ConfigMergeTests
{
    [Theory]
    [InlineData("""{"checkRequestIntervalSec":-1}""", "checkRequestIntervalSec", "HA-102 must be 0 to 86400")]
    [InlineData("""{"checkRequestIntervalSec":86401}""", "checkRequestIntervalSec", "HA-102 must be 0 to 86400")]
    [InlineData("""{"brakeShare":0}""", "brakeShare", "HA-102 must be 0.01 to 1")]
    [InlineData("""{"brakeShare":1e400}""", "brakeShare", "HA-102 must be 0.01 to 1")]
    [InlineData("""{"restartsMax":1e400}""", "restartsMax", "HA-102 must be 0 to 100")]
    [InlineData("""{"enabel":true}""", "enabel", "HA-101 is not a key of ha.config")]
    [InlineData("""{"enable":"yes"}""", "enable", "HA-101 must be a boolean")]
    [InlineData("""{"enable":null}""", "enable", "HA-101 must be a boolean")]
    [InlineData("""{"leaseSec":"15"}""", "leaseSec", "HA-101 must be a number")]
    [InlineData("""{"brakeHostsMin":true}""", "brakeHostsMin", "HA-101 must be a whole number")]
    [InlineData("""{"brakeHostsMin":1.5}""", "brakeHostsMin", "HA-101 must be a whole number")]
    [InlineData("""{"autonomy":"AUTO"}""", "autonomy", "HA-101 must be one of observe, recommend, approve, auto")]
    [InlineData("""{"autonomy":3}""", "autonomy", "HA-101 must be one of observe, recommend, approve, auto")]
    [InlineData("""{"enable":true,"enable":false}""", "body", "HA-101 must name each key once")]
    [InlineData("""{"regions":{"north":{"enable":true,"enable":false}}}""", "body", "HA-101 must name each key once")]
    [InlineData("""{"regions":null}""", "regions", "HA-101 must be an object of overrides by name")]
    [InlineData("""{"regions":{"north":7}}""", "regions.north", "HA-101 must be an object of keys, or null to remove it")]
    [InlineData("""{"regions":{"north":{"foo":1}}}""", "regions.north.foo", "HA-101 is not a key of ha.config")]
    [InlineData("""{"regions":{"north":{"leaseSec":9}}}""", "regions.north.leaseSec", "HA-101 holds everywhere and has no override")]
    [InlineData("""{"regions":{"north":{"brakeShare":2}}}""", "regions.north.brakeShare", "HA-102 must be 0.01 to 1")]
    [InlineData("""{"regions":{"north":{"enable":1}}}""", "regions.north.enable", "HA-101 must be a boolean")]
    [InlineData("""{"regions":{"":{"enable":true}}}""", "regions", "HA-102 must name each with 1 to 128 characters")]
    [InlineData("""{"regions":{"a\nb":{"enable":true}}}""", "regions", "HA-102 must name each with 1 to 128 characters")]
    [InlineData("""{"tasks":{"t1":{"brakeHostsMin":4}}}""", "tasks.t1.brakeHostsMin", "HA-101 holds for a region, not for a task")]
    [InlineData("""{"tasks":{"t1":{"checkHostDownIntervalSec":40}}}""", "tasks.t1.checkHostDownIntervalSec", "HA-101 holds for a region")]
    [InlineData("""{"tasks":{"t1":{"version":4}}}""", "tasks.t1.version", "HA-101 is not a key of ha.config")]
    public void A_change_that_breaks_a_rule_is_refused_by_name(string change, string field, string rule)
    {
        var fault = Merge(Scene.Config, change).Fault!;
        var told = Assert.Single(fault.Fields);
        Assert.Equal(field, told.Field);
        Assert.StartsWith(rule, $"{fault.Code} {told.Rule}", StringComparison.Ordinal);
        Assert.Equal(400, fault.Status);
        // A fault that cannot be written as JSON would leave as an error of the service.
        Assert.Contains(field, JsonSerializer.Serialize(fault, JsonSerializerOptions.Web), StringComparison.Ordinal);
    }

    public static TheoryData<string> Numbers =>
        [.. HaConfigKeys.All.Where(k => k.Kind is KeyKind.Whole or KeyKind.Number).Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Each_number_is_taken_at_its_bounds_and_refused_past_them(string name)
    {
        var key = HaConfigKeys.Find(name)!;
        var step = key.Kind == KeyKind.Whole ? 1 : 0.001;
        Assert.Null(key.Read(key.Min).Broken);
        Assert.Null(key.Read(key.Max).Broken);
        Assert.Equal($"must be {key.Bounds}", key.Read(key.Min - step).Broken);
        Assert.Equal($"must be {key.Bounds}", key.Read(key.Max + step).Broken);
        Assert.Equal(key.Kind == KeyKind.Number, key.Read(key.Min + 0.5).Broken is null);
    }

    [Theory]
    [InlineData("""{"checkHostDownIntervalSec":22}""", null)]
    [InlineData("""{"checkHostDownIntervalSec":21}""",
        "checkHostDownIntervalSec: '21' – must be at least leaseSec 15 + killGraceSec 5 + clockDriftSec 2 = 22")]
    [InlineData("""{"leaseSec":23}""", null)]
    [InlineData("""{"leaseSec":23.1}""",
        "checkHostDownIntervalSec: '30' – must be at least leaseSec 23.1 + killGraceSec 5 + clockDriftSec 2 = 30.1")]
    [InlineData("""{"leaseSec":60,"checkHostDownIntervalSec":67}""", null)]
    [InlineData("""{"leaseSec":27.6,"killGraceSec":1.1,"clockDriftSec":1.3}""", null)]
    [InlineData("""{"regions":{"north":{"checkHostDownIntervalSec":22}}}""", null)]
    [InlineData("""{"regions":{"north":{"checkHostDownIntervalSec":21}}}""",
        "regions.north.checkHostDownIntervalSec: '21' – must be at least leaseSec 15 + killGraceSec 5 + clockDriftSec 2 = 22")]
    [InlineData("""{"leaseSec":6}""", null)]
    [InlineData("""{"leaseSec":5.9}""",
        "leaseSec: '5.9' – must be at least 2 x the heartbeat interval 3 of profile standard = 6")]
    [InlineData("""{"inspectionIntervalSec":15}""", null)]
    [InlineData("""{"inspectionIntervalSec":16}""",
        "checkHostDownIntervalSec: '30' – must be at least 2 x inspectionIntervalSec 16 = 32")]
    [InlineData("""{"inspectionIntervalSec":15,"regions":{"s":{"checkHostDownIntervalSec":29}}}""",
        "regions.s.checkHostDownIntervalSec: '29' – must be at least 2 x inspectionIntervalSec 15 = 30")]
    public void What_is_unsafe_together_is_refused_with_the_numbers(string change, string? told)
    {
        var fault = Merge(Scene.Config, change).Fault;
        Assert.Equal(told is null, fault is null);
        Assert.StartsWith(told ?? "", fault?.Detail ?? "", StringComparison.Ordinal);
        Assert.Equal(told is null ? null : "HA-102", fault?.Code);
    }

    [Fact]
    public void An_override_that_was_safe_is_checked_again_when_the_lease_grows()
    {
        var north = Merge(Scene.Config, """{"regions":{"north":{"checkHostDownIntervalSec":22}}}""").Value!.Config;
        var fault = Merge(north, """{"leaseSec":16}""").Fault!;
        Assert.Equal("regions.north.checkHostDownIntervalSec", Assert.Single(fault.Fields).Field);
        Assert.Null(Merge(north, """{"leaseSec":16,"regions":{"north":null}}""").Fault);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var shape = Merge(Scene.Config, """{"nonsense":1,"enable":7,"brakeShare":2,"tasks":{"t":{"x":1}}}""").Fault!;
        Assert.Equal(("HA-101", 4), (shape.Code, shape.Fields.Count));
        var bounds = Merge(Scene.Config, """{"brakeShare":2,"brakeHostsMin":0,"checkHostDownIntervalSec":1}""").Fault!;
        Assert.Equal(("HA-102", 4), (bounds.Code, bounds.Fields.Count));
    }

    [Fact]
    public void The_profiles_keep_every_rule() => Assert.All(Profile.All, profile =>
    {
        Assert.Empty(HaConfigRules.Check(profile.Ha, profile));
        var whole = JsonSerializer.SerializeToNode(profile.Ha, JsonSerializerOptions.Web)!.AsObject();
        Assert.Equal(profile.Ha, HaConfigMerge.Merge(profile.Ha, whole, profile).Value!.Config);
    });

    [Fact]
    public void A_partial_change_keeps_the_rest() =>
        Assert.Equal(Scene.Config with { Enable = false }, Merge(Scene.Config, """{"enable":false}""").Value!.Config);

    [Fact]
    public void The_reference_s_own_json_can_be_pasted_whole_and_what_is_ignored_is_said()
    {
        const string Oms = """
            {"enable":false,"enableHost":false,"enableStore":true,"enableConnector":true,"enableJdbcWriter":false,
             "subtopicStoreNumberThreshold":5,"checkRequestIntervalSec":600,"checkJdbcWriterIntervalSec":"never",
             "checkHostDownIntervalSec":540,"checkModuleExceptionIntervalSec":240,"clearAbnormalResourceHours":72,
             "perceiveStoreClientCheckpoint":false,"refetchStoreIntervalMin":30}
            """;
        var merged = Merge(Scene.Config with { Enable = true, BrakeHostsMin = 7 }, Oms).Value!;
        Assert.Equal(
            new HaConfig { LeaseSec = 15, KillGraceSec = 5, ClockDriftSec = 2, BrakeHostsMin = 7 },
            merged.Config);
        Assert.Equal(["enableJdbcWriter", "checkJdbcWriterIntervalSec"], merged.Ignored.Select(i => i.Key));
        Assert.All(merged.Ignored, i => Assert.Contains("older OMS releases", i.Why, StringComparison.Ordinal));
    }

    [Fact]
    public void What_get_shows_can_be_put_back_as_it_is()
    {
        var config = Merge(Scene.Config, """{"regions":{"north":{"enable":false}},"tasks":{"t1":{"autonomy":"observe"}}}""").Value!.Config;
        var view = HaConfigView.Of(new HeldConfig(config, null, 0));
        var shown = JsonSerializer.SerializeToNode(view, JsonSerializerOptions.Web)!.AsObject();
        shown.Remove("ignored");
        var merged = HaConfigMerge.Merge(config, shown, Profile.Standard).Value!;
        Assert.Equal(config, merged.Config);
        Assert.Equal(["enableJdbcWriter", "checkJdbcWriterIntervalSec", "version", "changedBy", "changedAt"],
            merged.Ignored.Select(i => i.Key));
    }

    [Fact]
    public void An_override_is_replaced_whole_removed_by_null_and_otherwise_kept()
    {
        var config = Merge(Scene.Config, """
            {"regions":{"north":{"enable":false,"brakeShare":0.3},"south":{"movesPerSecond":7}},"tasks":{"t1":{"autonomy":"approve"}}}
            """).Value!.Config;
        Assert.Equal((false, 0.3, 30), (config.ForRegion("north").Enable, config.ForRegion("north").BrakeShare,
            config.ForRegion("north").CheckHostDownIntervalSec));
        Assert.Equal((true, 7), (config.ForRegion("south").Enable, config.ForRegion("south").MovesPerSecond));
        Assert.Equal((false, Autonomy.Approve), (config.ForTask("north", "t1").Enable, config.ForTask("north", "t1").Autonomy));

        config = Merge(config, """{"regions":{"north":{"brakeShare":0.4,"enable":null}}}""").Value!.Config;
        Assert.Equal((true, 0.4), (config.ForRegion("north").Enable, config.ForRegion("north").BrakeShare));
        Assert.Equal(["north", "south"], config.Regions.Keys);

        config = Merge(config, """{"regions":{"north":null,"south":{}},"tasks":{"t1":{"autonomy":null},"t2":null}}""").Value!.Config;
        Assert.Equal(Scene.Config, config);
    }

    [Theory]
    [InlineData(HaConfigKeys.OverridesMax, true)]
    [InlineData(HaConfigKeys.OverridesMax + 1, false)]
    public void Overrides_are_limited(int count, bool taken)
    {
        var tasks = new JsonObject();
        for (var i = 0; i < count; i++)
        {
            tasks[$"t{i}"] = new JsonObject { ["enable"] = false };
        }

        Assert.Equal(taken, Merge(Scene.Config, new JsonObject { ["tasks"] = tasks }.ToJsonString()).Fault is null);
    }

    [Fact]
    public void Configurations_that_say_the_same_are_equal_whatever_the_order()
    {
        var (off, few) = (new HaConfigOverride { Enable = false }, new HaConfigOverride { MovesPerSecond = 1 });
        var one = new HaConfig { Regions = new Dictionary<string, HaConfigOverride> { ["a"] = off, ["b"] = few } };
        var same = new HaConfig { Regions = new Dictionary<string, HaConfigOverride> { ["b"] = few with { }, ["a"] = off with { } } };
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, same with { Regions = new Dictionary<string, HaConfigOverride> { ["a"] = few, ["b"] = off } });
        Assert.NotEqual(one, same with { Tasks = one.Regions });
        Assert.NotEqual(one, new HaConfig());
    }

    private static Outcome<MergedConfig> Merge(HaConfig before, string change) =>
        HaConfigMerge.Merge(before, JsonNode.Parse(change)!.AsObject(), Profile.Standard);
}
