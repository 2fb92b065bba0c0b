using Holdfast.ConsoleUi.Access;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Forms;
using static Holdfast.ConsoleUi.Actions.FormValues;

namespace Holdfast.ConsoleUi.Actions;

/// <summary>Acts on hosts, components, tasks and tickets: each a form and the request that it sends.</summary>
internal sealed class FleetActions(Api api, Person person)
{
    private static readonly Field Reason = new("reason", "Reason");

    internal FormAction Drain(string host) => new("Drain", host,
        "Each component of {0} stops at a checkpoint and starts on another host; no row is written twice. The host takes no new work.",
        values => Patch(host, "drain", new JsonObject { ["drain"] = new JsonObject { ["reason"] = Or(values, "reason",
            "asked for in the console") } }))
    {
        Fields = [Reason],
        TypedName = host,
    };

    internal FormAction Undrain(string host) => new("End draining", host, "{0} takes work again.",
        _ => Patch(host, "end draining", new JsonObject { ["drain"] = null }));

    internal FormAction Quotas(HostView host) => new("Quotas", host.Host,
        "How many components {0} takes: Stores have their own quota, all others share one.",
        values => Patch(host.Host, "change quotas", new JsonObject
        {
            ["quotas"] = new JsonObject { ["stores"] = Number(values["stores"]), ["others"] = Number(values["others"]) },
        }))
    {
        Fields =
        [
            new Field("stores", "Stores", $"{host.Quotas?.Stores}", "number", true),
            new Field("others", "Other components", $"{host.Quotas?.Others}", "number", true),
        ],
    };

    internal FormAction Maintain(string host, DateTimeOffset now) => new("Maintenance", host,
        "HA does not act on {0} and places no work there until you end the maintenance; an overdue maintenance raises an alert.",
        values => Patch(host, "begin maintenance", new JsonObject { ["maintenance"] = MaintenanceOf(values) }))
    {
        Fields = MaintenanceFields(now),
    };

    internal FormAction EndMaintenance(string host) => new("End maintenance", host, "HA acts on {0} again at once.",
        _ => Patch(host, "end maintenance", new JsonObject { ["maintenance"] = null }));

    internal FormAction MaintainTask(string task, DateTimeOffset now) => new("Maintenance", task,
        "HA does not act on task {0} and raises no alert about it until you end the maintenance.",
        values => Send("begin maintenance", $"task:{task}", HttpMethod.Put, $"/api/v1/maintenance/task/{Uri.EscapeDataString(task)}",
            MaintenanceOf(values)))
    {
        Fields = MaintenanceFields(now),
    };

    internal FormAction EndTaskMaintenance(string task) => new("End maintenance", task, "HA acts on {0} again at once.",
        _ => Send("end maintenance", $"task:{task}", HttpMethod.Delete, $"/api/v1/maintenance/task/{Uri.EscapeDataString(task)}"));

    internal FormAction Component(string action, string name) => action switch
    {
        "start" => OfComponent("Start", action, name, "{0} runs, whatever its task's status; what had failed is started again."),
        "stop" => OfComponent("Stop", action, name, "{0} stops and stays registered. HA does not start it again."),
        "migrate" => OfComponent("Migrate", action, name,
                "{0} stops where it is and goes on elsewhere once its host has said that it stopped. "
                + "Naming a host overrides tags and quotas.")
            with { Fields = [new Field("targetHost", "Target host (empty: any with room)"), Reason] },
        _ => OfComponent("Delete", action, name, "The registration of {0} is released. This cannot be undone.")
            with { TypedName = name },
    };

    internal FormAction Release(string id) => new("Release from suspicion", id,
        "{0} is no longer a suspect and continues at once, as if no host had gone Down after it came.",
        values => Send("release from suspicion", id, HttpMethod.Post, $"/api/v1/ha/suspects/{Uri.EscapeDataString(id)}/release",
            new JsonObject { ["reason"] = NullIfEmpty(values["reason"]), ["by"] = person.Name }))
    {
        Fields = [Reason],
    };

