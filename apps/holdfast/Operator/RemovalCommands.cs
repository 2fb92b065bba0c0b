using Holdfast.ConsoleUi.Wording;
using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast hosts delete|release ID</c>: which hosts there are.</summary>
internal static class RemovalCommands
{
    /// <summary>Beside the list of hosts.</summary>
    internal static void AddToHosts(Command hosts)
    {
        hosts.Add(DeleteHost());
        hosts.Add(ReleaseHost());
        hosts.Add(TokenCommands.Enrol());
    }

    private static Command DeleteHost()
    {
        var id = Id();
        var confirm = new Option<string>("--confirm") { Description = "The host's id once more.", Required = true };
        var command = new Command("delete", "Forget a host that is Down or empty, with its quotas, alerts and tokens.") { id, confirm };
        Order.Sends<DeletedHost>(command, parsed =>
        {
            var path = Ids.Path("/api/v1/hosts/", parsed.GetValue(id)!);
            var and = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            return (HttpMethod.Delete, $"{path}{and}confirm={Uri.EscapeDataString(parsed.GetValue(confirm)!)}", []);
        }, gone => $"{gone.Host} is forgotten; it was {Words.Of(gone.Was)}{(gone.Note is { } note ? $". {note}" : "")}");
        return command;
    }

    private static Command ReleaseHost()
    {
        var id = Id();
        var reason = new Option<string>("--reason") { Description = "Why; kept with it." };
        var command = new Command("release", "Let a host that flaps take new work at once.") { id, reason };
        Order.Sends(command, parsed => (HttpMethod.Post, Ids.Path("/api/v1/hosts/", parsed.GetValue(id)!, after: "/release"),
                new JsonObject { ["reason"] = parsed.GetValue(reason) }),
            parsed => $"{parsed.GetValue(id)} takes new work again; see: holdfast why {parsed.GetValue(id)}");
        return command;
    }

    private static Argument<string> Id() => new("id") { Description = "Id of the host." };
}
