using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>A command that changes something through the API, with the installation's token.</summary>
internal static class Order
{
    /// <summary>Sends an order of which only that it was taken is said.</summary>
    internal static void Sends(
        Command command, Func<ParseResult, (HttpMethod, string, JsonObject)> what, Func<ParseResult, string> say) =>
        Sends<JsonObject>(command, what, (parsed, _) => say(parsed));

    internal static void Sends<T>(Command command, Func<ParseResult, (HttpMethod, string, JsonObject)> what, Func<T, string> say) =>
        Sends<T>(command, what, (_, answer) => say(answer));

    /// <typeparam name="T">The record that services, console and command line share.</typeparam>
    /// <param name="what">Method, path and body of the request.</param>
    /// <param name="say">A line about what was answered.</param>
    /// <param name="patience">Time that the answer may take; null: as long as any.</param>
    internal static void Sends<T>(Command command, Func<ParseResult, (HttpMethod, string, JsonObject)> what,
        Func<ParseResult, T, string> say, TimeSpan? patience = null) => Asking.Does(command, async (parsed, _, api, _) =>
    {
        var (method, path, body) = what(parsed);
        var answer = await api.Send(method, path, method == HttpMethod.Get ? null : body);
        Console.WriteLine(say(parsed, api.Read<T>(path, answer, isDone: method != HttpMethod.Get)));
        return 0;
    }, patience);

    /// <summary>A ticket in one line.</summary>
    internal static string OfTicket(TicketView ticket) => string.Create(CultureInfo.InvariantCulture,
        $"{ticket.Id}: {ticket.Kind} of {ticket.Total} is {ticket.Status}; see: holdfast tickets {ticket.Id}");
}
