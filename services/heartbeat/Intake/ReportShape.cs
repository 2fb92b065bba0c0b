using System.Runtime.InteropServices;

namespace Holdfast.Heartbeat.Intake;

/// <summary>
/// Says what is wrong with a body that could not be read as a report: all missing and mistyped fields at once, and who its parts
/// are. Only for bodies that the reader has refused, so it may be slow.
/// </summary>
internal static class ReportShape
{
    private enum Kind
    {
        Text,
        Whole,
        Number,
        Object,
        List,
        ComponentKind,
        ComponentState,
    }

    private sealed record Rule(string Name, Kind Kind, bool IsRequired = true);

    private static readonly Rule[] Report =
    [
        new("host", Kind.Text), new("incarnation", Kind.Whole), new("sequence", Kind.Whole), new("region", Kind.Text),
        new("idc", Kind.Text), new("address", Kind.Text), new("usage", Kind.Object),
            new("desiredVersion", Kind.Whole, false),
        new("succeeds", Kind.Whole, false), new("inventory", Kind.Whole, false), new("components", Kind.List, false),
        new("clockAheadSec", Kind.Number, false),
    ];

    private static readonly Rule[] Load = [new("cpu", Kind.Number), new("memory", Kind.Number),
        new("disk", Kind.Number)];

    private static readonly Rule[] Component =
    [
        new("name", Kind.Text), new("kind", Kind.ComponentKind), new("epoch", Kind.Whole),
            new("state", Kind.ComponentState),
        new("task", Kind.Text, false), new("pid", Kind.Whole, false), new("checkpoint", Kind.Whole, false),
        new("begin", Kind.Whole, false), new("end", Kind.Whole, false), new("delaySeconds", Kind.Number, false),
        new("consumers", Kind.List, false), new("consumersLeftOut", Kind.Whole, false), new("error", Kind.Text, false),
        new("exitCode", Kind.Whole, false), new("silentSeconds", Kind.Whole, false), new("endpoint", Kind.Text, false),
        new("positionBegin", Kind.Text, false), new("positionEnd", Kind.Text, false), new("bytes", Kind.Whole, false),
        new("sourceLagMs", Kind.Whole, false), new("systemId", Kind.Text, false), new("barrier", Kind.Whole, false),
        new("term", Kind.Whole, false),
    ];

    /// <summary>All missing and mistyped fields of the host's own part at once.</summary>
    internal static List<FieldFault> Check(JsonElement root)
    {
        var faults = new List<FieldFault>();
        Check(root, "", Report, faults);
        if (root.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object)
        {
            Check(usage, "usage.", Load, faults);
        }

        return faults;
    }

    /// <summary>The first field of a component that is missing or mistyped.</summary>
    internal static FieldFault? CheckComponent(JsonElement component)
    {
        if (component.ValueKind != JsonValueKind.Object)
        {
            return new FieldFault("component", Shown(component), "must be an object");
        }

        var faults = new List<FieldFault>();
        Check(component, "", Component, faults);
        return faults.FirstOrDefault();
    }

    /// <summary>The identity of a component that cannot be read, as far as that can be seen.</summary>
    internal static ComponentReport WhoIs(JsonElement component) => new()
    {
        Name = Text(component, "name") ?? "",
        Kind = Value(component, "kind") is { } kind && IsNamed<ComponentKind>(kind)
            ? kind.Deserialize<ComponentKind>()
            : (ComponentKind)(-1),
        Epoch = Value(component, "epoch") is { ValueKind: JsonValueKind.Number } epoch && epoch.TryGetInt64(out var number) ? number : 0,
        State = ComponentState.Abnormal,
        Task = Text(component, "task"),
        Pid = Value(component, "pid") is { ValueKind: JsonValueKind.Number } pid && pid.TryGetInt32(out var own) ? own : null,
    };

    /// <summary>The host in whose name a body came; null: that cannot be seen.</summary>
    internal static string? HostOf(JsonElement root) => Text(root, "host");

    private static JsonElement? Value(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement parent, string name) => Value(parent, name) is { } value ? TextOf(value) : null;

    /// <summary>The text that a value is; null: it is none, or none that can be read.</summary>
    internal static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // no UTF-8, or half a letter
        }
    }

    private static void Check(JsonElement parent, string prefix, Rule[] rules, List<FieldFault> faults)
    {
        foreach (var rule in rules)
        {
            var isThere = parent.TryGetProperty(rule.Name, out var value) && value.ValueKind != JsonValueKind.Null;
            if (!isThere && rule.IsRequired)
            {
                faults.Add(new FieldFault(prefix + rule.Name, null, $"is required and must be {Expected(rule.Kind)}"));
            }
            else if (isThere && !Fits(value, rule.Kind))
            {
                faults.Add(new FieldFault(prefix + rule.Name, Shown(value), $"must be {Expected(rule.Kind)}"));
            }
        }
    }

    private static bool Fits(JsonElement value, Kind kind) => kind switch
    {
        Kind.Text => value.ValueKind == JsonValueKind.String,
        Kind.Whole => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        Kind.Number => value.ValueKind == JsonValueKind.Number,
        Kind.Object => value.ValueKind == JsonValueKind.Object,
        Kind.List => value.ValueKind == JsonValueKind.Array,
        Kind.ComponentKind => IsNamed<ComponentKind>(value),
        Kind.ComponentState => IsNamed<ComponentState>(value),
    };

    private static bool IsNamed<T>(JsonElement value) where T : struct, Enum
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && Enum.IsDefined(value.Deserialize<T>());
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Expected(Kind kind) => kind switch
    {
        Kind.Text => "a string",
        Kind.Whole => "a whole number",
        Kind.Number => "a number",
        Kind.Object => "an object",
        Kind.List => "a list",
        Kind.ComponentKind => "one of Store, Incr-Sync, Full-Import, Full-Verification",
        Kind.ComponentState => $"one of {string.Join(", ", Enum.GetNames<ComponentState>())}",
    };

    private static string Shown(JsonElement value)
    {
        var text = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)); // the text that a value has itself may be none
        return text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");
    }
}
