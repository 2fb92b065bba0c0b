using System.CommandLine;
using System.Net.Http.Headers;
using Holdfast.App.Fleet;
using Holdfast.Platform;
using Holdfast.Platform.Http;

namespace Holdfast.App.Operator;

/// <summary>How a command finds the run that it talks to: the data directory, or the address itself.</summary>
internal sealed class Running
{
    private readonly Option<string> _data = new("--data")
        { Description = "Data directory of the run. [HOLDFAST_DATA, else data]" };
    private readonly Option<string> _server = new("--server")
        { Description = "Address of the HTTP API; without it, the run's own." };

    /// <summary>Gives the command the options that name the run.</summary>
    internal static Running Add(Command command, bool withServer = false)
    {
        var running = new Running();
        command.Add(running._data);
        if (withServer)
        {
            command.Add(running._server);
        }

        return running;
    }

    internal string Data(ParseResult parsed) => Path.GetFullPath(
        parsed.GetValue(_data) ?? (Environment.GetEnvironmentVariable("HOLDFAST_DATA") is { Length: > 0 } named
            ? named : "data"));

    internal Outcome<HttpClient> Client(ParseResult parsed) =>
        (parsed.GetValue(_server) ?? RunRecord.Read(Data(parsed))?.Url) is { } address
            ? WithToken(new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(10) }, Data(parsed))
            : Nothing(Data(parsed));

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
        Fault.Invalid("PF-208", "Start ./run, or name its data directory with --data.",
        new FieldFault("data", data, "must be the data directory of a run that serves"));
}
