using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// A password, a key or a token. Its text shows the mask, in logs, errors and the debugger too; only <see cref="Value"/> has it, and the
/// JSON of a definition that <see cref="Secrets.Masked"/> has not masked.
/// </summary>
[JsonConverter(typeof(SecretJson))]
internal sealed record Secret(string Value)
{
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator Secret?(string? value) => value is null ? null : new(value);

    public override string ToString() => Secrets.Mask;
}

/// <summary>A secret is a text in JSON.</summary>
internal sealed class SecretJson : JsonConverter<Secret>
{
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? new Secret(reader.GetString()!)
            : throw new JsonException("The JSON value could not be converted to System.String. Path: ");

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
