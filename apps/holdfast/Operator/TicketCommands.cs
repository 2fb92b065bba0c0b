using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast tickets [ID] [--json]</c> and <c>holdfast tickets retry|skip|approve ID</c>.</summary>
internal static class TicketCommands
{
    private static readonly Listing All = Listing.Of<TicketView>("tickets", "/api/v1/tickets",
        ["id", "kind", "status", "total", "done", "failures", "by", "reason", "createdAt", "finishedAt"]);

    internal static Command Create()
    {
        var id = new Argument<string?>("id")
        {
            Description = "One ticket with its sub-tasks; all without it.",
            DefaultValueFactory = _ => null,
        };
        var json = Asking.Json();
        var command = new Command("tickets", "List the tickets, newest first, or one with its sub-tasks.") { id, json };
        ListCommands.Shows(command, json, parsed => parsed.GetValue(id) is { } one
            ? Listing.Of<SubTask>("tickets", $"/api/v1/tickets/{Uri.EscapeDataString(one)}/subtasks",
                ["component", "status", "from", "target", "note", "startedAt", "finishedAt"])
            : All);
        command.Add(Said("retry", "Try again what has failed of a ticket.", withComponent: true));
        command.Add(Said("skip", "Do not wait for a ticket any more; what had no effect yet is taken back.", withComponent: true));
        command.Add(Said("approve", "Let HA do what it waits with.", withComponent: false));
        return command;
    }

    private static Command Said(string word, string description, bool withComponent)
    {
        var id = new Argument<string>("id") { Description = "Id of the ticket." };
        var component = new Argument<string?>("component") { Description = "Only this sub-task.", DefaultValueFactory = _ => null };
        var command = new Command(word, description) { id };
        if (withComponent)
        {
            command.Add(component);
        }

        Order.Sends<TicketView>(command, parsed => (HttpMethod.Post, $"/api/v1/tickets/{Uri.EscapeDataString(parsed.GetValue(id)!)}"
                + $"{(withComponent && parsed.GetValue(component) is { } one ? $"/subtasks/{Uri.EscapeDataString(one)}" : "")}/{word}", []),
            Order.OfTicket);
        return command;
    }
}
