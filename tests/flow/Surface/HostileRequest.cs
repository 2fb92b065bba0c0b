using System.Net.Http.Headers;

namespace Holdfast.Flow.Tests.Surface;

/// <summary>One request, whole, so that it can be shown and sent again.</summary>
/// <param name="IsElsewhere">The address may have become that of another operation, or none.</param>
internal sealed record HostileRequest(
    Operation Operation, string Target, byte[]? Body, string? ContentType, string? Encoding, IReadOnlyDictionary<string, string> Headers,
    bool IsElsewhere)
{
    private const int ShownMax = 400;

    internal static HostileRequest Of(Operation operation, Hostile hostile)
    {
        var (path, isElsewhere) = (operation.Path, false);
        foreach (var parameter in operation.Parameters.Where(p => p.In == "path"))
        {
            var part = hostile.AddressPart(parameter.Schema, parameter.Name, operation.Kind);
            isElsewhere |= part.Contains('%', StringComparison.Ordinal) || part.Contains('.', StringComparison.Ordinal)
                || part.Contains('/', StringComparison.Ordinal) || !char.IsAsciiLetter(part[0]);
            path = path.Replace($"{{{parameter.Name}}}", part, StringComparison.Ordinal);
        }

        var query = operation.Parameters.Where(p => p.In == "query" && (p.IsRequired || hostile.Chance(0.4)))
            .Where(p => p.Name != "wait" || hostile.Chance(0.02))
            .Select(p => $"{p.Name}={hostile.AddressPart(p.Schema, p.Name, "")}").ToList();
        if (query.Count > 0 && hostile.Chance(0.1))
        {
            query.Add(query[0]);
        }

        var headers = operation.Parameters.Where(p => p.In == "header" && hostile.Chance(0.3)).ToDictionary(
            p => p.Name, p => Uri.UnescapeDataString(hostile.AddressPart(p.Schema, p.Name, "")), StringComparer.Ordinal);
        var target = query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
        var request = new HostileRequest(operation, target, null, null, null, headers, isElsewhere);
        return operation.Body is not { } schema ? request
            : WithBody(request with { ContentType = "application/json" }, hostile, hostile.Body(schema));
    }

    /// <summary>Some bodies are wrong as bytes, before they are wrong as anything.</summary>
    private static HostileRequest WithBody(HostileRequest request, Hostile hostile, string text)
    {
        var body = System.Text.Encoding.UTF8.GetBytes(text);
        return hostile.Chance(0.85) ? request with { Body = body }
            : hostile.Chance(0.3) ? request with { Body = body[..(body.Length / 2)] }
            : hostile.Chance(0.3) ? request with { Body = [.. body.Select(b => b is (byte)'a' or (byte)'e' ? (byte)0xff : b)] }
            : hostile.Chance(0.3) ? request with { Body = [.. body, .. "} x"u8] }
            : hostile.Chance(0.2) ? request with { Body = [] }
            : hostile.Chance(0.3) ? request with { Body = [0xef, 0xbb, 0xbf, .. body] }
            : hostile.Chance(0.3) ? request with
            {
                Body = System.Text.Encoding.Unicode.GetBytes(text), ContentType = "application/json; charset=utf-16",
            }
            : hostile.Chance(0.5) ? request with { Body = body, Encoding = "gzip" }
            : request with { Body = body, ContentType = hostile.Chance(0.5) ? "text/plain" : null };
    }

    internal HttpRequestMessage ToMessage(Uri at)
    {
        var address = new Uri($"{at.ToString().TrimEnd('/')}{Target}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(Operation.Method), address);
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            message.Content.Headers.ContentType = ContentType is null ? null : MediaTypeHeaderValue.Parse(ContentType);
            if (Encoding is not null)
            {
                message.Content.Headers.ContentEncoding.Add(Encoding);
            }
        }

        foreach (var (name, value) in Headers)
        {
            // Values that a header cannot hold are another test's: the client would not send them.
            if (value.All(c => c is >= ' ' and < '\x7f'))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    public override string ToString()
    {
        var shown = new StringBuilder($"{Operation.Method} {Short(Target)}");
        shown.Append(string.Concat(Headers.Select(h => $" [{h.Key}: {Short(h.Value)}]")))
            .Append(ContentType is null ? "" : $" [{ContentType}]");
        return shown.Append(Body is null ? "" : $" {Short(System.Text.Encoding.UTF8.GetString(Body))}").ToString();
    }

    private static string Short(string text) => text.Length <= ShownMax ? text : text[..ShownMax] + $"… ({text.Length})";
}
