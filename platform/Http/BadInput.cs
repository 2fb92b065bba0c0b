using System.Text.RegularExpressions;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>The one place where an exception that means bad input becomes its refusal.</summary>
internal static partial class BadInput
{
    private const string Compare = "Compare the request with /openapi/v1.json.";

    /// <summary>Nobody has to look at a log for what the caller did wrong.</summary>
    internal static bool Means(Exception error) => error is BadHttpRequestException or JsonException or BadCursorException;

    /// <summary>Null: it does not mean that.</summary>
    internal static Fault? Of(Exception? error, HttpContext context) => error switch
    {
        BadCursorException => Fault.Invalid("PF-109", "Ask for the first page again, without a cursor.", new FieldFault(
            "cursor", BodyRules.Shown(context.Request.Query["cursor"].ToString()),
            "must be the next of the page before, of the same list")),
        JsonException json => BodyFaults.Malformed(json, context.Features.Get<SentBody>()),
        BadHttpRequestException { InnerException: JsonException json } => BodyFaults.Malformed(json, context.Features.Get<SentBody>()),
        BadHttpRequestException bad => OfRequest(bad, context),
        _ => null,
    };

    private static Fault OfRequest(BadHttpRequestException error, HttpContext context) => error.StatusCode switch
    {
        413 => Problems.TooLarge(error),
        415 => BodyFaults.NotJson(context.Request.ContentType),
        408 => new Fault("PF-111", 408, "The request did not come in time", "The body came more slowly than it is waited for.",
            "Send it again; see whether the network or a proxy holds it back."),
        _ => OfParameter(error.Message) ?? new Fault("PF-103", 400, "The request cannot be read", error.Message, Compare),
    };

    /// <summary>Null: the message is about something else.</summary>
    internal static Fault? OfParameter(string message)
    {
        if (Unbound().Match(message) is { Success: true } unbound)
        {
            return Fault.Invalid("PF-103", Compare, new FieldFault(
                unbound.Groups["name"].Value, BodyRules.Shown(unbound.Groups["value"].Value),
                $"must be {Expected(unbound.Groups["type"].Value)}"));
        }

        if (message.StartsWith("Implicit body inferred", StringComparison.Ordinal))
        {
            return NoBody();
        }

        return Absent().Match(message) is not { Success: true } absent ? null
            : absent.Groups["from"].Value.Contains("body", StringComparison.Ordinal) ? NoBody()
                : Fault.Invalid("PF-103", Compare, new FieldFault(absent.Groups["name"].Value, null, "must be given"));
    }

    /// <summary>None came, or null.</summary>
    internal static Fault NoBody() =>
        Fault.Invalid("PF-103", Compare, new FieldFault("body", null, "must be the JSON that is documented"));

    private static string Expected(string type) => type.TrimEnd('?') is var name && name.StartsWith("Nullable<", StringComparison.Ordinal)
        ? Expected(name["Nullable<".Length..^1])
        : name switch
        {
            "int" or "Int32" => "a whole number, -2,147,483,648 to 2,147,483,647",
            "long" or "Int64" => "a whole number of 64 bits",
            "bool" or "Boolean" => "true or false",
            "double" or "Double" => "a number",
            _ => "as it is documented",
        };

    [GeneratedRegex("""^Failed to bind parameter "(?<type>\S+) (?<name>[^"]+)" from "(?<value>.*)"\.$""",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Unbound();

    [GeneratedRegex("""^Required parameter "(?<type>.+) (?<name>[^" ]+)" was not provided from (?<from>.+)\.$""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Absent();
}
