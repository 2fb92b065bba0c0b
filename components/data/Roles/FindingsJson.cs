using System.Text.Json.Serialization;
using Holdfast.FullVerification;

namespace Holdfast.Data.Roles;

/// <summary>Findings as a command prints them on its output.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VerifyReport))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(SlotsReport))]
[JsonSerializable(typeof(SequencesReport))]
internal sealed partial class FindingsJson : JsonSerializerContext;
