using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast tasks answer ID TICKET</c>: says what becomes of a statement at which a task has stopped. The answer goes into the
/// Incr-Sync's configuration, which starts it anew; nothing else in that is changed.
/// </summary>
internal static class AnswerCommand
{
    internal static Command Make()
    {
        var id = new Argument<string>("id") { Description = "Id of the task." };
        var ticket = new Argument<string>("ticket") { Description = "Of the statement: 16 digits and letters, as the error says it." };
        var apply = new Option<bool>("--apply") { Description = "Apply it at the sink, as the source ran it." };
        var statement = new Option<string>("--statement") { Description = "Apply this one instead, with the sink's names." };
        var done = new Option<bool>("--done") { Description = "It is done by hand; the sink's tables are looked at." };
        var skip = new Option<bool>("--skip") { Description = "Leave it out." };
        var command = new Command("answer", "Say what becomes of a statement at which a task has stopped (DP-421 to DP-424).")
            { id, ticket, apply, statement, done, skip };
        command.Validators.Add(result =>
        {
            bool[] given = [result.GetValue(apply), result.GetValue(done), result.GetValue(skip), result.GetValue(statement) is not null];
            if (given.Count(g => g) != 1)
            {
                result.AddError("one of --apply, --statement, --done and --skip must be given");
            }
        });
        Asking.Does(command, async (parsed, api, _) =>
        {
            var path = Ids.Path("/api/v1/tasks/", ComponentName.TaskIn(parsed.GetValue(id)!) ?? parsed.GetValue(id)!);
            var task = await api.Get<TaskView>(path);
            var answer = parsed.GetValue(statement) is { } other ? new JsonObject { ["answer"] = "apply", ["statement"] = other }
                : new JsonObject { ["answer"] = parsed.GetValue(apply) ? "apply" : parsed.GetValue(done) ? "done" : "skip" };
            answer["ticket"] = parsed.GetValue(ticket);
            var (isGiven, refused) = AnswerRules.Check(task, parsed.GetValue(ticket)!, answer);
            if (refused is not null)
            {
                return Asking.Refuse(refused);
            }

            if (isGiven)
            {
                Console.WriteLine($"{task.Id} has this answer already, and is {task.Status}; see: holdfast logs task:{task.Id}");
                return 0;
            }

            if (With(task.Configs?.IncrSync, answer) is not { } changed)
            {
                return Asking.Refuse(Fault.Invalid("DP-425", "Give the answer in the component's own config.json (docs/data.md).",
                    new FieldFault("incrSync.config", null, "must hold a part incrSync")));
            }

            // A change of the task since it was read is not overruled.
            var body = new JsonObject { ["incrSync"] = new JsonObject { ["config"] = changed } };
            var said = api.Read<TaskView>(path, await api.Send(HttpMethod.Patch, path, body,
                version: string.Create(CultureInfo.InvariantCulture, $"\"{task.Version}\"")), isDone: true);
            Console.WriteLine($"{said.Id} is {said.Status}; see: holdfast logs task:{said.Id}");
            return 0;
        });
        return command;
    }

    /// <summary>
    /// A configuration with this answer. A task stops at one statement at a time, so answers to former ones were taken, or are of no use;
    /// the sink has what became of them. Secrets stay masked, which leaves them as they are. Null: it has no such part.
    /// </summary>
    internal static JsonObject? With(JsonObject? config, JsonObject answer)
    {
        if (config?.DeepClone() is not JsonObject changed || changed["incrSync"] is not JsonObject sync)
        {
            return null;
        }

        TaskOptions.Part(sync, "ddl")["answers"] = new JsonArray(answer.DeepClone());
        return changed;
    }
}
