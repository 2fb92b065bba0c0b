namespace Holdfast.App.Operator;

/// <summary>Options that describe a task to <c>tasks create</c> and <c>tasks edit</c>.</summary>
internal sealed class TaskOptions
{
    private readonly Option<string> _name = new("--name") { Description = "1 to 64 characters of any script." };
    private readonly Option<string> _protection = new("--protection") { Description = "HIGH, MEDIUM, LOW or IGNORE." };
    private readonly Option<string> _tags = new("--tags") { Description = "All of them, with commas between them; '' for none." };
    private readonly (string Field, Option<string[]> Option)[] _commands =
    [
        ("incrSync", Command("--command", "The Incr-Sync's command and its arguments; with another one it is started anew.")),
        ("store", Command("--store-command", "The command of Stores that are made from now on.")),
        ("fullImport", Command("--import-command", "The Full-Import's command and its arguments.")),
        ("fullVerification", Command("--verification-command", "The Full-Verification's command and its arguments.")),
    ];

    private readonly Option<string[]> _configs = new("--config")
    {
        Description = "A component's configuration from a file of JSON: incrSync=FILE, store=FILE, fullImport=FILE or "
            + "fullVerification=FILE.",
    };

    internal void AddTo(Command command)
    {
        _protection.AcceptOnlyFromAmong([.. ThresholdKey.LevelNames]);
        command.Add(_name);
        command.Add(_protection);
        command.Add(_tags);
        Array.ForEach(_commands, c => command.Add(c.Option));
        command.Add(_configs);
    }

    /// <summary>Sets what was given; the rest stays as it is.</summary>
    internal JsonObject Into(JsonObject body, ParseResult parsed)
    {
        Set("name", parsed.GetValue(_name));
        Set("protection", parsed.GetValue(_protection));
        Set("tags", parsed.GetValue(_tags) is { } given
            ? Texts(given.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) : null);
        foreach (var (field, option) in _commands)
        {
            if (parsed.GetValue(option) is { Length: > 0 } words)
            {
                Part(body, field)["command"] = Texts(words);
            }
        }

        foreach (var (field, config) in (parsed.GetValue(_configs) ?? []).Select(ConfigOf))
        {
            Part(body, field)["config"] = config;
        }

        return body;

        void Set(string field, JsonNode? value)
        {
            if (value is not null)
            {
                body[field] = value;
            }
        }
    }

    internal static JsonObject Part(JsonObject body, string field)
    {
        if (body[field] is not JsonObject part)
        {
            body[field] = part = [];
        }

        return part;
    }

    internal static JsonObject ReadObject(string file) => Read(file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file), file)
        as JsonObject ?? throw new IOException($"{file} must hold a JSON object");

    /// <summary>In a file, because arguments are shown to everybody on the machine.</summary>
    private static (string Component, JsonNode? Config) ConfigOf(string given)
    {
        var parts = given.Split('=', 2);
        return parts.Length < 2
            ? throw new IOException($"--config {given}: must be COMPONENT=FILE, such as incrSync=orders.json")
            : (parts[0], Read(File.ReadAllText(parts[1]), $"--config {given}"));
    }

    private static JsonNode? Read(string text, string from)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException error)
        {
            throw new IOException($"{from}: line {error.LineNumber + 1} is no JSON", error);
        }
    }

    private static Option<string[]> Command(string option, string description) =>
        new(option) { Description = description, AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.ZeroOrMore };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
