namespace Holdfast.Integration.Tests;

/// <summary>Telemetry that the environment asks for by OpenTelemetry's own variables.</summary>
[Trait("Category", "process")]
public sealed class TelemetryTests
{
    private static readonly string[] Paths = ["/v1/logs", "/v1/metrics", "/v1/traces"];

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Metrics_traces_and_logs_go_to_the_receiver_that_the_environment_names()
    {
        using var directory = new TempDirectory();
        await using var receiver = await Receiver.Start(200);
        await using var process = HoldfastProcess.Start(
            directory.Location, ["run", "--port", "0", "--data", directory.Location, "--profile", "fast", "--no-fleet"],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = new Uri(receiver.Url).GetLeftPart(UriPartial.Authority),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
            });
        using var api = await process.Ready();
        await Eventually.Holds(
            () => Paths.Except(receiver.Heard.Select(r => r.Path)).ToList() is { Count: > 0 } missing ? string.Join(", ", missing) : null,
            Soon);
        // As text enough of it is legible.
        await Tells(receiver, "/v1/metrics", "holdfast.scheduler.pass.age");
        await Tells(receiver, "/v1/traces", "heartbeat batch");
        await Tells(receiver, "/v1/logs", "Holdfast.");
    }

    private static Task<TimeSpan> Tells(Receiver receiver, string path, string word) => Eventually.Holds(
        () => receiver.Heard.Any(r => r.Path == path && r.Body.Contains(word, StringComparison.Ordinal))
            ? null : $"{word} at {path}", Soon);
}
