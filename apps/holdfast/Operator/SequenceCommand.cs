namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast sources sequences URL [--advance]</c>: before an application is switched over to a PostgreSQL sink, its sequences are moved
/// past the rows that were copied.
/// </summary>
internal static class SequenceCommand
{
    private const int Behind = 3;

    internal static Command Create()
    {
        var url = new Argument<string>("url") { Description = "postgres://USER@HOST:PORT/DATABASE; without a password." };
        var advance = new Option<bool>("--advance") { Description = "Move those that are behind; may be repeated, moves none back." };
        var tables = SourceCommands.TablePatterns();
        var file = SourceCommands.PasswordFile();
        var json = Asking.Json();
        var command = new Command("sequences", "Show how a PostgreSQL sink's sequences and identity columns stand to its rows, or move them"
            + " past the rows. Exit code 3: one is behind.")
        {
            url, advance, tables, file, json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var address = DatabaseAddress.Read(parsed.GetValue(url)!);
            if (address.Fault is { } fault)
            {
                return Asking.Refuse(fault);
            }

            var (answer, error) = await SourceCommands.Ask("sequences", new JsonObject
            {
                ["database"] = SourceCommands.WithPassword(address.Value!, parsed.GetValue(file)),
                ["tables"] = new JsonArray([.. (parsed.GetValue(tables) ?? []).Select(t => JsonValue.Create(t))]),
                ["advance"] = parsed.GetValue(advance),
            }, cancel);
            if (answer is not { } report)
            {
                await Console.Error.WriteLineAsync(error);
                return Asking.NotDone;
            }

            var sequences = report["sequences"]!.AsArray().Select(s => s!.AsObject()).ToList();
            if (parsed.GetValue(json))
            {
                Asking.Print(report);
            }
            else
            {
                Tables.Print([["table", "column", "sequence", "gives next", "rows reach", "behind"], .. sequences.Select(Row)]);
            }

            return sequences.Exists(IsBehind) ? Behind : 0;
        });
        return command;
    }

    private static bool IsBehind(JsonObject sequence) => sequence["isBehind"]!.GetValue<bool>();

    private static string[] Row(JsonObject sequence) =>
    [
        $"{sequence["table"]}", $"{sequence["column"]}", $"{sequence["name"]}", $"{sequence["next"]}", $"{sequence["last"]}",
        IsBehind(sequence) ? "behind" : "",
    ];
}
