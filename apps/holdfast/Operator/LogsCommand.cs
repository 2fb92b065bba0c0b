using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast logs NAME [--host HOST] [--lines N]</c>, and <c>holdfast logs --host HOST</c> for its supervisor.</summary>
internal static class LogsCommand
{
    internal static Command Create()
    {
        var name = new Argument<string?>("name")
        {
            Description = "Name of the component; without it, with --host, what the host's supervisor said.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var host = new Option<string?>("--host") { Description = "Another host than the one where the component is." };
        var lines = new Option<int?>("--lines") { Description = "How many of each output, 1 to 1000. [200]" };
        var json = Asking.Json();
        var command = new Command("logs", "What a component, or a host's supervisor, printed last.") { name, host, lines, json };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(name) is null && parsed.GetValue(host) is null)
            {
                parsed.AddError("Name a component, or a host with --host.");
            }
        });
        Asking.Does(command, async (parsed, api, _) =>
        {
            var path = PathOf(parsed.GetValue(name), parsed.GetValue(host), parsed.GetValue(lines));
            var answer = await api.Get(path);
            if (parsed.GetValue(json))
            {
                return Asking.Print(answer);
            }

            Console.WriteLine(Text(api.Read<HostLog>(path, answer)));
            return 0;
        });
        return command;
    }

    private static string PathOf(string? name, string? host, int? lines)
    {
        var path = name is null
            ? $"/api/v1/hosts/{Uri.EscapeDataString(host!)}/logs"
            : $"/api/v1/components/{Uri.EscapeDataString(name)}/logs";
        string?[] query =
        [
            name is not null && host is not null ? $"host={Uri.EscapeDataString(host)}" : null,
            lines is { } many ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"lines={many}") : null,
        ];
        return string.Join('&', query.Where(q => q is not null)) is { Length: > 0 } given ? $"{path}?{given}" : path;
    }

    /// <summary>Each output under its name, as tail shows several files.</summary>
    internal static string Text(HostLog log)
    {
        var text = new StringBuilder();
        foreach (var output in log.Outputs)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append($"==> {log.Host}: {output.Name} <==");
            var isCut = output.FirstIsCut;
            foreach (var line in output.Lines)
            {
                text.Append('\n').Append(isCut ? "…" : "").Append(Harmless(line));
                isCut = false;
            }
        }

        return text.ToString();
    }

    /// <summary>A log is not to order the terminal about.</summary>
    private static string Harmless(string line) => string.Create(line.Length, line, (letters, from) =>
    {
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = from[i] != '\t' && char.IsControl(from[i]) ? '\uFFFD' : from[i];
        }
    });
}
