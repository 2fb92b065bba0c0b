using System.CommandLine;
using System.Text.Json.Nodes;
using Holdfast.Contracts;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast tasks start|stop|release|edit|delete ID</c> and <c>holdfast hosts delete|release ID</c>: which tasks and hosts there are,
/// and what a task is.
/// </summary>
internal static class RemovalCommands
{
    /// <summary>Beside the list of tasks.</summary>
    internal static void AddToTasks(Command tasks)
    {
        tasks.Add(Operate("start", "Start a task: its components run."));
        tasks.Add(Operate("stop", "Stop a task: its components stop and stay registered."));
        tasks.Add(Operate("release", "Release a task: its components are removed; it cannot be started again."));
        tasks.Add(Edit());
        tasks.Add(DeleteTask());
    }

    /// <summary>Beside the list of hosts.</summary>
    internal static void AddToHosts(Command hosts)
    {
        hosts.Add(DeleteHost());
        hosts.Add(ReleaseHost());
        hosts.Add(TokenCommands.Enrol());
    }

    private static Command Operate(string action, string description)
    {
        var id = Id("task");
        var command = new Command(action, description) { id };
        Order.Sends(command, parsed => (HttpMethod.Post, Ids.Path("/api/v1/tasks/", parsed.GetValue(id)!, after: "/" + action), []), Told);
        return command;
    }

    private static Command Edit()
    {
        var id = Id("task");
        var name = new Option<string>("--name") { Description = "1 to 64 characters of any script." };
        var protection = new Option<string>("--protection") { Description = "HIGH, MEDIUM, LOW or IGNORE." };
        protection.AcceptOnlyFromAmong("HIGH", "MEDIUM", "LOW", "IGNORE");
        var tags = new Option<string>("--tags") { Description = "All of them, with commas between them; '' for none." };
        var incrSync = Command("--command", "The Incr-Sync's command and its arguments; it is started anew under a higher epoch.");
        var store = Command("--store-command", "The command of Stores that are made from now on.");
        var import = Command("--import-command", "The Full-Import's command and its arguments.");
        var verification = Command("--verification-command", "The Full-Verification's command and its arguments.");
        var configs = new Option<string[]>("--config")
        {
            Description = "A component's configuration from a file of JSON: incrSync=FILE, store=FILE, fullImport=FILE or "
                + "fullVerification=FILE.",
        };
        var command = new Command("edit", "Change what a task is; what is not given stays as it is.")
            { id, name, protection, tags, incrSync, store, import, verification, configs };
        Order.Sends(command, parsed =>
        {
            var body = new JsonObject();
            Set("name", parsed.GetValue(name));
            Set("protection", parsed.GetValue(protection));
            Set("tags", parsed.GetValue(tags) is { } given
                ? Texts(given.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) : null);
            foreach (var (field, option) in (ReadOnlySpan<(string, Option<string[]>)>)
                [("incrSync", incrSync), ("store", store), ("fullImport", import), ("fullVerification", verification)])
            {
                Set(field, parsed.GetValue(option) is { Length: > 0 } words ? new JsonObject { ["command"] = Texts(words) } : null);
            }

            foreach (var (field, config) in (parsed.GetValue(configs) ?? []).Select(ConfigOf))
            {
                Set(field, body[field] as JsonObject ?? []);
                body[field]!["config"] = config;
            }

            return (HttpMethod.Patch, Ids.Path("/api/v1/tasks/", parsed.GetValue(id)!), body);

            void Set(string field, JsonNode? value)
            {
                if (value is not null)
                {
                    body[field] = value;
                }
            }
        }, Told);
        return command;
    }

    /// <summary>In a file, because arguments are shown to everybody on the machine.</summary>
    private static (string Component, JsonNode? Config) ConfigOf(string given)
    {
        var parts = given.Split('=', 2);
        if (parts.Length < 2)
        {
            throw new IOException($"--config {given}: must be COMPONENT=FILE, such as incrSync=orders.json");
        }

        try
        {
            return (parts[0], JsonNode.Parse(File.ReadAllText(parts[1])));
        }
        catch (System.Text.Json.JsonException error)
        {
            throw new IOException($"--config {given}: line {error.LineNumber + 1} is no JSON", error);
        }
    }

    private static Command DeleteTask()
    {
        var id = Id("task");
        var command = new Command("delete", "Forget a task that is RELEASED; its id may be used again.") { id };
        Order.Sends(command, parsed => (HttpMethod.Delete, Ids.Path("/api/v1/tasks/", parsed.GetValue(id)!), []), Told);
        return command;
    }

    private static Command DeleteHost()
    {
        var id = Id("host");
        var confirm = new Option<string>("--confirm") { Description = "The host's id once more.", Required = true };
        var command = new Command("delete", "Forget a host that is Down or empty, with its quotas, alerts and tokens.") { id, confirm };
        Order.Sends(command, parsed =>
        {
            var path = Ids.Path("/api/v1/hosts/", parsed.GetValue(id)!);
            var and = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            return (HttpMethod.Delete, $"{path}{and}confirm={Uri.EscapeDataString(parsed.GetValue(confirm)!)}", []);
        }, answer => $"{answer["host"]} is forgotten; it was {answer["was"]}{(answer["note"] is { } note ? $". {note}" : "")}");
        return command;
    }

    private static Command ReleaseHost()
    {
        var id = Id("host");
        var reason = new Option<string>("--reason") { Description = "Why; kept with it." };
        var command = new Command("release", "Let a host that flaps take new work at once.") { id, reason };
        Order.Sends(command, parsed => (HttpMethod.Post, Ids.Path("/api/v1/hosts/", parsed.GetValue(id)!, after: "/release"),
                new JsonObject { ["reason"] = parsed.GetValue(reason) }),
            (parsed, _) => $"{parsed.GetValue(id)} takes new work again; see: holdfast why {parsed.GetValue(id)}");
        return command;
    }

    private static string Told(JsonObject task) =>
        $"{task["id"]} is {task["status"]}{(task["statusReason"] is { } reason ? $": {reason}" : "")}";

    private static Argument<string> Id(string what) => new("id") { Description = $"Id of the {what}." };

    private static Option<string[]> Command(string option, string description) =>
        new(option) { Description = description, AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.ZeroOrMore };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
