using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Wording;
using Holdfast.ConsoleUi;
using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast channels …</c>: whom alerts go to.</summary>
internal static class ChannelCommands
{
    private const string Path = "/api/v1/channels";

    /// <summary>For scripts that only ask whether a channel works.</summary>
    private const int NotDelivered = 3;

    internal static Command Create()
    {
        var json = Asking.Json();
        var command = new Command("channels", "List the channels.") { json };
        ListCommands.Shows(command, json, _ => Listing.Of<ChannelView>(
            "channels", Path, ["name", "kind", "enabled", "fallback", "messagesPerMinute", "concurrency", "updatedAt"]));
        command.Add(Health());
        command.Add(Schema());
        command.Add(Creating());
        command.Add(Editing());
        command.Add(Test());
        command.Add(OfOne("enable", "Switch a channel on.", HttpMethod.Post, (name, _) => $"{name}/enable", "takes alerts"));
        command.Add(OfOne(
            "disable", "Switch a channel off; what waits is kept for a day.", HttpMethod.Post, (name, _) => $"{name}/disable", "is off"));
        command.Add(OfOne(
            "delete", "Delete a channel.", HttpMethod.Delete, (name, force) => name + (force ? "?force=true" : ""), "is deleted"));
        command.Add(Route());
        return command;
    }

    private static Command Health()
    {
        var json = Asking.Json();
        var command = new Command("health", "Which channels take alerts: circuit, last success, what waits, what was given up.") { json };
        ListCommands.Shows(command, json, _ =>
            Listing.Of<ChannelStanding>("health", Path + "/health", ["channel", "circuit", "deliveredAt", "waiting", "deadLetters",
                "failuresInARow", "failedAt", "probeAt", "reason"]));
        return command;
    }

