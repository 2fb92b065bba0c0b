using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Holdfast.Fleet;
using Holdfast.Platform;
using Holdfast.Rules.HaScheduler.Pass;

namespace Holdfast.HaScheduler.Replay;

/// <summary>One pass as it was recorded: what it looked at, and what it decided.</summary>
/// <param name="Dropped">Passes between the one before and this one that were not recorded.</param>
internal sealed record RecordedPass(Snapshot Snapshot, HaConfig Config, Decided Decided, long Dropped);

/// <summary>
/// Selects the recorded parts of a snapshot: all that <see cref="Decider"/> reads, and little that changes with every report and that
/// no decision reads. Commands and configurations are left out: no decision reads them, and they may hold secrets.
/// </summary>
internal static class Recorded
{
    /// <summary>Times to the tick; nothing that is worked out from the rest.</summary>
    internal static JsonSerializerOptions Json { get; } = CreateJson();

    private static readonly Usage NoUsage = new(0, 0, 0);

    internal static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Json);

    /// <summary>The small parts of a snapshot: they are compared and written as one piece.</summary>
    internal static Snapshot Rest(Snapshot snapshot) => snapshot with
    {
        Now = default,
        Hosts = [],
        Registrations = [],
        Tasks = FrozenDictionary<string, TaskDocument>.Empty,
        StoresByHost = FrozenDictionary<string, int>.Empty,
    };

    internal static Registration Of(Registration component) => component with { Command = [], ConfigDigest = null };

    internal static TaskDocument Of(TaskDocument task) => task with
    {
        IncrSync = Of(task.IncrSync)!,
        Store = Of(task.Store),
        FullImport = Of(task.FullImport),
        FullVerification = Of(task.FullVerification),
    };

    /// <summary>The host as it reported, but for its usage (<see cref="HostColumns"/>).</summary>
    internal static FleetHost Of(FleetHost host) => Shape(host) with { Components = [.. host.Components.Select(Of)] };

    internal static bool IsSame(FleetHost? before, FleetHost? now)
    {
        if (ReferenceEquals(before, now) || before is null || now is null)
        {
            return ReferenceEquals(before, now);
        }

        return Shape(before) with { Components = now.Components, Tags = now.Tags } == Shape(now)
            && (ReferenceEquals(before.Tags, now.Tags) || before.Tags.SequenceEqual(now.Tags, StringComparer.Ordinal))
            && (ReferenceEquals(before.Components, now.Components)
                || before.Components.Count == now.Components.Count && AreSame(before.Components, now.Components));
    }

    private static bool AreSame(IReadOnlyList<ComponentReport> before, IReadOnlyList<ComponentReport> now)
    {
        for (var i = 0; i < now.Count; i++)
        {
            if (Of(before[i]) != Of(now[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The number of the component list grows with every position that a component reaches; decided from is only whether
    /// the list is current, and whether there is one.
    /// </summary>
    private static FleetHost Shape(FleetHost host)
    {
        var inventory = host.ComponentsInventory < 0 ? -1 : 0;
        return host with
        {
            Report = host.Report with
            {
                Sequence = 0,
                Succeeds = null,
                Components = null,
                LeftOut = null,
                ClockAheadSec = null,
                Usage = NoUsage,
                Inventory = host.Report.Inventory == host.ComponentsInventory ? inventory : 1,
            },
            ComponentsInventory = inventory,
            LeftOut = null,
        };
    }

    private static ComponentReport Of(ComponentReport component) => component with
    {
        Pid = component.Pid is null ? null : 1,
        Checkpoint = null,
        Begin = null,
        End = null,
        DelaySeconds = null,
        Consumers = null,
        SilentSeconds = null,
        ConsumersLeftOut = null,
        Endpoint = null,
        PositionBegin = null,
        PositionEnd = null,
        SystemId = null,
        Bytes = null,
        SourceLagMs = null,
        Barrier = null,
        Term = null,
    };

    private static TaskComponent? Of(TaskComponent? component) => component is null ? null : new TaskComponent([]);

    private static JsonSerializerOptions CreateJson()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            IgnoreReadOnlyProperties = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new SharedStrings());
        options.Converters.Add(new SetOfStrings());
        options.Converters.Add(new JsonStringEnumConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>In order, so that equal sets are equal texts.</summary>
    private sealed class SetOfStrings : JsonConverter<IReadOnlySet<string>>
    {
        public override IReadOnlySet<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<string[]>(ref reader, options)!.ToFrozenSet(StringComparer.Ordinal);

        public override void Write(Utf8JsonWriter writer, IReadOnlySet<string> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Order(StringComparer.Ordinal).ToArray(), options);
    }
}
