using Holdfast.Platform.Telemetry;

namespace Holdfast.Platform.Tests;

public sealed class OtlpTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("", "nonsense")]
    [InlineData("http://127.0.0.1:4317", "")]
    [InlineData("https://collector.example:4318", "http/protobuf")]
    [InlineData("http://127.0.0.1:4317", "grpc")]
    public void What_can_be_followed_is(string endpoint, string protocol) => Assert.Null(Otlp.Check(endpoint, protocol));

    [Theory]
    [InlineData("127.0.0.1:4317", "", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("collector", "grpc", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("http://127.0.0.1:4317", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL")]
    public void What_cannot_be_followed_is_refused_by_name(string endpoint, string protocol, string field)
    {
        var fault = Otlp.Check(endpoint, protocol)!;
        Assert.Equal(("PF-505", field), (fault.Code, Assert.Single(fault.Fields).Field));
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_without_a_password()
    {
        var fault = Otlp.Check("ftp://me:unspeakable@collector", "smoke")!;
        Assert.Equal(2, fault.Fields.Count);
        Assert.DoesNotContain("unspeakable", fault.Detail, StringComparison.Ordinal);
    }
}
