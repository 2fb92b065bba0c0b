using System.Buffers;
using System.Text.Json.Serialization;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// JSON of a channel: the members that every channel has, and one with its kind's name that has its settings. What belongs to neither is
/// refused, but for settings of a kind that this release does not know, under that kind's name: those are kept as they came.
/// </summary>
internal sealed class ChannelJson : JsonConverter<ChannelDefinition>
{
    public override ChannelDefinition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        var whole = JsonSerializer.Deserialize<JsonElement>(ref reader, options);
        var how = options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var named = whole.EnumerateObject().FirstOrDefault(m => m.Name.Equals("kind", how)).Value;
        var foreign = named.ValueKind == JsonValueKind.String && ChannelKinds.Find(named.GetString()!) is null ? named.GetString() : null;
        var rest = new ArrayBufferWriter<byte>();
        var given = new List<(string Kind, ChannelSettings Settings)>();
        using (var writer = new Utf8JsonWriter(rest))
        {
            writer.WriteStartObject();
            foreach (var member in whole.EnumerateObject())
            {
                if (ChannelKinds.Find(member.Name, how) is { } kind)
                {
                    Add(given, kind, member.Value, options);
                }
                else if (member.Name == foreign && member.Value.ValueKind == JsonValueKind.Object)
                {
                    given.Add((foreign, new ForeignSettings(member.Value.Clone())));
                }
                else
                {
                    member.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        var routing = JsonSerializer.Deserialize<ChannelRouting>(rest.WrittenSpan, options)!;
        var own = given.Exists(g => g.Kind == routing.Kind) ? given.Find(g => g.Kind == routing.Kind) : given.FirstOrDefault();
        return new ChannelDefinition(routing)
        {
            Settings = own.Settings,
            Astray = [.. given.Select(g => g.Kind).Where(k => k != own.Kind)],
        };
    }

    public override void Write(Utf8JsonWriter writer, ChannelDefinition value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var member in JsonSerializer.SerializeToElement<ChannelRouting>(value, options).EnumerateObject())
        {
            member.WriteTo(writer);
        }

        if (value.Settings is ForeignSettings foreign)
        {
            writer.WritePropertyName(value.Kind);
            foreign.Whole.WriteTo(writer);
        }
        else if (ChannelKinds.Of(value.Settings) is { } kind)
        {
            writer.WritePropertyName(kind.Name);
            JsonSerializer.Serialize(writer, value.Settings, kind.SettingsType, options);
        }

        writer.WriteEndObject();
    }

    private static void Add(
        List<(string Kind, ChannelSettings Settings)> given, ChannelKind kind, JsonElement settings, JsonSerializerOptions options)
    {
        if (settings.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        try
        {
            given.Add((kind.Name, (ChannelSettings)settings.Deserialize(kind.SettingsType, options)!));
        }
        catch (JsonException error)
        {
            var path = error.Path is { Length: > 1 } inner ? inner[1..] : "";
            throw new JsonException(
                error.Message, $"$.{kind.Name}{path}", error.LineNumber, error.BytePositionInLine, error.InnerException);
        }
    }
}
