using System.CommandLine;
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
            ? new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(10) }
            : Nothing(Data(parsed));

    internal static Fault Nothing(string data) =>
        Fault.Invalid("PF-208", "Start ./run, or name its data directory with --data.",
        new FieldFault("data", data, "must be the data directory of a run that serves"));
}
