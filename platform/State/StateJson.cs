using System.Collections;
using System.Text.Json.Serialization;

namespace Holdfast.Platform.State;

/// <summary>
/// JSON format of documents: camel case, enums by name, dates in UTC with six decimals and a Z so that their order as text is their
/// order in time.
/// </summary>
public static class StateJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new SharedStrings());
        options.Converters.Add(new UtcMicroseconds());
        options.Converters.Add(new JsonStringEnumConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>The value as it stands in a stored document, for comparisons.</summary>
    internal static object? Comparable(object? value) => value switch
    {
        null or string or long or double or bool => value,
        int number => (long)number,
        DateTimeOffset at => UtcMicroseconds.Text(at),
        IEnumerable list => list.Cast<object?>().Select(Comparable).ToList(),
        _ => JsonSerializer.SerializeToElement(value, value.GetType(), Options) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Number } number =>
                number.TryGetInt64(out var whole) ? (object)whole : number.GetDouble(),
            var other => throw new ArgumentException($"{other.ValueKind} cannot be compared", nameof(value)),
        },
    };

    private sealed class UtcMicroseconds : JsonConverter<DateTimeOffset>
    {
        private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

        public override DateTimeOffset Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Text(value));

        internal static string Text(DateTimeOffset value) => value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
    }
}
