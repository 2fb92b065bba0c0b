using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Holdfast.Platform.Http;

/// <summary>Describes the keys of ha.config in the API's description as their properties declare them.</summary>
internal static class KeySchemas
{
    internal static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        var type = context.JsonTypeInfo.Type;
        if (typeof(HaConfig).IsAssignableFrom(type) || type == typeof(HaConfigOverride))
        {
            foreach (var property in context.JsonTypeInfo.Properties)
            {
                if (Declared(property) is { } key && schema.Properties?.TryGetValue(property.Name, out var said) == true
                    && said is OpenApiSchema described)
                {
                    Describe(described, key);
                }
            }
        }

        return Task.CompletedTask;
    }

    private static KeyAttribute? Declared(JsonPropertyInfo property) =>
        property.AttributeProvider is PropertyInfo own ? typeof(HaConfig).GetProperty(own.Name)?.GetCustomAttribute<KeyAttribute>() : null;

    private static void Describe(OpenApiSchema schema, KeyAttribute key)
    {
        schema.Description = key.Unit is null ? key.Meaning : $"{key.Meaning} ({key.Unit})";
        if (key.Max > 0)
        {
            schema.Minimum = key.Min.ToString(CultureInfo.InvariantCulture);
            schema.Maximum = key.Max.ToString(CultureInfo.InvariantCulture);
        }
    }
}
