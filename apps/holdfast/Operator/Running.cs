using Holdfast.App.Processes;
using System.CommandLine.Parsing;
using System.Net.Http.Headers;
using Holdfast.Platform.Tls;
using Token = Holdfast.App.Fleet.Token;

namespace Holdfast.App.Operator;

/// <summary>Finds the run that a command talks to: the data directory, or the address itself.</summary>
internal static class Running
{
    private static readonly (string Name, string Description)[] Places =
    [
        ("--data", "Data directory of the run. [HOLDFAST_DATA, else data]"),
        ("--server", "Address of the HTTP API; without it, the run's own."),
        ("--tls-ca", "PEM file of the authorities that may have issued its certificate. [HOLDFAST_TLS_CA, else the run's own]"),
    ];

    /// <summary>Gives the command the options that name the run.</summary>
    internal static void Add(Command command, bool withServer = false)
    {
        foreach (var (name, description) in Places.Where(p => withServer || p.Name == "--data"))
        {
            command.Add(new Place(name) { Description = description });
        }
    }

    /// <summary>
    /// Lets these options stand anywhere in the line: before the command's name, in the middle of it or after it. Where a command has no
    /// use for one, that is an error, so that nothing is asked of another run than the one that was named.
    /// </summary>
    internal static void Anywhere(RootCommand root)
    {
        foreach (var command in Below(root))
        {
            foreach (var (name, description) in Places.Where(p => command.Subcommands.Count > 0
                && !command.Options.Any(o => o.Name == p.Name)))
            {
                command.Add(new Place(name) { Description = description, Hidden = command is not RootCommand });
            }

            command.Validators.Add(Refuse);
        }
    }

    internal static string Data(ParseResult parsed) => Path.GetFullPath(
        Given(parsed, "--data") ?? (Environment.GetEnvironmentVariable("HOLDFAST_DATA") is { Length: > 0 } named
            ? named : "data"));

    internal static Outcome<HttpClient> Client(ParseResult parsed)
    {
        var run = RunRecord.Read(Data(parsed));
        if ((Given(parsed, "--server") ?? run?.Url) is not { } address)
        {
            return Nothing(Data(parsed));
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return Fault.Invalid("PF-208", "Give it as http://HOST:PORT or https://HOST:PORT.",
                new FieldFault("server", address, "must be the address of the HTTP API"));
        }

        var named = Given(parsed, "--tls-ca") ?? Environment.GetEnvironmentVariable("HOLDFAST_TLS_CA");
        var authorities = string.IsNullOrEmpty(named) ? run?.Authorities : Path.GetFullPath(named);
        var tls = TlsFiles.Load(new Settings { TlsAuthorities = authorities }, TimeProvider.System);
        return tls.Fault is { } fault ? fault : WithToken(
            new HttpClient(tls.Value!.Handler()) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(10) }, Data(parsed));
    }

    /// <summary>Origin of the token, or that there is none: for whoever is refused for it.</summary>
    internal static string TokenFrom(ParseResult parsed) =>
        Environment.GetEnvironmentVariable("HOLDFAST_TOKEN") is { Length: > 0 } ? "the one in HOLDFAST_TOKEN was sent"
        : Token.FileFor(Data(parsed)) is var file && File.Exists(file) ? $"the one in {file} was sent"
        : $"none was sent, for there is no {file}; HOLDFAST_TOKEN, HOLDFAST_TOKEN_FILE or --data DIR names one";

    /// <summary>Reading needs a token too, once the console has an administrator; who has none may still ask.</summary>
    private static HttpClient WithToken(HttpClient http, string data)
    {
        try
        {
            var token = Environment.GetEnvironmentVariable("HOLDFAST_TOKEN") is { Length: > 0 } given ? given.Trim() : Token.Read(data);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // An answer of 401 says it better than this could.
        }

        return http;
    }

    internal static Fault Nothing(string data) =>
        Fault.Invalid("PF-208", "Start ./run, or name its data directory with --data, or its address with --server.",
        new FieldFault("data", data, "must be the data directory of a run that serves"));

    /// <summary>The innermost that was written, wherever in the line; null: none was.</summary>
    private static string? Given(ParseResult parsed, string name) =>
        Written(parsed.CommandResult).FirstOrDefault(o => o.Option.Name == name)?.GetValueOrDefault<string>();

    private static IEnumerable<OptionResult> Written(CommandResult? from)
    {
        for (var at = from; at is not null; at = at.Parent as CommandResult)
        {
            foreach (var option in at.Children.OfType<OptionResult>().Where(o => o is { Option: Place, Implicit: false }))
            {
                yield return option;
            }
        }
    }

    private static void Refuse(CommandResult result)
    {
        foreach (var name in Written(result.Parent as CommandResult).Select(o => o.Option.Name).Distinct(StringComparer.Ordinal))
        {
            if (!result.Command.Options.Any(o => o is Place && o.Name == name))
            {
                result.AddError(result.Command.Options.Any(o => o.Name == name)
                    ? $"{name} of '{result.Command.Name}' stands after it." : $"'{result.Command.Name}' has no use for {name}.");
            }
        }
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);

    /// <summary>An option that names the run.</summary>
    private sealed class Place(string name) : Option<string>(name);
}