    private static Command Schema()
    {
        var json = Asking.Json();
        var kind = new Argument<string?>("kind") { Description = "Only this kind.", DefaultValueFactory = _ => null };
        var command = new Command("schema", "The kinds of channels and the fields of each: what create takes with --set.") { kind, json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var kinds = await Kinds(api);
            if (parsed.GetValue(kind) is { } name)
            {
                var only = Kind(kinds, name);
                if (only.Fault is { } fault)
                {
                    return Asking.Refuse(fault);
                }

                kinds = [only.Value!];
            }

            if (parsed.GetValue(json))
            {
                return Asking.Print(JsonSerializer.SerializeToNode(kinds, ApiExchange.Json)!);
            }

            Tables.Print(ChannelFields.Rows(kinds));
            return 0;
        });
        return command;
    }

    private static Command Creating()
    {
        var (file, force) = (Definition(required: false), Force("Save it without a test."));
        var name = new Option<string>("--name") { Description = "Its name, where no file says it." };
        var kind = new Option<string>("--kind") { Description = "Its kind; holdfast channels schema lists them." };
        var set = new Option<string[]>("--set") { Description = "FIELD=VALUE of its settings; lists with commas." };
        var secret = new Option<string[]>("--secret") { Description = "FIELD=FILE of its settings that are secret." };
        var command = new Command("create", "Add a channel, once a test message went through it.") { file, name, kind, set, secret, force };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is null == (result.GetValue(kind) is null || result.GetValue(name) is null))
            {
                result.AddError("Give --file, or --name and --kind with the settings; not both.");
            }
        });
        Asking.Does(command, async (parsed, _, api, _) =>
        {
            var (given, secrets) = (parsed.GetValue(set) ?? [], parsed.GetValue(secret) ?? []);
            var definition = parsed.GetValue(file) is { } path ? Read(path)
                : await Built(api, parsed.GetValue(name)!, parsed.GetValue(kind)!, given, secrets);
            if (definition.Fault is { } fault)
            {
                return Asking.Refuse(fault);
            }

            var answer = await api.Send(HttpMethod.Post, Path + (parsed.GetValue(force) ? "?force=true" : ""), definition.Value!);
            Console.WriteLine($"{api.Read<ChannelView>(Path, answer, isDone: true).Name} is saved");
            return 0;
        }, ChannelTestSays.AnswerMax);
        return command;
    }

    private static async Task<Outcome<JsonObject>> Built(Asking api, string name, string kind, string[] given, string[] secrets)
    {
        var known = Kind(await Kinds(api), kind);
        var settings = known.Fault is { } unknown ? unknown : ChannelFields.Settings(known.Value!, given, secrets, File.ReadAllText);
        return settings.Fault is { } fault ? fault : new JsonObject { ["name"] = name, ["kind"] = kind, [kind] = settings.Value };
    }

    private static Command Editing()
    {
        var (file, force) = (Definition(required: true), Force("Save it without a test."));
        var name = new Argument<string>("name") { Description = "Name of the channel." };
        var command = new Command("edit", "Change a channel, once a test message went through it.") { name, file, force };
        Order.Sends<ChannelView>(command, parsed => (HttpMethod.Put,
                $"{Path}/{Uri.EscapeDataString(parsed.GetValue(name)!)}{(parsed.GetValue(force) ? "?force=true" : "")}",
                Read(parsed.GetValue(file)!)),
            (_, channel) => $"{channel.Name} is saved", ChannelTestSays.AnswerMax);
        return command;
    }

    private static async Task<IReadOnlyList<ChannelKindView>> Kinds(Asking api) =>
        (await api.Get<ListPage<ChannelKindView>>(Path + "/schema")).Items;

    private static Outcome<ChannelKindView> Kind(IReadOnlyList<ChannelKindView> kinds, string name) =>
        kinds.FirstOrDefault(k => k.Kind == name) is { } kind ? kind
        : Fault.Invalid("AL-201", "See holdfast channels schema.",
            new FieldFault("kind", name, $"must be one of {string.Join(", ", kinds.Select(k => k.Kind))}"));

    private static Command Test()
    {
        var file = Definition(required: false);
        var name = new Argument<string?>("name") { Description = "A channel that is saved.", DefaultValueFactory = _ => null };
        var json = Asking.Json();
        var command = new Command("test",
            "Send a test message through a saved channel, or through a definition. Exit code 0: it was delivered; 3: it was not.")
        {
            name, file, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(name) is null == result.GetValue(file) is null)
            {
                result.AddError("Name a channel, or give --file; not both.");
            }
        });
        Asking.Does(command, async (parsed, _, api, _) =>
        {
            var (path, body) = parsed.GetValue(name) is { } saved ? ($"{Path}/{Uri.EscapeDataString(saved)}/test", [])
                : (Path + "/test", Read(parsed.GetValue(file)!));
            var answer = await api.Send(HttpMethod.Post, path, body);
            var tested = api.Read<ChannelTest>(path, answer);
            if (parsed.GetValue(json))
            {
                Asking.Print(answer);
            }
            else
            {
                Console.WriteLine(tested.Says(new Texts("en")));
                foreach (var line in new[] { tested.Why, tested.Excerpt }.Where(l => !string.IsNullOrEmpty(l)))
                {
                    Console.WriteLine($"  {line}");
                }
            }

            return tested.Ok ? 0 : NotDelivered;
        }, ChannelTestSays.AnswerMax);
        return command;
    }

    private static Command OfOne(string word, string description, HttpMethod method, Func<string, bool, string> path, string said)
    {
        var name = new Argument<string>("name") { Description = "Name of the channel." };
        var force = Force("Although something waits for it, or it is a fallback.");
        var command = new Command(word, description) { name };
        if (method == HttpMethod.Delete)
        {
            command.Add(force);
        }

        Order.Sends(command, parsed => (method,
                $"{Path}/{path(Uri.EscapeDataString(parsed.GetValue(name)!), method == HttpMethod.Delete && parsed.GetValue(force))}", []),
            parsed => $"{parsed.GetValue(name)} {said}");
        return command;
    }

    private static Command Route()
    {
        var alert = new RaisedOptions();
        var command = new Command("route", "Which channels such an alert would reach, and why. Sends nothing.");
        alert.AddTo(command);
        Order.Sends<RehearsalAnswer>(command, parsed => (HttpMethod.Post, Path + "/route", alert.Body(parsed)), answer =>
            string.Join('\n', answer.Channels.Select(c => $"{(c.Reaches ? "yes" : "no ")}  {c.Channel}: {c.Why}")));
        return command;
    }

    private static JsonObject Read(string file)
    {
        try
        {
            return JsonNode.Parse(file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file)) as JsonObject
                ?? throw new IOException($"{file} is no JSON object");
        }
        catch (JsonException error)
        {
            throw new IOException($"{file} is not JSON: {error.Message}", error);
        }
    }

    private static Option<string> Definition(bool required) =>
        new("--file") { Description = "JSON file with the definition; - reads standard input.", Required = required };

    private static Option<bool> Force(string description) => new("--force") { Description = description };
}