    internal FormAction ReleaseHost(string host) => new("Release", host, "{0} takes new work at once, as if it had never been Down.",
        values => Send("release host", host, HttpMethod.Post, $"/api/v1/hosts/{Uri.EscapeDataString(host)}/release",
            new JsonObject { ["reason"] = NullIfEmpty(values["reason"]), ["by"] = person.Name }))
    {
        Fields = [Reason],
    };

    /// <summary>A Store is the store manager's: its operations have other paths, and tickets of their own.</summary>
    internal FormAction Store(string action, string name)
    {
        var path = $"/api/v1/stores/{Uri.EscapeDataString(name)}";
        return action switch
        {
            "start" => OfStore("Start", name, "{0} runs, or is restarted.", HttpMethod.Post, path + "/start"),
            "pause" => OfStore("Pause", name, "{0} stops and keeps its data; HA does not act on it.", HttpMethod.Post,
                path + "/pause"),
            "configure" => new FormAction("Configure", name, "{0} is restarted with another command.",
                values => Send("configure Store", name, HttpMethod.Patch, WithReason(path + "/configuration", values), new JsonObject
                {
                    ["command"] = new JsonArray([.. values["command"].Split('\n', StringSplitOptions.RemoveEmptyEntries
                        | StringSplitOptions.TrimEntries).Select(a => (JsonNode)a)]),
                }, Role.Deployer))
            {
                Fields = [new Field("command", "Command and its arguments, a line each", Kind: "area", Needed: true), Reason],
            },
            _ => OfStore("Delete", name, "{0} is removed with its data. This cannot be undone.", HttpMethod.Delete,
                $"{path}?confirm={Uri.EscapeDataString(name)}") with { TypedName = name },
        };
    }

    internal FormAction AddStore(string subtopic) => new("Add a Store", subtopic,
        "One more Store for {0}, which a task needs. Empty fields: the store manager chooses.",
        values => Send("add Store", subtopic, HttpMethod.Post, WithReason("/api/v1/stores", values), new JsonObject
        {
            ["subtopic"] = subtopic,
            ["host"] = NullIfEmpty(values["host"]),
        }))
    {
        Fields = [new Field("host", "Host (empty: any with room)"), Reason],
    };

    internal FormAction StoreTicket(string action, string ticket)
    {
        var (title, sentence) = action switch
        {
            "retry" => ("Retry", "The failed parts of {0} are tried again."),
            "skip" => ("Skip", "HA no longer waits for {0}; an operation that waits for approval is declined."),
            _ => ("Approve", "HA may carry out {0}, which waits for approval."),
        };
        return new FormAction(title, ticket, sentence, values => Send($"{action} Store ticket", ticket, HttpMethod.Post,
            WithReason($"/api/v1/stores/tickets/{Uri.EscapeDataString(ticket)}/{action}", values)))
        {
            Fields = [Reason],
        };
    }

    internal FormAction Batch(string action, string? host, string? task, IReadOnlyList<string> names) => new("Batch operation",
        host ?? task ?? Counted.Of(names.Count, "component"), "One ticket for all of them; see its progress under Tickets: {0}.",
        values => Send($"batch {action}", host ?? task ?? string.Join(' ', names), HttpMethod.Post, "/api/v1/operations", new JsonObject
        {
            ["action"] = values["action"],
            ["host"] = host,
            ["task"] = task,
            ["components"] = names.Count > 0 ? new JsonArray([.. names.Select(n => (JsonNode)n)]) : null,
            ["targetHost"] = NullIfEmpty(values["targetHost"]),
            ["confirm"] = host ?? task,
            ["reason"] = NullIfEmpty(values["reason"]),
            ["by"] = person.Name,
        }))
    {
        Fields =
        [
            new Field("action", "Action", action, "choice") { Choices = ["start", "stop", "migrate"] },
            new Field("targetHost", "Target host (empty: any with room)"), Reason,
        ],
        TypedName = host ?? task,
    };

