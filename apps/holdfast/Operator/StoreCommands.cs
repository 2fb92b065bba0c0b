using Holdfast.ConsoleUi.Wording;
using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast stores</c>: the list; <c>coverage</c>, <c>resolve</c>, <c>why</c>, <c>tickets</c>, <c>history</c>; <c>threshold</c>,
/// <c>add</c>, <c>start</c>, <c>pause</c>, <c>configure</c>, <c>delete</c>, <c>retry</c>, <c>skip</c>, <c>approve</c>.
/// </summary>
internal static class StoreCommands
{
    private const string Path = "/api/v1/stores";
    private const string Position = "Position: unix seconds, or a moment such as 2026-03-01T00:00:00Z.";

    private static readonly Listing All = Listing.Of<StoreView>("stores", Path,
        ["name", "host", "idc", "state", "begin", "end", "origin", "error", "leavesBecause"]);

    private static readonly Listing Tickets = Listing.Of<StoreTicket>("tickets", Path + "/tickets",
        ["id", "kind", "status", "by", "reason", "note", "createdAt", "finishedAt"]);

    internal static Command Create()
    {
        var json = Asking.Json();
        var command = new Command("stores", "List the Stores; or what they cover, and what can be done with them.") { json };
        ListCommands.Shows(command, json, _ => All);
        foreach (var sub in (Command[])[Coverage(), Resolve(), Why(), TicketList(), History(), Threshold(), Add(), Configure(), Delete(),
            Operation("start", "It runs, or is started anew."), Operation("pause", "It stops and keeps its data; HA leaves it alone."),
            OfTicket("retry", "Try a failed operation once more."),
            OfTicket("skip", "A failed operation counts as done; what waits for a person is declined."),
            OfTicket("approve", "Let HA make the Store that it waits with.")])
        {
            command.Add(sub);
        }

        return command;
    }

    private static Command Coverage()
    {
        var (json, subtopic) = (Asking.Json(), new Option<string?>("--subtopic") { Description = "Only this one." });
        var gaps = new Option<bool>("--gaps") { Description = "Only where something is needed that no Store serves." };
        var command = new Command("coverage", "Which Store holds which interval, who needs what, where the gap is.")
            { subtopic, gaps, json };
        ListCommands.Shows(command, json, parsed => Listing.Of<CoverageMap>("coverage",
            Query($"{Path}/coverage", ("subtopic", parsed.GetValue(subtopic)), ("gaps", parsed.GetValue(gaps) ? "true" : null)),
            ["subtopic", "what", "name", "state", "from", "to", "note"], Lines));
        return command;
    }

    /// <summary>A line for each Store, each consumer and the gap of a map.</summary>
    private static IEnumerable<JsonObject> Lines(CoverageMap map)
    {
        foreach (var store in map.Stores)
        {
            yield return Line(map, "store", store.Store, Words.Of(store.Standing), (store.Begin, store.End), store.Redundant);
        }

        foreach (var consumer in map.Consumers)
        {
            yield return Line(
                map, "consumer", consumer.Task, consumer.IsVisible ? "seen" : "not seen", (consumer.Position, null), consumer.Store);
        }

        if (map.Gap is { } gap)
        {
            yield return Line(map, "GAP", string.Join(' ', gap.Tasks), null, (gap.From, gap.To), null);
        }
    }

    private static JsonObject Line(
        CoverageMap map, string what, string name, string? state, (long? From, long? To) part, string? note) => new()
    {
        ["subtopic"] = map.Subtopic, ["what"] = what, ["name"] = name, ["state"] = state,
        ["from"] = Positions.Shown(part.From), ["to"] = Positions.Shown(part.To), ["note"] = note,
    };

    private static Command Resolve()
    {
        var subtopic = new Argument<string>("subtopic") { Description = "The subtopic." };
        var checkpoint = new Argument<string>("checkpoint") { Description = Position };
        var command = new Command("resolve", "The Store that a consumer at a position reads from.") { subtopic, checkpoint };
        Order.Sends<ResolvedStore>(command, parsed => (HttpMethod.Get, Query($"{Path}/resolve", ("subtopic", parsed.GetValue(subtopic)),
            ("checkpoint", Text(Positions.Read(parsed.GetValue(checkpoint)!)))), []),
            found => $"{found.Store} on {found.Host} ({found.Address}), from {Positions.Shown(found.Begin)} "
                + $"to {Positions.Shown(found.End) ?? "?"}{(found.HasPosition ? "" : "; it is collecting towards it")}");
        return command;
    }

    private static Command Why()
    {
        var subtopic = new Argument<string>("subtopic") { Description = "The subtopic." };
        var command = new Command("why", "The latest decision about a subtopic.") { subtopic };
        Order.Sends<StoreDecisionRecord>(command, parsed =>
                (HttpMethod.Get, Query($"{Path}/why", ("subtopic", parsed.GetValue(subtopic))), []),
            found => $"{found.Code} {found.Sentence}. {found.Workaround}");
        return command;
    }

    private static Command TicketList()
    {
        var json = Asking.Json();
        var command = new Command("tickets", "Operations on Stores, newest first.") { json };
        ListCommands.Shows(command, json, _ => Tickets);
        return command;
    }

