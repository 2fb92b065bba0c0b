namespace Holdfast.App.Operator;

/// <summary>The API as a command asks it: refusals and silence end the command with exit code 1, a code and what to do.</summary>
internal sealed class Asking(HttpClient http, string tokenFrom, CancellationToken cancel)
{
    /// <summary>It is refused, or nobody answers; what is wrong with the line itself is 2.</summary>
    internal const int NotDone = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A list that has more pages than this is not read to its end.</summary>
    private const int PagesMax = 1000;

    internal async Task<JsonNode> Get(string path) => (await Exchange(new ApiRequest(HttpMethod.Get, path))).Body;

    /// <summary>Reads the answer as the record that services, console and command line share.</summary>
    internal async Task<T> Get<T>(string path) => Read<T>(path, await Get(path));

    /// <summary>An answer that is here already, as that record; one that is not like it is told as a refusal is.</summary>
    /// <param name="isDone">It is the answer to a change, which was made whatever becomes of this.</param>
    internal T Read<T>(string path, JsonNode answer, bool isDone = false)
    {
        try
        {
            return answer.Deserialize<T>(ApiExchange.Json)!;
        }
        catch (JsonException error)
        {
            throw new RefusedException(Refusal.Unlike(new Uri(http.BaseAddress!, path), error.Message, isDone));
        }
    }

    /// <summary>All items of a list, its pages as large as they may be.</summary>
    internal Task<IReadOnlyList<T>> All<T>(string path) => ApiExchange.Pages(ApiExchange.With(path, "limit", "1000"), PagesMax,
        async page => await Get<ListPage<T>>(page) is { Items: not null } list ? list
            : throw new RefusedException(Refusal.Unlike(new Uri(http.BaseAddress!, page), "it is no list")));

    internal Task<(JsonNode Body, DateTimeOffset? At)> GetDated(string path) => Exchange(new ApiRequest(HttpMethod.Get, path));

    /// <summary>Asks for something that the status can do without: the answer, or why there is none.</summary>
    internal async Task<(JsonNode? Answer, string? WhyNot)> TryGet(string path)
    {
        try
        {
            return (await Get(path), null);
        }
        catch (RefusedException refused)
        {
            return (null, refused.FirstLine);
        }
        catch (Exception error) when (IsSilence(error))
        {
            return (null, error.GetBaseException().Message);
        }
    }

    /// <param name="by">The person who changes it, where that is not the token's owner.</param>
    /// <param name="version">It is refused where the document is at another one by now; null: whatever it is.</param>
    internal async Task<JsonNode> Send(HttpMethod method, string path, JsonNode? body = null, string? by = null, string? version = null) =>
        (await Exchange(new ApiRequest(method, path) { Body = body, User = by, Version = version })).Body;

    /// <returns>A text that is no JSON, such as Markdown, as a string.</returns>
    private async Task<(JsonNode Body, DateTimeOffset? At)> Exchange(ApiRequest request)
    {
        var answer = await http.Send(http.BaseAddress!, request, cancel);
        var asked = new Uri(http.BaseAddress!, request.Path);
        if (!answer.IsSuccess)
        {
            throw new RefusedException(Refusal.Of(answer, asked, tokenFrom));
        }

        if (answer.IsMarkdown)
        {
            return (JsonValue.Create(answer.Text), answer.At);
        }

        try
        {
            return (answer.Text.Length == 0 ? new JsonObject() : JsonNode.Parse(answer.Text)!, answer.At);
        }
        catch (JsonException)
        {
            throw new RefusedException(Refusal.Unreadable(asked));
        }
    }

    internal static void Does(Command command, Func<ParseResult, Asking, CancellationToken, Task<int>> what) =>
        Does(command, (parsed, _, api, cancel) => what(parsed, api, cancel));

    /// <summary>Gives the command the options that name the run, and what to do with its data directory and its API.</summary>
    /// <param name="patience">Time that one answer may take; null: as long as any.</param>
    internal static void Does(
        Command command, Func<ParseResult, string, Asking, CancellationToken, Task<int>> what, TimeSpan? patience = null)
    {
        Running.Add(command, withServer: true);
        command.SetAction(async (parsed, cancel) =>
        {
            var client = Running.Client(parsed);
            if (client.Fault is { } fault)
            {
                return Refuse(fault);
            }

            using var http = client.Value!;
            http.Timeout = patience ?? http.Timeout;
            try
            {
                return await what(parsed, Running.Data(parsed), new Asking(http, Running.TokenFrom(parsed), cancel), cancel);
            }
            catch (RefusedException refused)
            {
                await Console.Error.WriteLineAsync(refused.Message);
            }
            catch (Exception error) when (IsSilence(error) && !cancel.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync(Refusal.Silent(http.BaseAddress, error));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
            {
                await Console.Error.WriteLineAsync(error.Message); // of a file that was named
            }

            return NotDone;
        });
    }

    internal static bool IsSilence(Exception error) => error is HttpRequestException or TaskCanceledException or HttpIOException;

    /// <summary>Says a fault that the command itself has found.</summary>
    internal static int Refuse(Fault fault)
    {
        HoldfastHost.Refuse(fault);
        return NotDone;
    }

    internal static Option<bool> Json() => new("--json") { Description = "As the API gives it, moments in full." };

    internal static int Print(JsonNode node)
    {
        Console.WriteLine(node.ToJsonString(Indented));
        return 0;
    }
}
