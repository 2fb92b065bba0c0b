using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Holdfast.Platform.Http;

/// <summary>
/// Adds to the description all that holds for every operation alike: access, common answers, names, license. The rest is said where an
/// endpoint is mapped.
/// </summary>
internal static class ApiDescription
{
    private const string Scheme = "bearer";
    private const string Problem = "ProblemDetails";
    private const string Json = "application/json";
    private const string ProblemJson = "application/problem+json";

    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["alerts"] = "What people and systems are told, how it was delivered, and when.",
        ["channels"] = "Where alerts go, and which kinds of channels there are.",
        ["components"] = "Stores, Incr-Syncs, Full-Imports and Full-Verifications: where they run and how.",
        ["ha"] = "ha.config, decisions and their reasons, brakes, what-if and replay.",
        ["health"] = "Whether the process answers, and whether it can work.",
        ["heartbeats"] = "What a supervisor reports.",
        ["hosts"] = "The machines that components run on.",
        ["maintenance"] = "What HA leaves alone for a while.",
        ["operations"] = "One order for many components.",
        ["silences"] = "What is not told for a while, though it is kept and shown.",
        ["stores"] = "Whose log is kept, and by which Store.",
        ["tasks"] = "Migration and synchronization tasks.",
        ["tickets"] = "Operations and what became of them.",
        ["tokens"] = "Who may ask what, and what was done.",
    };

    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["cursor"] = "Where the page before ended: its next. Left out: the first page.",
        ["limit"] = "How many are on a page at most.",
        ["reason"] = "Why, for the history.",
        [OperatorText.UserHeader] = "The person that a program asks for, for the history.",
        ["If-Match"] = "The version that was read; a change that somebody else's came before is refused.",
    };

    internal static void Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Holdfast",
            Version = document.Info.Version,
            Description = "Keeps data migration and synchronization running when machines fail. Every error is RFC 9457 "
                + "problem+json with a stable code and a workaround; docs/errors.md lists all codes.",
            License = new OpenApiLicense { Name = "Apache 2.0", Identifier = "Apache-2.0" },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The gateway that served this description." }];
        document.Tags = new HashSet<OpenApiTag>((document.Tags ?? new HashSet<OpenApiTag>())
            .Select(t => new OpenApiTag { Name = t.Name, Description = Tags.GetValueOrDefault(t.Name ?? "") }));
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        document.Components.Schemas[Problem] = ProblemSchema();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Scheme,
                Description = "The installation's token, an API token with the scope that the operation names, or for heartbeats the "
                    + "host's own. Reading needs one once the console has an administrator.",
            },
        };
        var needToken = context.DescriptionGroups.SelectMany(g => g.Items)
            .Where(i => i.ActionDescriptor.EndpointMetadata.OfType<NeedsTokenToRead>().Any())
            .Select(i => $"/{i.RelativePath}").ToHashSet(StringComparer.Ordinal);
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (method, operation) in item.Operations ?? [])
            {
                operation.OperationId = IdOf(method.Method, path);
                Complete(operation, path, Scopes.Needed(method.Method, path), needToken.Contains(path), document);
            }
        }
    }

    /// <summary>getTasks, postTasksByIdStart: what the address says, so that it stays when another operation comes.</summary>
    internal static string IdOf(string method, string path)
    {
        var id = new StringBuilder(method.ToLowerInvariant());
        foreach (var step in path.Split(['/', '-', '_'], StringSplitOptions.RemoveEmptyEntries).Where(s => s is not ("api" or "v1")))
        {
            var isParameter = step[0] == '{';
            var word = step.Trim('{', '}', '*');
            id.Append(isParameter ? "By" : "").Append(char.ToUpperInvariant(word[0])).Append(word.AsSpan(1));
        }

        return id.ToString();
    }

    private static void Complete(OpenApiOperation operation, string path, string? scope, bool needsToken, OpenApiDocument document)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            Complete(parameter);
        }

        operation.Security = Scopes.IsEnrolment(path) ? [Requires(document, "enrolment")]
            : scope is null ? [] : scope == Scopes.Read && !needsToken
            ? [new OpenApiSecurityRequirement(), Requires(document, scope)] : [Requires(document, scope)];
        if (!path.StartsWith("/api/", StringComparison.Ordinal))
        {
            return;
        }

        var hasBody = operation.RequestBody is not null;
        Answers(operation, document, "400", "The request breaks a rule: field, value and rule are named.");
        Answers(operation, document, "401", "A token is needed, or the one that came does not hold.");
        Answers(operation, document, "403", Scopes.IsEnrolment(path) ? "The one-time token is spent, or has ended."
            : $"The token lacks the scope {scope}.");
        if (hasBody)
        {
            Answers(operation, document, "408", "The body did not come in time.");
            Answers(operation, document, "413", "The body is too large.");
            Answers(operation, document, "415", "The body is not declared as JSON in UTF-8.");
        }

        Answers(operation, document, "503", "The service or its store cannot answer now; nothing was changed.");
        Answers(operation, document, "default", "An error that nobody expected, or one of the gateway.");
    }

    /// <summary>Names are camel case, and read in any; a limit is a whole number, whoever reads it as text to name what is wrong.</summary>
    private static void Complete(OpenApiParameter parameter)
    {
        var name = parameter.Name ?? "";
        if (parameter.In == ParameterLocation.Query && name.Length > 0)
        {
            name = parameter.Name = char.ToLowerInvariant(name[0]) + name[1..];
        }

        parameter.Description ??= Parameters.GetValueOrDefault(name);
        if (parameter.Schema is not OpenApiSchema schema)
        {
            return;
        }

        if (name == "limit")
        {
            var isText = schema.Type == JsonSchemaType.String;
            parameter.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Minimum = "1",
                Maximum = isText ? "500" : Paging.LimitMax.ToString(CultureInfo.InvariantCulture),
            };
        }
    }

    private static OpenApiSecurityRequirement Requires(OpenApiDocument document, string scope) =>
        new() { [new OpenApiSecuritySchemeReference(Scheme, document)] = [scope] };

    private static void Answers(OpenApiOperation operation, OpenApiDocument document, string status, string description)
    {
        operation.Responses ??= new OpenApiResponses();
        if (operation.Responses.TryGetValue(status, out var known))
        {
            known.Description = description;
            return;
        }

        operation.Responses[status] = new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [ProblemJson] = new() { Schema = new OpenApiSchemaReference(Problem, document) },
            },
        };
    }

    private static OpenApiSchema ProblemSchema()
    {
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status", "detail", "code", "workaround" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["type"] = Text("urn:holdfast:error: and the code."),
                ["title"] = Text("The kind of error, in a few words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
                ["detail"] = Text("What is wrong, in a sentence."),
                ["code"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Pattern = "^[A-Z]{2}-[0-9]{3}$",
                    Description = "Stable; docs/errors.md lists them all.",
                },
                ["workaround"] = Text("What to do."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = "The fields that break a rule.",
                    Items = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string>(StringComparer.Ordinal) { "field", "rule" },
                        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                        {
                            ["field"] = Text("Its name, with the way to it."),
                            ["value"] = new OpenApiSchema { Description = "As it came, shortened." },
                            ["rule"] = Text("What it must be."),
                        },
                    },
                },
                ["traceId"] = Text("To be found in the log by."),
            },
        };

        static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
    }
}
