using System.Text.Json.Serialization;

namespace Holdfast.Heartbeat.Intake;

/// <summary>Generated readers and writers: a heartbeat costs no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HostReport))]
[JsonSerializable(typeof(HeartbeatReply))]
internal sealed partial class HeartbeatJson : JsonSerializerContext;
