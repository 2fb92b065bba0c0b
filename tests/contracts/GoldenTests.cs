using System.Reflection;
using MassTransit;

namespace Holdfast.Contracts.Tests;

/// <summary>
/// Messages as they go over the wire, held by files. A change of one is a change of the contract: only new optional fields are allowed.
/// HOLDFAST_WRITE_GOLDEN=1 writes files that are missing.
/// </summary>
public sealed class GoldenTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static TheoryData<string> Names => [.. Specimens.All.Select(s => s.GetType().Name)];

    public static TheoryData<string> Words => [.. typeof(HaConfig).Assembly.GetExportedTypes().Where(t => t.IsEnum).Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_written_exactly_so(string name)
    {
        var specimen = Specimen(name);
        var written = JsonSerializer.Serialize(specimen, specimen.GetType(), Web).ReplaceLineEndings("\n") + "\n";
        var file = GoldenFile(name);
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("HOLDFAST_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(file, written);
        }

        Assert.Equal(Golden(name), written);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_reads_back_as_it_was(string name)
    {
        var type = Specimen(name).GetType();
        var read = JsonSerializer.Deserialize(Golden(name), type, Web);
        Assert.Equivalent(Specimen(name), read, strict: true);
        Assert.Equal(Golden(name).TrimEnd(), JsonSerializer.Serialize(read, type, Web).ReplaceLineEndings("\n"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_field_of_a_later_version_is_passed_over(string name)
    {
        var later = JsonNode.Parse(Golden(name))!.AsObject();
        later["fieldOfALaterVersion"] = new JsonObject { ["x"] = 1 };
        Assert.Equivalent(Specimen(name), later.Deserialize(Specimen(name).GetType(), Web), strict: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_field_of_the_specimen_is_set(string name)
    {
        var golden = JsonNode.Parse(Golden(name))!.AsObject();
        var properties = Specimen(name).GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>()?.Condition
                is not System.Text.Json.Serialization.JsonIgnoreCondition.Always)
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));
        Assert.Equal(properties.Order(), golden.Select(g => g.Key).Order());
    }

    [Fact]
    public void The_name_on_the_wire_is_namespace_and_name()
    {
        Assert.Equal("urn:message:Holdfast.Contracts:HostDown", MessageUrn.ForTypeString<HostDown>());
        Assert.All(Specimens.All, s => Assert.Equal("Holdfast.Contracts", s.GetType().Namespace));
        string[] messages = ["AlertRaised", "AlertSent", "BatchesHeard", "ComponentPlaced", "ConfiguredStoreRequested", "HaConfigAsked",
            "HaConfigChanged", "HeartbeatReported", "HostAdmitted", "HostDown", "HostForgotten", "HostRecovered", "HostsAvoided",
            "ServiceBeat", "StorePlaced", "StoreRequested", "StoreSuspected", "SubtopicsChanged",
            "SubtopicsDecided", "ThresholdsChanged"];
        Assert.All(messages, name => Assert.Equal(
            $"urn:message:Holdfast.Contracts:{name}",
                MessageUrn.ForTypeString(Type.GetType($"Holdfast.Contracts.{name}, Holdfast.Contracts")!)));
    }

    /// <summary>Said within a process only: a fault leaves it as problem+json, a profile not at all.</summary>
    private static readonly Type[] NeverSent = [typeof(Fault), typeof(FieldFault), typeof(Profile)];

    [Fact]
    public void Every_record_of_the_contracts_has_a_golden_file()
    {
        var records = typeof(HaConfig).Assembly.GetExportedTypes().Except(NeverSent).Where(t => t.Namespace == typeof(HaConfig).Namespace)
            .Where(t => t is { IsClass: true, IsAbstract: false } && t.GetMethod("<Clone>$") is not null).Select(t => t.Name);
        var missing = records.Except(Specimens.All.Select(s => s.GetType().Name)).ToList();
        Assert.True(missing.Count == 0,
            $"No golden JSON for {string.Join(", ", missing)}: add a specimen with every field set to Specimens.cs, "
            + "then run these tests once with HOLDFAST_WRITE_GOLDEN=1 and read the new file.");
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void The_words_of_an_enum_stay_what_they_are(string name)
    {
        var type = typeof(HaConfig).Assembly.GetExportedTypes().Single(t => t.IsEnum && t.Name == name);
        var words = string.Join(' ', Enum.GetValues(type).Cast<object>().Select(v => JsonSerializer.Serialize(v, type)));
        Assert.Equal(EnumWords[name], words);
    }

    private static readonly Dictionary<string, string> EnumWords = new()
    {
        ["AlertCondition"] = "\"firing\" \"resolved\"",
        ["AlertLevel"] = "1 2 3 4 5",
        ["AlertScope"] = "\"system\" \"task\"",
        ["Circuit"] = "\"Closed\" \"Open\" \"HalfOpen\"",
        ["Ending"] = "\"Silence\" \"Recovery\"",
        ["FieldType"] = "\"text\" \"area\" \"number\" \"check\" \"choice\" \"list\" \"json\" \"file\" \"secret\" \"url\" \"headers\"",
        ["Markup"] = "\"None\" \"Entities\" \"Broken\"",
        ["MoveCause"] = "\"Operator\" \"Drain\" \"Failing\"",
        ["RecoveryPhase"] = "\"Moving\" \"Started\" \"CatchingUp\" \"Recovered\"",
        ["SendingStatus"] = "\"Pending\" \"Failed\" \"Successful\" \"Sent again\" \"Completed\"",
        ["StoreHealth"] = "\"Running\" \"Starting\" \"Stopped\" \"Abnormal\" \"Unheard\" \"Leaving\"",
        ["StoreOrigin"] = "\"Task\" \"HA\" \"Operator\" \"Drain\"",
        ["Autonomy"] = "\"observe\" \"recommend\" \"approve\" \"auto\"",
        ["ComponentKind"] = "\"Store\" \"Incr-Sync\" \"Full-Import\" \"Full-Verification\"",
        ["ComponentState"] = "\"Starting\" \"Running\" \"Stopped\" \"Migrating\" \"Abnormal\" \"Completed\"",
        ["DesiredState"] = "\"Running\" \"Stopped\" \"Absent\"",
        ["HostState"] = "\"Online\" \"Down\" \"Quarantined\"",
        ["RefetchMode"] = "\"oms\" \"computed\"",
        ["SourceLevel"] = "\"cluster\" \"tenant\" \"database\"",
        ["SuspectStanding"] = "\"waits\" \"watched\" \"held\" \"cleared\"",
        ["TextUnit"] = "\"Characters\" \"Bytes\" \"JsonBytes\"",
        ["ProtectionLevel"] = "\"HIGH\" \"MEDIUM\" \"LOW\" \"IGNORE\"",
    };

    private static object Specimen(string name) => Specimens.All.Single(s => s.GetType().Name == name);

    private static string Golden(string name) => File.ReadAllText(GoldenFile(name));

    private static string GoldenFile(string name) => Path.Combine(Source(), "golden", name + ".json");

    private static string Source([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        File.Exists(file) ? Path.GetDirectoryName(file)! : AppContext.BaseDirectory;
}

/// <summary>The table of docs/reference/oms.md, Parameters of HA: its names, its defaults, its units.</summary>
public sealed class HaConfigDefaultsTests
{
    [Theory]
    [InlineData("enable", "false")]
    [InlineData("enableHost", "false")]
    [InlineData("enableStore", "true")]
    [InlineData("enableConnector", "true")]
    [InlineData("checkRequestIntervalSec", "600")]
    [InlineData("checkHostDownIntervalSec", "540")]
    [InlineData("checkModuleExceptionIntervalSec", "240")]
    [InlineData("subtopicStoreNumberThreshold", "5")]
    [InlineData("refetchStoreIntervalMin", "30")]
    [InlineData("perceiveStoreClientCheckpoint", "false")]
    [InlineData("clearAbnormalResourceHours", "72")]
    [InlineData("enableJdbcWriter", "true")]
    [InlineData("checkJdbcWriterIntervalSec", "600")]
    public void A_key_of_the_reference_keeps_its_name_and_default(string key, string value)
    {
        var json = JsonSerializer.SerializeToNode(new HaConfig(), JsonSerializerOptions.Web)!.AsObject();
        Assert.Equal(value, json[key]?.ToJsonString());
    }

    [Fact]
    public void The_reference_s_keys_come_first_and_what_differs_by_place_last()
    {
        var keys = JsonSerializer.SerializeToNode(new HaConfig(), JsonSerializerOptions.Web)!.AsObject().Select(k => k.Key).ToList();
        string[] reference =
        [
            "enable", "enableHost", "enableStore", "enableConnector", "checkRequestIntervalSec", "checkHostDownIntervalSec",
            "checkModuleExceptionIntervalSec", "subtopicStoreNumberThreshold", "refetchStoreIntervalMin",
            "perceiveStoreClientCheckpoint", "clearAbnormalResourceHours", "enableJdbcWriter", "checkJdbcWriterIntervalSec",
        ];
        Assert.Equal(reference, keys[..reference.Length]);
        Assert.Equal(["regions", "tasks"], keys[^2..]);
    }

    [Fact]
    public void The_defaults_keep_the_fence()
    {
        var config = new HaConfig();
        Assert.True(config.CheckHostDownInterval >= config.Lease + config.KillGrace + config.ClockDrift);
    }
}

/// <summary>The default of docs/reference/oms.md, Protection levels and thresholds, to the letter.</summary>
public sealed class AlertThresholdsDefaultsTests
{
    [Fact]
    public void The_defaults_are_the_reference_s_own_json() => Assert.Equal(
        ("{'delayThreshold':{'HIGH':30,'MEDIUM':300,'LOW':900},'failedLengthOfTimeThreshold':{'HIGH':30,'MEDIUM':300,'LOW':900},"
        + "'alarmRestrainTimeOfMin':{'HIGH':3,'MEDIUM':3,'LOW':3,'IGNORE':100}}").Replace('\'', '"'),
        JsonSerializer.Serialize(new AlertThresholds(), JsonSerializerOptions.Web));

    [Theory]
    [InlineData(ProtectionLevel.High, 30)]
    [InlineData(ProtectionLevel.Medium, 300)]
    [InlineData(ProtectionLevel.Low, 900)]
    [InlineData(ProtectionLevel.Ignore, null)]
    public void No_protection_is_no_alert(ProtectionLevel level, int? seconds)
    {
        Assert.Equal(seconds, new AlertThresholds().Delay(level)?.TotalSeconds);
        Assert.Equal(seconds, new AlertThresholds().Failure(level)?.TotalSeconds);
    }
}
