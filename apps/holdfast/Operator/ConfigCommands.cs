using Holdfast.Contracts.Views;
using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast config get|keys|set|diff|import|history|page</c>: ha.config.</summary>
internal static class ConfigCommands
{
    private const string Path = "/api/v1/ha/config";

    /// <summary>diff: something differs; as the program diff says it.</summary>
    internal const int Differs = 3;

    internal static Command Create() => new("config", "Read and change ha.config.") 
        { Get(), Keys(), Set(), Diff(), Import(), History(), Page() };

    private static Command Get()
    {
        var key = new Argument<string?>("key") { Description = "One key; all without it.", DefaultValueFactory = _ => null };
        key.CompletionSources.Add([.. HaConfigKeys.All.Select(k => k.Name)]);
        var json = Asking.Json();
        var command = new Command("get", "Print ha.config as it holds, or one key of it.") { key, json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var held = (JsonObject)await api.Get(Path);
            if (parsed.GetValue(key) is { } one)
            {
                Console.WriteLine(held.ContainsKey(one) ? Listing.Text(held[one])
                    : throw NoKey(one, "holdfast config get"));
                return 0;
            }

            if (parsed.GetValue(json))
            {
                return Asking.Print(held);
            }

            Tables.Print([["key", "value"], .. held.Select(k => new[] { k.Key, Listing.Text(k.Value) })]);
            return 0;
        });
        return command;
    }

    private static Command Keys()
    {
        var only = new Argument<string?>("key") { Description = "One key; all without it.", DefaultValueFactory = _ => null };
        only.CompletionSources.Add([.. HaConfigKeys.All.Select(k => k.Name)]);
        var json = Asking.Json();
        var command = new Command("keys", "Explain the keys: meaning, unit, default, bounds, what they must be to each other.")
            { only, json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            if (parsed.GetValue(json))
            {
                return Asking.Print(await api.Get(Path + "/schema"));
            }

            var schema = await api.Get<HaConfigSchema>(Path + "/schema");
            var name = parsed.GetValue(only);
            var keys = schema.Keys.Where(k => name is null || k.Name == name).ToList();
            if (keys.Count == 0)
            {
                throw NoKey(name!, "holdfast config keys");
            }

            Tables.Print([["key", "unit", "default", "allowed", "may differ by", "meaning"], .. keys.Select(k => new[]
            {
                k.Name, k.Unit ?? "", k.Defaults[schema.Profile].ToString(), k.Allowed, string.Join(", ", k.MayDifferBy), k.Meaning.En,
            })]);
            foreach (var key in keys)
            {
                foreach (var rule in key.Rules)
                {
                    Console.WriteLine($"{key.Name} {rule.En}");
                }
            }

            return 0;
        });
        return command;
    }

    private static Command Page()
    {
        var file = new Argument<string>("file") { Description = "docs/ha-config.md, or a page with the same made parts." };
        var command = new Command("page", "Write anew what a page says of the keys, as they are declared.") { file };
        command.SetAction(async (parsed, cancel) =>
        {
            var path = parsed.GetValue(file)!;
            await System.IO.File.WriteAllTextAsync(path, HaConfigPage.Of(await System.IO.File.ReadAllTextAsync(path, cancel)), cancel);
            return 0;
        });
        return command;
    }

    private static RefusedException NoKey(string name, string what) => new($"HA-101 There is no key '{name}'.\n  What to do: {what}");

    private static Command Set()
    {
        var pairs = new Argument<string[]>("key=value")
            { Description = "What changes; `holdfast config keys` explains each.", Arity = ArgumentArity.OneOrMore };
        pairs.CompletionSources.Add([.. HaConfigKeys.All.Select(k => k.Name + "=")]);
        var reason = Reason();
        var command = new Command("set", "Change keys; refused as a whole when the set is unsafe.") { pairs, reason };
        Asking.Does(command, async (parsed, api, _) =>
            await Change(api, parsed.GetValue(reason), Pairs(parsed.GetValue(pairs)!)));
        return command;
    }

    private static Command Diff()
    {
        var file = File();
        var command = new Command("diff", "Compare a file with what holds. Exit code 0: the same; 3: it differs.") { file };
        Asking.Does(command, async (parsed, api, cancel) =>
        {
            var held = (JsonObject)await api.Get(Path);
            var rows = Read(await System.IO.File.ReadAllTextAsync(parsed.GetValue(file)!, cancel))
                .Where(k => Listing.Text(k.Value) != Listing.Text(held[k.Key]))
                .Select(k => new[] { k.Key, Listing.Text(held[k.Key]), Listing.Text(k.Value) }).ToList();
            if (rows.Count == 0)
            {
                Console.WriteLine("the same");
                return 0;
            }

            Tables.Print([["key", "holds", "file"], .. rows]);
            return Differs;
        });
        return command;
    }

    private static Command Import()
    {
        var (file, reason) = (File(), Reason());
        var command = new Command("import", "Take over a JSON file, OMS's own too: keys of older releases are named and ignored.")
            { file, reason };
        Asking.Does(command, async (parsed, api, cancel) => await Change(
            api, parsed.GetValue(reason), Read(await System.IO.File.ReadAllTextAsync(parsed.GetValue(file)!, cancel))));
        return command;
    }

    private static Command History()
    {
        var json = Asking.Json();
        var command = new Command("history", "List who changed ha.config, when and why, newest first.") { json };
        ListCommands.Shows(command, json, _ =>
            Listing.Of<HaConfigChangeView>(
                "history", Path + "/history", ["version", "by", "at", "reason", "changes"], change => [Row(change)]));
        return command;
    }

    private static JsonObject Row(HaConfigChangeView change) => new()
    {
        ["version"] = change.Version, ["by"] = change.By, ["at"] = Listing.Cell(change.At), ["reason"] = change.Reason,
        ["changes"] = string.Join(", ", change.Changed.Select(c => $"{c.Key}: {Listing.Text(c.Before)} → {Listing.Text(c.After)}")),
    };

    /// <summary>A value is JSON where it can be read so, else text.</summary>
    internal static JsonObject Pairs(IEnumerable<string> pairs)
    {
        var body = new JsonObject();
        foreach (var pair in pairs)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
            {
                throw new RefusedException($"'{pair}' must be KEY=VALUE.\n  What to do: holdfast config set --help");
            }

            try
            {
                body[pair[..at]] = JsonNode.Parse(pair[(at + 1)..]);
            }
            catch (JsonException)
            {
                body[pair[..at]] = pair[(at + 1)..];
            }
        }

        return body;
    }

    private static async Task<int> Change(Asking api, string? reason, JsonObject keys)
    {
        var path = Address(reason);
        var changed = api.Read<HaConfigView>(path, await api.Send(HttpMethod.Put, path, keys), isDone: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"version {changed.Version} holds"));
        foreach (var ignored in changed.Ignored ?? [])
        {
            Console.WriteLine($"ignored: {ignored.Key} – {ignored.Why}");
        }

        return 0;
    }

    private static JsonObject Read(string text) =>
        JsonNode.Parse(text) as JsonObject ?? throw new RefusedException("The file must hold a JSON object.");

    private static string Address(string? reason) => reason is null ? Path : $"{Path}?reason={Uri.EscapeDataString(reason)}";

    private static Argument<string> File() => new("file") { Description = "JSON file with keys of ha.config." };

    private static Option<string?> Reason() => new("--reason") { Description = "Why; kept in the history." };
}
