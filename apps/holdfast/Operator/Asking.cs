using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Platform;

namespace Holdfast.App.Operator;

/// <summary>A refusal of the API, to be printed.</summary>
internal sealed class RefusedException(string says) : Exception(says);

/// <summary>The API as a command asks it: refusals and silence end the command with exit code 1 and a sentence.</summary>
internal sealed class Asking(HttpClient http, CancellationToken cancel)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    internal Task<JsonNode> Get(string path) => Send(HttpMethod.Get, path);

    /// <summary>What the status can do without: the answer, or why there is none.</summary>
    internal async Task<(JsonNode? Answer, string? WhyNot)> TryGet(string path)
    {
        try
        {
            return (await Get(path), null);
        }
        catch (RefusedException refused)
        {
            return (null, refused.Message.Split('\n')[0]);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException or JsonException)
        {
            return (null, error.GetBaseException().Message);
        }
    }

    internal async Task<JsonNode> Send(HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await http.SendAsync(request, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        if (answer.IsSuccessStatusCode)
        {
            return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        }

        var isJson = answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        throw new RefusedException(isJson && JsonNode.Parse(text) is JsonObject problem
            ? $"{problem["code"]} {problem["detail"]}\n  What to do: {problem["workaround"]}" : $"{(int)answer.StatusCode} {text}");
    }

    internal static void Does(Command command, Func<ParseResult, Asking, CancellationToken, Task<int>> what) =>
        Does(command, (parsed, _, api, cancel) => what(parsed, api, cancel));

    /// <summary>Gives the command the options that name the run, and what to do with its data directory and its API.</summary>
    /// <param name="patience">How long one answer may take; null: as long as any.</param>
    internal static void Does(
        Command command, Func<ParseResult, string, Asking, CancellationToken, Task<int>> what, TimeSpan? patience = null)
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
                return await what(parsed, running.Data(parsed), new Asking(http, cancel), cancel);
            }
            catch (RefusedException refused)
            {
                await Console.Error.WriteLineAsync(refused.Message);
                return 1;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException or JsonException)
            {
                await Console.Error.WriteLineAsync($"{http.BaseAddress}: {error.GetBaseException().Message}");
                return 1;
            }
        });
    }

    internal static Option<bool> Json() => new("--json") { Description = "As the API gives it." };

    internal static int Print(JsonNode node)
    {
        Console.WriteLine(node.ToJsonString(Indented));
        return 0;
    }
}
