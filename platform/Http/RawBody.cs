using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>
/// The body as it came, for changes in which a key that is left out differs from one that is null. The endpoint's
/// <c>Accepts</c> says in the description what is expected.
/// </summary>
public static class RawBody
{
    /// <summary>Reads the body as JSON; any other body gets the usual answer (PF-103).</summary>
    /// <param name="namesTwice">The endpoint itself says which key was given twice.</param>
    public static async ValueTask<JsonElement> ReadJson(this HttpRequest request, CancellationToken cancel, bool namesTwice = false)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(
                request.Body, new JsonDocumentOptions { AllowDuplicateProperties = namesTwice }, cancel);
            return body.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new BadHttpRequestException("The body is no JSON.", error);
        }
    }
}
