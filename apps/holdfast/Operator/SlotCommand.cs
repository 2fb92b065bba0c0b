namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast sources slots URL [--drop NAME]</c>: the slots for which a PostgreSQL source keeps its log, and the Stores that have them,
/// as the control plane says.
/// </summary>
internal static class SlotCommand
{
    private const int NotDropped = 3;

    internal static Command Create()
    {
        var url = new Argument<string>("url") { Description = "postgres://USER@HOST:PORT/DATABASE; without a password." };
        var drop = new Option<string?>("--drop") { Description = "Name of a slot to drop: one that no Store has." };
        var force = new Option<bool>("--force") { Description = "Also one of which nothing is known here." };
        var file = SourceCommands.PasswordFile();
        var json = Asking.Json();
        var command = new Command("slots", "List the slots for which a PostgreSQL source keeps its log, with their Stores, or drop one that"
            + " no Store has. Exit code 3: it was not dropped.")
        {
            url, drop, force, file, json,
        };
        Running.Add(command, withServer: true);
        command.SetAction(async (parsed, cancel) =>
        {
            var address = DatabaseAddress.Read(parsed.GetValue(url)!);
            if (address.Fault is { } fault)
            {
                return Asking.Refuse(fault);
            }

            var (stores, whyNot) = await StoreNames.Of(parsed, cancel);
            var name = parsed.GetValue(drop);
            if (whyNot is not null && name is not null)
            {
                return await Say(Refusal.Text("DP-186", $"{name} is not dropped: which Stores there are could not be asked ({whyNot})",
                    "Name the run with --data or --server, and ask again"));
            }

            var (answer, error) = await SourceCommands.Ask("slots", new JsonObject
            {
                ["database"] = SourceCommands.WithPassword(address.Value!, parsed.GetValue(file)),
                ["stores"] = Names(stores.There),
                ["removed"] = Names(stores.Removed),
                ["drop"] = name,
                ["force"] = parsed.GetValue(force),
            }, cancel);
            if (answer is not { } report)
            {
                return await Say(error);
            }

            if (parsed.GetValue(json))
            {
                if (whyNot is not null)
                {
                    report["storesNotAsked"] = whyNot;
                }

                Asking.Print(report);
            }
            else
            {
                Print(report, whyNot);
            }

            return report["refusal"] is null ? 0 : NotDropped;
        });
        return command;
    }

    private static async Task<int> Say(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return Asking.NotDone;
    }

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(n => (JsonNode)n)];

    private static void Print(JsonObject report, string? whyNot)
    {
        if (report["dropped"] is { } dropped)
        {
            Console.WriteLine($"{dropped} is dropped");
        }

        Tables.Print([
            ["slot", "store", "read", "log", "keeps", "left"],
            .. report["slots"]!.AsArray().Select(s => Row(s!.AsObject(), whyNot)),
        ]);
        if (report["refusal"] is { } refusal)
        {
            Console.WriteLine($"\n{Refusal.Text($"{refusal["code"]}", $"{refusal["message"]}", $"{refusal["workaround"]}")}");
        }

        if (whyNot is not null)
        {
            Console.WriteLine($"\nWhich Stores there are could not be asked: {whyNot}");
        }
    }

    private static string[] Row(JsonObject slot, string? whyNot) =>
    [
        $"{slot["name"]}",
        slot["use"]!.GetValue<string>() switch
        {
            "Reader" => $"{slot["store"]}",
            "Removed" => $"{slot["store"]}, removed",
            "Retainer" => "the past, for all",
            "Search" => "a time is looked up",
            _ => whyNot is null ? "none here" : "not asked",
        },
        slot["isActive"]!.GetValue<bool>() ? "yes" : "no",
        $"{slot["status"]}",
        Bytes(slot["retainedBytes"]!.GetValue<long>()),
        slot["safeBytes"] is { } left ? Bytes(left.GetValue<long>()) : "no limit",
    ];

    private static string Bytes(long bytes) => bytes < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB");
}
