using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Holdfast.Platform.Http;

/// <summary>A request to the API, as the console and the command line send it.</summary>
/// <param name="Path">From /api/v1/ on, with its query.</param>
public sealed record ApiRequest(HttpMethod Method, string Path)
{
    public JsonNode? Body { get; init; }

    /// <summary>The person that a program asks for; null: the token's owner.</summary>
    public string? User { get; init; }

    /// <summary>A change of another version than this one is refused; null: any.</summary>
    public string? Version { get; init; }

    /// <summary>Null: the client has one of its own, or none.</summary>
    public string? Token { get; init; }
}

/// <summary>The answer of the API, whatever it is.</summary>
/// <param name="At">The service's own time.</param>
public sealed record ApiAnswer(int Status, string Text, string? MediaType, DateTimeOffset? At)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>A text that is no JSON, such as a runbook.</summary>
    public bool IsMarkdown => MediaType == "text/markdown";

    /// <summary>The refusal; null where the answer is none, or is not one of Holdfast's.</summary>
    public Fault? Fault => field ??= IsSuccess ? null : ApiExchange.Refusal(Status, Text);
}

/// <summary>Asks the API over HTTP, and reads the problem+json of a refusal back into the fault that it was.</summary>
public static class ApiExchange
{
    /// <summary>
    /// Reads an answer: absent is null, words are names, and equal strings are one. A later release may say more than is known here. That
    /// holds also for a part, such as the matcher of a silence, that is refused where it is sent with an unknown member.
    /// </summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new SharedStrings(), new JsonStringEnumConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { TakeUnknownMembers } },
    };

    public static async Task<ApiAnswer> Send(this HttpClient http, Uri server, ApiRequest asked, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(asked.Method, new Uri(server, asked.Path));
        request.Content = asked.Body is null ? null : JsonContent.Create(asked.Body);
        if (asked.Token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", asked.Token);
        }

        if (asked.User is not null)
        {
            request.Headers.Add(OperatorText.UserHeader, asked.User);
        }

        if (asked.Version is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", asked.Version);
        }

        using var answer = await http.SendAsync(request, cancel);
        return new ApiAnswer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancel),
            answer.Content.Headers.ContentType?.MediaType, answer.Headers.Date);
    }

    /// <summary>All items of a list, read page after page.</summary>
    /// <param name="get">Asks for one page by its path; null: it was not answered, and the list ends there.</param>
    public static async Task<IReadOnlyList<T>> Pages<T>(string path, int pagesMax, Func<string, Task<ListPage<T>?>> get)
    {
        var items = new List<T>();
        var next = path;
        for (var page = 0; page < pagesMax && next is not null; page++)
        {
            var answer = await get(next);
            items.AddRange(answer?.Items ?? []);
            next = answer?.Next is { } cursor ? With(path, "cursor", cursor) : null;
        }

        return items;
    }

    /// <summary>A path with one more parameter.</summary>
    public static string With(string path, string name, string value) =>
        $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}";

    private static void TakeUnknownMembers(JsonTypeInfo type)
    {
        if (type.UnmappedMemberHandling == JsonUnmappedMemberHandling.Disallow)
        {
            type.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        }
    }

    public static Fault? Refusal(int status, string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject problem && problem["code"] is { } code
                ? new Fault(
                    $"{code}", status, $"{problem["title"]}", $"{problem["detail"] ?? problem["title"]}", $"{problem["workaround"]}")
                {
                    Fields = [.. (problem["errors"] as JsonArray ?? []).OfType<JsonObject>().Select(e =>
                        new FieldFault($"{e["field"]}", e["value"]?.ToString(), $"{e["rule"]}"))],
                }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
