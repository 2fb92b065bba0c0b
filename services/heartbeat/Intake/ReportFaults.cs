namespace Holdfast.Heartbeat.Intake;

/// <summary>Faults of a report that breaks the contract: 1xx.</summary>
internal static class ReportFaults
{
    /// <summary>The most broken fields that are listed.</summary>
    internal const int FieldsMax = 50;

    private const string SeeReport = "Compare the body with HostReport in /openapi/v1.json; nothing of it was applied.";

    internal static Fault NotJson(string why) =>
        Fault.Invalid("HB-101", SeeReport, new FieldFault("body", null, $"must be one JSON object: {why}"));

    internal static Fault Misshapen(List<FieldFault> fields) =>
        Fault.Invalid("HB-102", SeeReport, [.. fields.Take(FieldsMax)]);

    internal static Fault OutOfBounds(List<FieldFault> fields) =>
        Fault.Invalid("HB-103", SeeReport, [.. fields.Take(FieldsMax)]);

    internal static Fault BadWait(string? value) =>
        Fault.Invalid("HB-104", "Leave wait out, or give whole or decimal seconds.",
        new FieldFault("wait", value, "must be seconds from 0 to 30"));
}
