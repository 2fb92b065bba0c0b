using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Holdfast.App.Fleet;
using Holdfast.Platform;

namespace Holdfast.App.Operator;

/// <summary>A command that changes something through the API, with the installation's token.</summary>
internal static class Order
{
    /// <param name="what">Method, path and body of the request.</param>
    /// <param name="say">A line about what was answered.</param>
    internal static void Sends(Command command, Func<ParseResult, (HttpMethod, string, JsonObject)> what,
        Func<JsonObject, string> say) => Sends(command, what, (_, answer) => say(answer));

    /// <param name="patience">How long the answer may take; null: as long as any.</param>
    internal static void Sends(Command command, Func<ParseResult, (HttpMethod, string, JsonObject)> what,
        Func<ParseResult, JsonObject, string> say, TimeSpan? patience = null)
    {
        var running = Running.Add(command, withServer: true);
        command.SetAction(async (parsed, cancel) =>
        {
            var client = running.Client(parsed);
            if (client.Fault is { } fault)
            {
                return HoldfastHost.Refuse(fault);
            }

            using var http = client.Value!;
            http.Timeout = patience ?? http.Timeout;
            try
            {
                var (method, path, body) = what(parsed);
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(running, parsed));
                using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
                using var answer = await http.SendAsync(request, cancel);
                var text = await answer.Content.ReadAsStringAsync(cancel);
                return Tell(answer, text, body => say(parsed, body));
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException
                or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"{http.BaseAddress}: {error.GetBaseException().Message}");
                return 1;
            }
        });
    }

    /// <summary>A ticket in one line.</summary>
    internal static string OfTicket(JsonObject ticket) => string.Create(CultureInfo.InvariantCulture,
        $"{ticket["id"]}: {ticket["kind"]} of {ticket["total"]} is {ticket["status"]}; see: holdfast tickets {ticket["id"]}");

    internal static string TokenOf(Running running, ParseResult parsed) =>
        Environment.GetEnvironmentVariable("HOLDFAST_TOKEN") is { Length: > 0 } given ? given.Trim() : Token.Read(running.Data(parsed));

    private static int Tell(HttpResponseMessage answer, string text, Func<JsonObject, string> say)
    {
        if (answer.IsSuccessStatusCode)
        {
            Console.WriteLine(say(text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject()));
            return 0;
        }

        var problem = answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true
            ? JsonNode.Parse(text) as JsonObject : null;
        Console.Error.WriteLine(problem is null ? $"{(int)answer.StatusCode} {text}"
            : $"{problem["code"]} {problem["detail"]} {problem["workaround"]}");
        return 1;
    }
}
