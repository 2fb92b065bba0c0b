namespace Holdfast.App.Operator;

/// <summary><c>holdfast sources check URL</c>: what a database lacks before anything is copied from it or to it.</summary>
internal static class SourceCommands
{
    private const string Password = "HOLDFAST_DATABASE_PASSWORD";
    private const int Lacking = 3;

    /// <summary>A server that takes the connection and answers nothing would be waited for for ever.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(60);

    internal static Command Create() => new("sources", "Databases that tasks read and write.")
    {
        Check(), SlotCommand.Create(), SequenceCommand.Create(),
    };

    private static Command Check()
    {
        var url = new Argument<string>("url")
        {
            Description = $"{DatabaseAddress.Forms}; without a password.",
        };
        var sink = new Option<bool>("--sink") { Description = "Rows are to be written to it; without this they are to be read." };
        var tables = TablePatterns();
        var ddl = new Option<bool>("--ddl") { Description = "Statements that change tables are to be copied too." };
        var file = PasswordFile();
        var json = Asking.Json();
        var command = new Command("check", "Name each right, setting and limit that a database lacks, with the statement that mends it."
            + " Exit code 0: nothing is missing; 3: something is.")
        {
            url, sink, ddl, tables, file, json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var address = DatabaseAddress.Read(parsed.GetValue(url)!);
            if (address.Fault is { } fault)
            {
                return Asking.Refuse(fault);
            }

            var isSink = parsed.GetValue(sink);
            var (output, error) = await Ask("check", new JsonObject
            {
                ["database"] = WithPassword(address.Value!, parsed.GetValue(file)),
                ["isSink"] = isSink,
                ["hasDdl"] = parsed.GetValue(ddl),
                ["tables"] = new JsonArray([.. (parsed.GetValue(tables) ?? []).Select(t => JsonValue.Create(t))]),
            }, cancel);
            if (output is not { } report)
            {
                await Console.Error.WriteLineAsync(error);
                return 1;
            }

            if (parsed.GetValue(json))
            {
                Asking.Print(report);
            }
            else
            {
                Print(report, isSink);
            }

            return report["findings"]!.AsArray().All(f => f!["isNote"]!.GetValue<bool>()) ? 0 : Lacking;
        });
        return command;
    }

    internal static Option<string[]> TablePatterns() => new("--table")
    {
        Description = "Pattern of schema.table, several times; without it every table.", AllowMultipleArgumentsPerToken = true,
    };

    internal static Option<string?> PasswordFile() =>
        new("--password-file") { Description = $"Its first line is the password. [{Password}]" };

    internal static JsonObject WithPassword(JsonObject database, string? file)
    {
        if (file is not null)
        {
            database["passwordFile"] = Path.GetFullPath(file);
        }
        else if (Environment.GetEnvironmentVariable(Password) is { Length: > 0 } password)
        {
            database["password"] = password;
        }

        return database;
    }

    /// <summary>Asks the program that knows the engines.</summary>
    /// <returns>What it found; or why there is nothing: what was not asked is not well.</returns>
    internal static async Task<(JsonObject? Report, string Error)> Ask(string role, JsonObject part, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(AnswerMax, TimeProvider.System);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            var (_, output, error) = await DataProgram.Ask(role, new JsonObject { [role] = part }, limit.Token);
            return (output.Length == 0 ? null : JsonNode.Parse(output) as JsonObject, error.Trim());
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, $"The database has not answered all of it within {AnswerMax.TotalSeconds:0} s.");
        }
    }

    private static void Print(JsonObject report, bool isSink)
    {
        var findings = report["findings"]!.AsArray().Select(f => f!.AsObject()).ToList();
        var lacking = findings.Count(f => !f["isNote"]!.GetValue<bool>());
        Console.WriteLine($"{report["database"]} as a {(isSink ? "sink" : "source")}, {report["tables"]} tables: "
            + (lacking == 0 ? "nothing is missing" : $"{lacking} missing"));
        foreach (var finding in findings)
        {
            Console.WriteLine($"\n{finding["code"]}{(finding["isNote"]!.GetValue<bool>() ? " (a note)" : "")} {finding["message"]}");
            Console.WriteLine($"  What to do: {finding["workaround"]}");
        }
    }
}
