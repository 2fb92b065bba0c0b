using System.Buffers;
using Holdfast.Contracts;
using Holdfast.Platform.Http;

namespace Holdfast.Heartbeat;

/// <summary>
/// What a well-formed report must also fulfil. Pure; allocates nothing for a good report without components.
/// </summary>
internal static class ReportRules
{
    internal const int HostLengthMax = 128;
    internal const int TextLengthMax = 256;
    internal const int ComponentsMax = 10_000;
    internal const int ConsumersMax = 10_000;
    internal const int ErrorLengthMax = 4_096;

    private const string HostRule = "must be 1 to 128 of the characters letters, digits, '.', '_', ':', '-'";
    private const string TextRule = "must be 1 to 256 characters without control characters";
    private const string ShareRule = "must be a number from 0 to 1";
    private const string CountRule = "must not be negative";

    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-");

    internal static bool IsHost(string host) =>
        host.Length is > 0 and <= HostLengthMax && !host.AsSpan().ContainsAnyExcept(HostCharacters);

    /// <summary>All that is wrong with the report, or null.</summary>
    internal static Fault? Check(HostReport report)
    {
        List<FieldFault>? faults = null;
        Require(IsHost(report.Host), "host", report.Host, HostRule, ref faults);
        Require(report.Incarnation >= 0, "incarnation", report.Incarnation, CountRule, ref faults);
        Require(report.Sequence >= 0, "sequence", report.Sequence, CountRule, ref faults);
        Require(report.DesiredVersion >= 0, "desiredVersion", report.DesiredVersion, CountRule, ref faults);
        Require(report.Inventory >= 0, "inventory", report.Inventory, CountRule, ref faults);
        Require(report.Succeeds is null or >= 0, "succeeds", report.Succeeds ?? 0, CountRule, ref faults);
        Require(report.Succeeds is null || report.Succeeds < report.Incarnation, "succeeds", report.Succeeds ?? 0,
            "must be below incarnation", ref faults);
        Require(IsText(report.Region), "region", report.Region, TextRule, ref faults);
        Require(IsText(report.Idc), "idc", report.Idc, TextRule, ref faults);
        Require(IsText(report.Address), "address", report.Address, TextRule, ref faults);
        Require(report.Usage.Cpu is >= 0 and <= 1, "usage.cpu", report.Usage.Cpu, ShareRule, ref faults);
        Require(report.Usage.Memory is >= 0 and <= 1, "usage.memory", report.Usage.Memory, ShareRule, ref faults);
        Require(report.Usage.Disk is >= 0 and <= 1, "usage.disk", report.Usage.Disk, ShareRule, ref faults);
        if (report.Components is { } components)
        {
            Check(components, ref faults);
        }

        return faults is null ? null : HeartbeatFaults.OutOfBounds(faults);
    }

    private static void Check(IReadOnlyList<ComponentReport> components, ref List<FieldFault>? faults)
    {
        Require(components.Count <= ComponentsMax, "components", components.Count,
            "must list at most 10,000 components", ref faults);
        var names = components.Count > 1 ? new HashSet<string>(components.Count, StringComparer.Ordinal) : null;
        for (var i = 0; i < components.Count && !(faults?.Count >= HeartbeatFaults.FieldsMax); i++)
        {
            if (components[i] is not { } component)
            {
                Refuse($"components[{i}]", null, "must be an object", ref faults);
                continue;
            }

            if (Broken(component) is { } broken)
            {
                Refuse($"components[{i}].{broken.Field}", broken.Value, broken.Rule, ref faults);
            }

            if (names?.Add(component.Name) == false)
            {
                Refuse($"components[{i}].name", Shown(component.Name), "must be unique within the report", ref faults);
            }
        }
    }

    /// <summary>The first rule that a component breaks.</summary>
    private static FieldFault? Broken(ComponentReport component) => component switch
    {
        _ when !IsText(component.Name) => new("name", Shown(component.Name), TextRule),
        _ when !Enum.IsDefined(component.Kind) => new("kind", component.Kind, "must be a documented kind"),
        _ when !Enum.IsDefined(component.State) => new("state", component.State, "must be a documented state"),
        { Epoch: < 0 } => new("epoch", component.Epoch, CountRule),
        { Pid: < 0 } => new("pid", component.Pid, CountRule),
        { Checkpoint: < 0 } => new("checkpoint", component.Checkpoint, CountRule),
        { Begin: < 0 } => new("begin", component.Begin, CountRule),
        { End: < 0 } => new("end", component.End, CountRule),
        { DelaySeconds: { } delay } when !double.IsFinite(delay) => new("delaySeconds", delay, "must be finite"),
        { Task: { } task } when !IsText(task) => new("task", Shown(task), TextRule),
        { Error.Length: > ErrorLengthMax } =>
            new("error", Shown(component.Error), "must have at most 4,096 characters"),
        { Consumers.Count: > ConsumersMax } =>
            new("consumers", component.Consumers.Count, "must list at most 10,000 consumers"),
        { Consumers: { } consumers } when consumers.Any(c => c is null || !IsText(c.Task) || c.Checkpoint < 0) =>
            new("consumers", null, "each must have a task of 1 to 256 characters and a checkpoint that is not negative"),
        _ => null,
    };

    private static bool IsText(string text) =>
        text.Length is > 0 and <= TextLengthMax && !string.IsNullOrWhiteSpace(text)
            && !text.AsSpan().ContainsAnyInRange('\0', '\u001f');

    private static void Require<T>(bool holds, string field, T value, string rule, ref List<FieldFault>? faults)
    {
        if (!holds)
        {
            Refuse(field, value is string text ? Shown(text) : value, rule, ref faults);
        }
    }

    private static void Refuse(string field, object? value, string rule, ref List<FieldFault>? faults) =>
        (faults ??= []).Add(new FieldFault(field, value is double number && !double.IsFinite(number)
            ? number.ToString() : value, rule));

    private static string Shown(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");
}
