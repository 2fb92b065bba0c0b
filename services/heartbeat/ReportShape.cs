using System.Buffers;
using System.Text.Json;
using Holdfast.Contracts;
using Holdfast.Platform.Http;

namespace Holdfast.Heartbeat;

/// <summary>
/// Says what is wrong with a body that could not be read as a report: all missing and mistyped fields at once. Only
/// for bodies that were refused already, so it may be slow.
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
        new("logs", Kind.List, false),
    ];

    private static readonly Rule[] Load = [new("cpu", Kind.Number), new("memory", Kind.Number),
        new("disk", Kind.Number)];

    private static readonly Rule[] Component =
    [
        new("name", Kind.Text), new("kind", Kind.ComponentKind), new("epoch", Kind.Whole),
            new("state", Kind.ComponentState),
        new("task", Kind.Text, false), new("pid", Kind.Whole, false), new("checkpoint", Kind.Whole, false),
        new("begin", Kind.Whole, false), new("end", Kind.Whole, false), new("delaySeconds", Kind.Number, false),
        new("consumers", Kind.List, false), new("error", Kind.Text, false),
    ];

    internal static Fault Explain(ReadOnlySequence<byte> body, JsonException error)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var faults = new List<FieldFault>();
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return HeartbeatFaults.NotJson($"it is {root.ValueKind}");
            }

            Check(root, "", Report, faults);
            CheckParts(root, faults);
            if (faults.Count == 0)
            {
                faults.Add(new FieldFault(error.Path is { Length: > 2 } path ? path[2..]
                    : "body", null, "must have the documented JSON type"));
            }

            return HeartbeatFaults.Misshapen(faults);
        }
        catch (JsonException unreadable)
        {
            return HeartbeatFaults.NotJson(unreadable.Message);
        }
    }

    private static void CheckParts(JsonElement root, List<FieldFault> faults)
    {
        if (root.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object)
        {
            Check(usage, "usage.", Load, faults);
        }

        if (!root.TryGetProperty("components", out var components) || components.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var i = 0;
        foreach (var component in components.EnumerateArray().TakeWhile(_ => faults.Count < HeartbeatFaults.FieldsMax))
        {
            var prefix = $"components[{i++}]";
            if (component.ValueKind == JsonValueKind.Object)
            {
                Check(component, prefix + ".", Component, faults);
            }
            else
            {
                faults.Add(new FieldFault(prefix, Shown(component), "must be an object"));
            }
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
        catch (JsonException)
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
        var text = value.GetRawText();
        return text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");
    }
}