    private static Command History()
    {
        var (name, json) = (Name(), Asking.Json());
        var command = new Command("history", "Operations on one Store, newest first, and its last error.") { name, json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var path = PathOf(parsed.GetValue(name)!) + "/history";
            var answer = await api.Get(path);
            if (parsed.GetValue(json))
            {
                return Asking.Print(answer);
            }

            var history = api.Read<StoreHistory>(path, answer);
            Console.WriteLine($"{history.Store} on {history.Host}{(history.Error is { } error ? $": {error}" : "")}");
            Tables.Print(Tickets.Rows(history.Tickets, TimeProvider.System.GetUtcNow()));
            return 0;
        });
        return command;
    }

    private static Command Threshold()
    {
        var subtopic = new Argument<string>("subtopic") { Description = "The subtopic." };
        var most = new Argument<string>("number") { Description = "How many Stores HA may make for it; default: ha.config's." };
        var command = new Command("threshold", "Give a subtopic its own subtopicStoreNumberThreshold.") { subtopic, most };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(most) is { } given and not "default" && !int.TryParse(given, Invariant, out _))
            {
                parsed.AddError($"'{given}' must be a number, or default.");
            }
        });
        Order.Sends<SubtopicAnswer>(command, parsed => (HttpMethod.Patch,
                $"{Path}/subtopics/{Uri.EscapeDataString(parsed.GetValue(subtopic)!)}", new JsonObject
                {
                    ["threshold"] = parsed.GetValue(most) is { } given and not "default" ? int.Parse(given, Invariant) : null,
                }),
            set => $"{set.Subtopic}: at most {set.Threshold?.ToString(Invariant) ?? "ha.config's number of"} Stores");
        return command;
    }

    private static Command Add()
    {
        var (subtopic, reason) = (new Argument<string>("subtopic") { Description = "The subtopic." }, Reason());
        var from = new Option<string?>("--from") { Description = $"To collect from; as HA would choose it without. {Position}" };
        var host = new Option<string?>("--host") { Description = "Host to go to, past quotas and load." };
        var force = new Option<bool>("--force") { Description = "Also past the threshold." };
        var command = new Command("add", "One more Store for a subtopic.") { subtopic, from, host, force, reason };
        Order.Sends<StoreTicket>(command, parsed => (HttpMethod.Post, Path, new JsonObject
        {
            ["subtopic"] = parsed.GetValue(subtopic), ["host"] = parsed.GetValue(host),
            ["startTimestamp"] = parsed.GetValue(from) is { } at ? Positions.Read(at) : null, ["force"] = parsed.GetValue(force),
            ["reason"] = parsed.GetValue(reason),
        }), Said);
        return command;
    }

    private static Command Operation(string word, string description)
    {
        var (name, reason) = (Name(), Reason());
        var command = new Command(word, description) { name, reason };
        Order.Sends<StoreTicket>(command, parsed => (HttpMethod.Post,
            Query($"{PathOf(parsed.GetValue(name)!)}/{word}", ("reason", parsed.GetValue(reason))), []), Said);
        return command;
    }

    private static Command Configure()
    {
        var (name, reason) = (Name(), Reason());
        var words = new Argument<string[]>("command") { Description = "Program and arguments, after --.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("configure", "Another command for a Store; it is restarted with it.") { name, words, reason };
        Order.Sends<StoreTicket>(command, parsed => (HttpMethod.Patch, $"{PathOf(parsed.GetValue(name)!)}/configuration", new JsonObject
        {
            ["command"] = new JsonArray([.. parsed.GetValue(words)!.Select(w => (JsonNode)w)]), ["reason"] = parsed.GetValue(reason),
        }), Said);
        return command;
    }

    private static Command Delete()
    {
        var (name, reason) = (Name(), Reason());
        var confirm = new Option<string?>("--confirm") { Description = "The Store's whole name again: its data is deleted." };
        var command = new Command("delete", "Remove a Store with its data.") { name, confirm, reason };
        Order.Sends<StoreTicket>(command, parsed => (HttpMethod.Delete, Query(PathOf(parsed.GetValue(name)!),
            ("confirm", parsed.GetValue(confirm)), ("reason", parsed.GetValue(reason))), []), Said);
        return command;
    }

    private static Command OfTicket(string word, string description)
    {
        var id = new Argument<string>("id") { Description = "Id of the ticket." };
        var command = new Command(word, description) { id };
        Order.Sends<StoreTicket>(command, parsed =>
            (HttpMethod.Post, $"{Path}/tickets/{Uri.EscapeDataString(parsed.GetValue(id)!)}/{word}", []), Said);
        return command;
    }

    private static string Said(StoreTicket ticket) =>
        $"{ticket.Id}: {ticket.Kind} {(ticket.Store is { } store ? $"{store} on {ticket.Host}" : $"for {ticket.Subtopic}")} "
        + $"is {ticket.Status}; see: holdfast stores tickets";

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private static string Text(long seconds) => seconds.ToString(Invariant);

    private static string PathOf(string store) => $"{Path}/{Uri.EscapeDataString(store)}";

    private static string Query(string path, params IEnumerable<(string Name, string? Value)> values) =>
        string.Join('&', values.Where(v => v.Value is not null).Select(v => $"{v.Name}={Uri.EscapeDataString(v.Value!)}"))
            is { Length: > 0 } query ? $"{path}?{query}" : path;

    private static Argument<string> Name() => new("name") { Description = "Name of the Store." };

    private static Option<string?> Reason() => new("--reason") { Description = "Why; kept with it." };
}
