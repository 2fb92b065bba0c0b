namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast verify [TASK…]</c>: compares every row of each task's source with its sink, while both are written. Needs both at hand:
/// the command reads them itself.
/// </summary>
internal static class VerifyCommand
{
    internal static Command Create()
    {
        var tasks = new Argument<string[]>("task")
        {
            Description = "Sample tasks; none: all that are to run.", Arity = ArgumentArity.ZeroOrMore,
        };
        var limit = new Option<int>("--limit")
        {
            Description = "Seconds for which rows of one task that look different are looked at again.", DefaultValueFactory = _ => 60,
        };
        var json = Asking.Json();
        var command = new Command("verify", "Compare every row of a task's source and sink. Exit code 0: equal; 3: not, or not certain.")
        {
            tasks, limit, json,
        };
        Asking.Does(command, async (parsed, data, api, cancel) =>
        {
            var verification = new Verification(api, data, TimeSpan.FromSeconds(parsed.GetValue(limit)), cancel);
            var compared = await verification.Of(parsed.GetValue(tasks) ?? []);
            var text = new VerifiedText(compared);
            if (parsed.GetValue(json))
            {
                Asking.Print(new JsonArray([.. compared.Select(c => new JsonObject { ["task"] = c.Task, ["report"] = c.Report })]));
                return text.ExitCode;
            }

            text.PrintTables();
            Console.WriteLine(text.Line);
            return text.ExitCode;
        });
        return command;
    }
}
