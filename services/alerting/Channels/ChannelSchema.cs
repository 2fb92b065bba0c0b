using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Holdfast.Alerting.Channels;

/// <summary>Describes the kinds, to people's clients and in the API's description.</summary>
internal static class ChannelSchema
{
    internal static IReadOnlyList<ChannelKindView> All { get; } =
        [.. ChannelKinds.All.Select(k => new ChannelKindView(k.Name, k.Brief, k.Fields))];

    /// <summary>A definition has converters of its own, so the description is told what they write.</summary>
    internal static async Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        if (context.JsonTypeInfo.Type == typeof(Secret))
        {
            var isOptional = context.JsonPropertyInfo is { IsGetNullable: true };
            schema.Type = isOptional ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        }

        if (context.JsonTypeInfo.Type != typeof(ChannelDefinition))
        {
            return;
        }

        var routing = await context.GetOrCreateSchemaAsync(typeof(ChannelRouting), null, cancel);
        schema.Type = JsonSchemaType.Object;
        schema.AdditionalPropertiesAllowed = false;
        schema.Properties = new Dictionary<string, IOpenApiSchema>(routing.Properties!, StringComparer.Ordinal);
        foreach (var kind in ChannelKinds.All)
        {
            var settings = await context.GetOrCreateSchemaAsync(kind.SettingsType, null, cancel);
            schema.Properties[kind.Name] = new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, settings] };
        }
    }
}
