using Holdfast.ConsoleUi.Access;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Forms;
using Holdfast.ConsoleUi.Wording;

namespace Holdfast.ConsoleUi.Actions;

/// <summary>Changes which tasks and hosts there are, and what a task is: each a form and the request that it sends.</summary>
internal sealed class FleetChanges(Api api, Person person)
{
    internal FormAction EditTask(TaskView task) => new("Edit task", task.Id,
        "Empty fields change nothing. A new command or configuration restarts the Incr-Sync of {0} under a higher epoch.",
        values => Send(Role.Deployer, "edit task", task.Id, HttpMethod.Patch, Ids.Path("/api/v1/tasks/", task.Id), BodyOf(task, values),
            $"\"{task.Version}\""))
    {
        Fields =
        [
            new Field("name", "Name", task.Name, Needed: true),
            new Field("protection", "Protection", Words.Of(task.Protection), "choice", true)
            {
                Choices = [.. Enum.GetValues<ProtectionLevel>().Select(Words.Of)],
            },
            new Field("tags", "Tags, with commas between them", string.Join(", ", task.Tags)),
            new Field("command", "New command and its arguments, a line each (empty: as it is)", Kind: "area"),
            new Field("config", "New configuration of the Incr-Sync, a JSON object (empty: as it is)", Kind: "area"),
        ],
    };

    internal FormAction DeleteTask(string task) => new("Delete task", task,
        "{0} is forgotten. Its id may be used again; epochs go on above all that it ever had.",
        _ => Send(Role.Operator, "delete task", task, HttpMethod.Delete, Ids.Path("/api/v1/tasks/", task)))
    {
        TypedName = task,
    };

    internal FormAction DeleteHost(HostView host) => new("Delete host", host.Host,
        "{0} is forgotten: verdict, alerts, quotas, tags, maintenance, tokens, Stores. What was registered there is placed elsewhere. "
        + "If it reports again it is a new host.",
        _ => Send(Role.Operator, "delete host", host.Host, HttpMethod.Delete, Ids.Path("/api/v1/hosts/", host.Host) is var path
            ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}confirm={Uri.EscapeDataString(host.Host)}" : ""))
    {
        TypedName = host.Host,
    };

    /// <summary>Only what was changed in the form.</summary>
    internal static JsonObject BodyOf(TaskView task, IReadOnlyDictionary<string, string> values)
    {
        var body = new JsonObject();
        if (values["name"] is var name && name != task.Name)
        {
            body["name"] = name;
        }

        if (values["protection"] is var protection && protection != Words.Of(task.Protection))
        {
            body["protection"] = protection;
        }

        var tags = values["tags"].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!tags.SequenceEqual(task.Tags, StringComparer.Ordinal))
        {
            body["tags"] = new JsonArray([.. tags.Select(t => (JsonNode)t)]);
        }

        var command = values["command"].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var changed = new JsonObject();
        if (command.Length > 0)
        {
            changed["command"] = new JsonArray([.. command.Select(a => (JsonNode)a)]);
        }

        if (values["config"].Trim() is { Length: > 0 } config)
        {
            changed["config"] = JsonOrText(config);
        }

        if (changed.Count > 0)
        {
            body["incrSync"] = changed;
        }

        return body;
    }

    /// <summary>Text that is no JSON goes as it is: the service says what it must be.</summary>
    private static JsonNode? JsonOrText(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private async Task<Contracts.Fault?> Send(
        Role needed, string what, string on, HttpMethod method, string path, JsonNode? body = null, string? version = null) =>
        (await api.Send(person, needed, what, on, method, path, body, version)).Fault;
}