    internal FormAction OfTask(string action, string task) => action switch
    {
        "start" => OfTaskAction("Start task", action, task, "The Incr-Sync of {0} runs."),
        "stop" => OfTaskAction("Stop task", action, task, "The Incr-Sync of {0} stops and stays registered.") with { TypedName = task },
        _ => OfTaskAction("Release task", action, task, "All components of {0} are removed; it cannot be started again.")
            with { TypedName = task },
    };

    internal FormAction Ticket(string action, string ticket, string? component = null)
    {
        var part = component is null ? "" : $"/subtasks/{Uri.EscapeDataString(component)}";
        var (title, sentence) = action switch
        {
            "retry" => ("Retry", "The failed parts of {0} are tried again."),
            "skip" => ("Skip", "HA no longer waits for the unfinished parts of {0}, and undoes those that had no effect yet."),
            _ => ("Approve", "HA may carry out {0}, which waits for approval."),
        };
        return new FormAction(title, component ?? ticket, sentence, _ => Send(
            $"{action} ticket", $"{ticket} {component}".Trim(), HttpMethod.Post,
            $"/api/v1/tickets/{Uri.EscapeDataString(ticket)}{part}/{action}", new JsonObject { ["by"] = person.Name }));
    }

    internal FormAction EndSilence(string id) => new("End silence", id,
        "Alerts that it covered and that still fire are sent within a minute: {0}.",
        _ => Send("end silence", id, HttpMethod.Delete, $"/api/v1/silences/{Uri.EscapeDataString(id)}"));

    private FormAction OfComponent(string title, string action, string name, string sentence) => new(title, name, sentence,
        values => Send($"{action} component", name, HttpMethod.Post,
            $"/api/v1/components/{Uri.EscapeDataString(name)}/{action}", new JsonObject
            {
                ["targetHost"] = NullIfEmpty(values.GetValueOrDefault("targetHost")),
                ["confirm"] = action == "delete" ? name : null,
                ["reason"] = NullIfEmpty(values.GetValueOrDefault("reason")),
                ["by"] = person.Name,
            }))
    {
        Fields = [Reason],
    };

    private FormAction OfStore(string title, string name, string sentence, HttpMethod method, string path) => new(title, name,
        sentence, values => Send($"{title.ToLowerInvariant()} Store", name, method, WithReason(path, values)))
    {
        Fields = [Reason],
    };

    private static string WithReason(string path, IReadOnlyDictionary<string, string> values) =>
        NullIfEmpty(values.GetValueOrDefault("reason")) is { } reason
            ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}reason={Uri.EscapeDataString(reason)}" : path;

    private FormAction OfTaskAction(string title, string action, string task, string sentence) => new(title, task, sentence,
        _ => Send($"{action} task", task, HttpMethod.Post, $"/api/v1/tasks/{Uri.EscapeDataString(task)}/{action}"));

    private Task<Contracts.Fault?> Patch(string host, string what, JsonObject body) =>
        Send(what, host, HttpMethod.Patch, $"/api/v1/hosts/{Uri.EscapeDataString(host)}", body);

    private async Task<Contracts.Fault?> Send(
        string what, string on, HttpMethod method, string path, JsonNode? body = null, Role needed = Role.Operator) =>
        (await api.Send(person, needed, what, on, method, path, body)).Fault;

    internal static Field[] SilenceFields(Person person, DateTimeOffset now) =>
    [
        new("reason", "Reason", Needed: true), new("owner", "Owner", person.Name, Needed: true),
        new("endsAt", "Until", Utc(now.AddHours(2)), "datetime", true),
    ];

    private Field[] MaintenanceFields(DateTimeOffset now) =>
    [
        new("reason", "Reason", Needed: true), new("owner", "Owner", person.Name, Needed: true),
        new("until", "Until", Utc(now.AddHours(2)), "datetime", true),
    ];

    private static JsonObject MaintenanceOf(IReadOnlyDictionary<string, string> values) => new()
    {
        ["reason"] = values["reason"],
        ["owner"] = values["owner"],
        ["until"] = Moment(values["until"]),
    };
}
