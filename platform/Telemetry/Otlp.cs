namespace Holdfast.Platform.Telemetry;

/// <summary>Destination of telemetry, by OpenTelemetry's own environment variables.</summary>
internal static class Otlp
{
    internal const string Namespace = "holdfast";

    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string Grpc = "grpc";
    private const string Protobuf = "http/protobuf";

    internal static bool IsOn => Value(Endpoint).Length > 0;

    /// <summary>Null, or why the variables cannot be followed: an exporter would only fail later, or silently.</summary>
    internal static Fault? Check() => Check(Value(Endpoint), Value(Protocol));

    /// <summary>Pure.</summary>
    internal static Fault? Check(string endpoint, string protocol)
    {
        List<FieldFault> faults = [];
        if (endpoint.Length > 0 && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            faults.Add(new FieldFault(Endpoint, Settings.Redact(endpoint), "must be an address like http://127.0.0.1:4317"));
        }

        if (endpoint.Length > 0 && protocol is not ("" or Grpc or Protobuf))
        {
            faults.Add(new FieldFault(Protocol, protocol, $"must be {Grpc} or {Protobuf}"));
        }

        return faults.Count == 0 ? null : Fault.Invalid(
            "PF-505", "Correct the named variables of the environment, or unset them: telemetry is then not sent.", faults);
    }

    private static string Value(string name) => Environment.GetEnvironmentVariable(name) ?? "";
}
