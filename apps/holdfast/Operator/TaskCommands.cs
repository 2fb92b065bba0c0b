using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast tasks create|start|stop|release|edit|delete ID</c>: which tasks there are, and what a task is.</summary>
internal static class TaskCommands
{
    private const string Path = "/api/v1/tasks";

    /// <summary>Beside the list of tasks.</summary>
    internal static void AddTo(Command tasks)
    {
        tasks.Add(Create());
        tasks.Add(Operate("start", "Start a task: its components run."));
        tasks.Add(Operate("stop", "Stop a task: its components stop and stay registered."));
        tasks.Add(Operate("release", "Release a task: its components are removed; it cannot be started again."));
        tasks.Add(Edit());
        tasks.Add(AnswerCommand.Make());
        tasks.Add(Delete());
    }

    private static Command Create()
    {
        var id = new Argument<string?>("id")
        {
            Description = "Id of the task; without it that of the file, else one that is made.", DefaultValueFactory = _ => null,
        };
        var file = new Option<string>("--file")
        {
            Description = "The task as JSON, as POST /api/v1/tasks takes it; - reads standard input. What is given besides goes before it.",
        };
        var type = new Option<string>("--type") { Description = "synchronization or migration. [synchronization]" };
        var region = new Option<string>("--region") { Description = "Region of its components; it must have hosts." };
        var source = new Option<string>("--source")
        {
            Description = "Name of the data source, which tasks that share Stores have in common.",
        };
        var start = new Option<string>("--from")
        {
            Description = "Position to begin at: unix seconds, or a moment such as 2026-03-01T00:00:00Z. [now]",
        };
        var stopped = new Option<bool>("--stopped") { Description = "Its Incr-Sync waits until the task is started." };
        var task = new TaskOptions();
        var command = new Command("create", "Make a task: its Store is requested, and its Incr-Sync gets a host, at once.")
            { id, file, type, region, source, start, stopped };
        task.AddTo(command);
        Order.Sends<TaskView>(command, parsed =>
        {
            var body = task.Into(parsed.GetValue(file) is { } given ? TaskOptions.ReadObject(given) : [], parsed);
            Set(body, "id", parsed.GetValue(id));
            body["name"] ??= body["id"]?.DeepClone();
            Set(body, "type", parsed.GetValue(type) ?? (body["type"] is null ? "synchronization" : null));
            Set(body, "region", parsed.GetValue(region));
            if (parsed.GetValue(source) is { } name)
            {
                TaskOptions.Part(body, "source")["name"] = name;
            }

            if (parsed.GetValue(start) is { } from)
            {
                body["startTimestamp"] = Positions.Read(from);
            }

            if (parsed.GetValue(stopped))
            {
                TaskOptions.Part(body, "incrSync")["desired"] = "Stopped";
            }

            return (HttpMethod.Post, Path, body);
        }, made => $"{Told(made)}; see: holdfast why task:{made.Id}");
        return command;
    }

    private static void Set(JsonObject body, string field, string? value)
    {
        if (value is not null)
        {
            body[field] = value;
        }
    }

    private static Command Operate(string action, string description)
    {
        var id = Id();
        var command = new Command(action, description) { id };
        Order.Sends<TaskView>(command, parsed => (HttpMethod.Post, PathOf(parsed.GetValue(id)!, "/" + action), []), Told);
        return command;
    }

    private static Command Edit()
    {
        var (id, task) = (Id(), new TaskOptions());
        var command = new Command("edit", "Change what a task is; what is not given stays as it is.") { id };
        task.AddTo(command);
        Order.Sends<TaskView>(command, parsed => (HttpMethod.Patch, PathOf(parsed.GetValue(id)!), task.Into([], parsed)), Told);
        return command;
    }

    private static Command Delete()
    {
        var id = Id();
        var command = new Command("delete", "Forget a task that is RELEASED; its id may be used again.") { id };
        Order.Sends<TaskView>(command, parsed => (HttpMethod.Delete, PathOf(parsed.GetValue(id)!), []), Told);
        return command;
    }

    private static string PathOf(string id, string after = "") => Ids.Path($"{Path}/", ComponentName.TaskIn(id) ?? id, after: after);

    private static string Told(TaskView task) =>
        $"{task.Id} is {task.Status}{(task.StatusReason is { } reason ? $": {reason}" : "")}";

    private static Argument<string> Id() => new("id") { Description = "Id of the task." };
}
