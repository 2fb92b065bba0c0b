using Holdfast.Heartbeat.Registry;

namespace Holdfast.Heartbeat.Intake;

/// <summary>
/// Rules that the host's own part of a well-formed report must also keep, or nothing of it is taken. What its components say
/// is <see cref="ReportParts"/>'s. Pure; allocates nothing for a good report.
/// </summary>
internal static class ReportRules
{
    internal const int ComponentsMax = 10_000;

    private const string ShareRule = "must be a number from 0 to 1";
    private const string CountRule = "must not be negative";

    /// <summary>All that is wrong with the host's own part, or null.</summary>
    internal static Fault? Check(HostReport report)
    {
        List<FieldFault>? faults = null;
        Require(HostId.IsValid(report.Host), "host", report.Host, HostId.Rule, ref faults);
        Require(report.Incarnation >= 0, "incarnation", report.Incarnation, CountRule, ref faults);
        Require(report.Sequence >= 0, "sequence", report.Sequence, CountRule, ref faults);
        Require(report.DesiredVersion >= 0, "desiredVersion", report.DesiredVersion, CountRule, ref faults);
        Require(report.Inventory >= 0, "inventory", report.Inventory, CountRule, ref faults);
        Require(report.Succeeds is null or >= 0, "succeeds", report.Succeeds ?? 0, CountRule, ref faults);
        Require(report.Succeeds is null || report.Succeeds < report.Incarnation, "succeeds", report.Succeeds ?? 0,
            "must be below incarnation", ref faults);
        // A path carries region and IDC, and the address is a part of the components' names.
        Name("region", report.Region, ref faults);
        Name("idc", report.Idc, ref faults);
        Name("address", report.Address, ref faults);
        Require(report.Usage.Cpu is >= 0 and <= 1, "usage.cpu", report.Usage.Cpu, ShareRule, ref faults);
        Require(report.Usage.Memory is >= 0 and <= 1, "usage.memory", report.Usage.Memory, ShareRule, ref faults);
        Require(report.Usage.Disk is >= 0 and <= 1, "usage.disk", report.Usage.Disk, ShareRule, ref faults);
        Require(report.Components is null or { Count: <= ComponentsMax }, "components", report.Components?.Count ?? 0,
            "must list at most 10,000 components", ref faults);
        return faults is null ? null : ReportFaults.OutOfBounds(faults);
    }

    private static void Name(string field, string given, ref List<FieldFault>? faults)
    {
        if (Ids.WhyNotInPath(given, ComponentRules.TextLengthMax) is { } rule)
        {
            Refuse(field, Shown(given), rule, ref faults);
        }
    }

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
