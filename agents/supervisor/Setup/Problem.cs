using System.Text.Json.Serialization;
using Holdfast.Contracts.Views;

namespace Holdfast.Supervisor.Setup;

/// <summary>RFC 9457 error body with our code and workaround.</summary>
internal sealed record Problem(string? Code, string? Title, string? Detail, string? Workaround);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(EnrolledToken))]
internal sealed partial class SetupJson : JsonSerializerContext;
