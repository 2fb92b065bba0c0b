using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast drain|undrain HOST</c>, <c>migrate NAME</c>, <c>components start|stop|delete NAME</c>, <c>batch ACTION …</c>: each order
/// is a ticket.
/// </summary>
internal static class OrderCommands
{
    internal static IEnumerable<Command> Create() => [Drain(), Undrain(), Migrate(), Batch()];

    /// <summary>Adds the orders for components beside the command that lists them.</summary>
    internal static void AddTo(Command components)
    {
        components.Add(OfComponent("start", "Start a component, whatever its task's status."));
        components.Add(OfComponent("stop", "Stop a component, whatever its task's status; it stays registered."));
        components.Add(Delete());
    }

    private static Command Drain()
    {
        var (host, reason) = (Host(), Reason());
        var command = new Command("drain", "Empty a host: each component stops there, then starts elsewhere.") { host, reason };
        Order.Sends(command, parsed => Patch(parsed.GetValue(host)!,
                new JsonObject { ["reason"] = parsed.GetValue(reason) ?? "asked for on the command line" }),
            parsed => $"{parsed.GetValue(host)} is to be empty; see: holdfast tickets");
        return command;
    }

    private static Command Undrain()
    {
        var host = Host();
        var command = new Command("undrain", "End a drain: what has not stopped yet stays.") { host };
        Order.Sends(command, parsed => Patch(parsed.GetValue(host)!, false), parsed => $"{parsed.GetValue(host)} takes work again");
        return command;
    }

    private static Command Migrate()
    {
        var (name, reason) = (Name(), Reason());
        var to = new Option<string>("--to") { Description = "Host to go to, past tags and quotas; any with room without it." };
        var command = new Command("migrate", "Move a component to another host of its region.") { name, to, reason };
        Order.Sends<TicketView>(command, parsed => (HttpMethod.Post, PathOf(parsed.GetValue(name)!, "migrate"), new JsonObject
        {
            ["targetHost"] = parsed.GetValue(to), ["reason"] = parsed.GetValue(reason),
        }), Order.OfTicket);
        return command;
    }

    private static Command OfComponent(string action, string description)
    {
        var (name, reason) = (Name(), Reason());
        var command = new Command(action, description) { name, reason };
        Order.Sends<TicketView>(command, parsed => (HttpMethod.Post, PathOf(parsed.GetValue(name)!, action),
            new JsonObject { ["reason"] = parsed.GetValue(reason) }), Order.OfTicket);
        return command;
    }

    private static Command Delete()
    {
        var (name, reason) = (Name(), Reason());
        var confirm = new Option<string>("--confirm") { Description = "The component's name once more.", Required = true };
        var command = new Command("delete", "Remove a component that is Stopped, Abnormal or Completed.") { name, confirm, reason };
        Order.Sends<TicketView>(command, parsed => (HttpMethod.Post, PathOf(parsed.GetValue(name)!, "delete"), new JsonObject
        {
            ["confirm"] = parsed.GetValue(confirm), ["reason"] = parsed.GetValue(reason),
        }), Order.OfTicket);
        return command;
    }

    private static Command Batch()
    {
        var action = new Argument<string>("action") { Description = "start, stop, migrate or delete." };
        action.AcceptOnlyFromAmong("start", "stop", "migrate", "delete");
        var names = new Argument<string[]>("name") { Description = "Components, at most 1,000.", Arity = ArgumentArity.ZeroOrMore };
        var host = new Option<string>("--host") { Description = "All components of this host, in place of names." };
        var task = new Option<string>("--task") { Description = "All components of this task, in place of names." };
        var to = new Option<string>("--to") { Description = "Of migrate: host to go to, past tags and quotas." };
        var confirm = new Option<string>("--confirm") { Description = "Of delete: the host or task once more." };
        var reason = Reason();
        var command = new Command("batch", "Start, stop, migrate or delete many components with one ticket: a host's, a task's, "
            + "or those that are named.") { action, names, host, task, to, confirm, reason };
        command.Validators.Add(parsed =>
        {
            var given = (parsed.GetValue(names) is { Length: > 0 } ? 1 : 0) + (parsed.GetValue(host) is null ? 0 : 1)
                + (parsed.GetValue(task) is null ? 0 : 1);
            if (given != 1)
            {
                parsed.AddError("Give either --host, or --task, or names of components.");
            }
        });
        Order.Sends<TicketView>(command, parsed => (HttpMethod.Post, "/api/v1/operations", new JsonObject
        {
            ["action"] = parsed.GetValue(action), ["host"] = parsed.GetValue(host), ["task"] = parsed.GetValue(task),
            ["components"] = parsed.GetValue(names) is { Length: > 0 } many ? new JsonArray([.. many.Select(n => (JsonNode)n)]) : null,
            ["targetHost"] = parsed.GetValue(to), ["confirm"] = parsed.GetValue(confirm), ["reason"] = parsed.GetValue(reason),
        }), Order.OfTicket);
        return command;
    }

    private static (HttpMethod, string, JsonObject) Patch(string host, JsonNode drain) =>
        (HttpMethod.Patch, "/api/v1/hosts/" + Uri.EscapeDataString(host), new JsonObject { ["drain"] = drain });

    private static string PathOf(string component, string action) =>
        $"/api/v1/components/{Uri.EscapeDataString(component)}/{action}";

    private static Argument<string> Host() => new("host") { Description = "Id of the host." };

    private static Argument<string> Name() => new("name") { Description = "Name or id of the component." };

    private static Option<string> Reason() => new("--reason") { Description = "Why; kept with it." };
}
