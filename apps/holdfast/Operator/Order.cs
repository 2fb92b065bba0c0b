namespace Holdfast.App.Operator;

/// <summary>A command that changes something through the API, with the installation's token.</summary>
internal static class Order
{
    /// <param name="what">Method, path and body of the request.</param>
    /// <param name="say">A line about what was answered.</param>
    internal static void Sends(Command command, Func<ParseResult, (HttpMethod, string, JsonObject)> what,
        Func<JsonObject, string> say) => Sends(command, what, (_, answer) => say(answer));

    /// <param name="patience">Time that the answer may take; null: as long as any.</param>
    internal static void Sends(Command command, Func<ParseResult, (HttpMethod, string, JsonObject)> what,
        Func<ParseResult, JsonObject, string> say, TimeSpan? patience = null) => Asking.Does(command, async (parsed, _, api, _) =>
    {
        var (method, path, body) = what(parsed);
        var answer = await api.Send(method, path, method == HttpMethod.Get ? null : body);
        Console.WriteLine(say(parsed, answer as JsonObject ?? []));
        return 0;
    }, patience);

    /// <summary>A ticket in one line.</summary>
    internal static string OfTicket(JsonObject ticket) => string.Create(CultureInfo.InvariantCulture,
        $"{ticket["id"]}: {ticket["kind"]} of {ticket["total"]} is {ticket["status"]}; see: holdfast tickets {ticket["id"]}");
}
