using System.Text.Json.Serialization;

namespace Holdfast.Platform;

/// <summary>
/// Reads equal short strings as one object. Documents and reports repeat the same names thousands of times, and every report repeats
/// those of the one before. Without this class such names are most of a scheduler's memory and of its garbage.
/// </summary>
public sealed class SharedStrings : JsonConverter<string>
{
    private const int LengthMax = 128;

    /// <summary>A string that meets another one in its slot takes its place: bounded, and forgetting costs only memory.</summary>
    private static readonly string?[] Slots = new string?[1 << 18];

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || reader.HasValueSequence || reader.ValueSpan.Length > LengthMax)
        {
            return reader.GetString();
        }

        Span<char> buffer = stackalloc char[LengthMax];
        ReadOnlySpan<char> text = buffer[..reader.CopyString(buffer)];
        ref var slot = ref Slots[string.GetHashCode(text, StringComparison.Ordinal) & (Slots.Length - 1)];
        var held = slot;
        return held is not null && text.SequenceEqual(held) ? held : slot = text.ToString();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}
