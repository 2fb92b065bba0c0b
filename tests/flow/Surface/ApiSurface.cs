namespace Holdfast.Flow.Tests.Surface;

/// <summary>A parameter of the description.</summary>
internal sealed record Parameter(string Name, string In, bool IsRequired, JsonObject Schema);

/// <summary>An operation of the description: how it is asked, and all that it may answer.</summary>
internal sealed record Operation(string Method, string Path, JsonObject Described)
{
    internal IReadOnlyList<Parameter> Parameters { get; } = [.. (Described["parameters"] as JsonArray ?? []).Select(p => new Parameter(
        (string)p!["name"]!, (string)p["in"]!, (bool?)p["required"] ?? false, p["schema"]!.AsObject()))];

    /// <summary>Kind of the things that it is about: hosts, tasks …</summary>
    internal string Kind => Path.Split('/') is [_, "api", "v1", var kind, ..] ? kind : "";

    /// <summary>Null: it takes none.</summary>
    internal JsonObject? Body => Described["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject();

    /// <summary>Null: this status is not described.</summary>
    internal IReadOnlyList<string>? MediaTypes(int status) => Described["responses"]?[$"{status}"] is { } response
        ? [.. (response["content"] as JsonObject ?? []).Select(c => c.Key)] : null;

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>docs/openapi.json.</summary>
internal sealed class ApiSurface(JsonObject document)
{
    private const int RefsMax = 10;

    internal IReadOnlyList<Operation> Operations { get; } =
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           where operation.Key is "get" or "put" or "post" or "patch" or "delete"
           select new Operation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
    ];

    internal static string Text()
    {
        var here = AppContext.BaseDirectory;
        return File.ReadAllText(Path.Combine(here[..here.IndexOf("/tests/", StringComparison.Ordinal)], "docs", "openapi.json"));
    }

    internal static ApiSurface Read() => new(JsonNode.Parse(Text())!.AsObject());

    /// <summary>The schema itself, whatever refers to it; of alternatives the first that is not null.</summary>
    internal JsonObject Resolve(JsonObject schema)
    {
        for (var i = 0; i < RefsMax; i++)
        {
            if ((string?)schema["$ref"] is { } reference)
            {
                schema = reference.Split('/')[1..].Aggregate((JsonNode)document, (node, step) => node[step]!).AsObject();
            }
            else if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray { Count: > 0 } choices)
            {
                schema = choices.Select(c => c!.AsObject()).FirstOrDefault(c => (string?)c["type"] != "null") ?? choices[0]!.AsObject();
            }
            else
            {
                return schema;
            }
        }

        return schema;
    }

    /// <summary>Type of a schema; of one that allows several, the first that is neither null nor text.</summary>
    internal static string TypeOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray types => types.Select(t => (string)t!).OrderBy(t => t is "null" ? 2 : t is "string" ? 1 : 0).First(),
        JsonValue type => (string)type!,
        _ => schema["properties"] is not null ? "object" : "any",
    };
}
