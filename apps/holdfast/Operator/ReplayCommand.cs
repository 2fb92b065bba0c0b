using System.Text.Json.Serialization;
using Holdfast.Contracts.Views;
using Holdfast.HaScheduler;
using Holdfast.HaScheduler.Replay;

namespace Holdfast.App.Operator;

/// <summary>
/// <c>holdfast replay PATH</c>: the scheduler's recorded passes decided again, and what another ha.config would have made
/// of them. Exit code 0 when all are decided alike, 1 when one is not or a file is damaged, 2 when nothing can be replayed.
/// </summary>
internal static class ReplayCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static Command Create()
    {
        var path = new Argument<string>("path")
        {
            Description = "A recorded file, or a directory of them; the data directory of a run will do.",
        };
        var config = new Option<string>("--config")
        {
            Description = "JSON file with keys of ha.config to try instead: what would have been decided with them?",
        };
        var (from, to) = (Moment("--from", "Begin with the passes of this time"), Moment("--to", "End with the passes of this time"));
        var json = new Option<bool>("--json") { Description = "For machines." };
        var command = new Command("replay",
            "Decide the recorded passes of the HA scheduler again, and see what another configuration would have done.")
            { path, config, from, to, json };
        command.SetAction(parsed =>
        {
            var request = Read(parsed, path, config, from, to);
            var result = request.Fault is { } bad ? bad : PassReplay.Run(request.Value!, Progress(TimeProvider.System));
            return result.Fault is { } refused ? HoldfastHost.Refuse(refused) : Print(result.Value!, parsed.GetValue(json));
        });
        return command;
    }

    private static Option<string> Moment(string name, string what) =>
        new(name) { Description = $"{what}, such as 2026-01-31T12:00:00 (UTC)." };

    private static Outcome<ReplayRequest> Read(
        ParseResult parsed, Argument<string> path, Option<string> config, Option<string> from, Option<string> to)
    {
        var faults = new List<FieldFault>();
        string? text = null;
        if (parsed.GetValue(config) is { } file)
        {
            try
            {
                text = File.ReadAllText(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                faults.Add(new FieldFault("config", file, $"must be a readable JSON file: {error.Message}"));
            }
        }

        var request = new ReplayRequest(Path.GetFullPath(parsed.GetValue(path)!), text, Time(from), Time(to));
        return faults.Count == 0 ? request : Fault.Invalid("PF-209", "Correct the named arguments.", faults);

        DateTimeOffset? Time(Option<string> option)
        {
            if (parsed.GetValue(option) is not { } given)
            {
                return null;
            }

            if (DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            {
                return time;
            }

            faults.Add(new FieldFault(option.Name, given, "must be a time such as 2026-01-31T12:00:00"));
            return null;
        }
    }

    /// <summary>Hours of a large fleet take minutes: a person is told how far it is, a file is not.</summary>
    private static Action<int> Progress(TimeProvider time)
    {
        var told = time.GetTimestamp();
        return passes =>
        {
            if (!Console.IsErrorRedirected && time.GetElapsedTime(told) > TimeSpan.FromSeconds(2))
            {
                told = time.GetTimestamp();
                Console.Error.WriteLine($"{passes} passes …");
            }
        };
    }

    private static int Print(ReplayResult result, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(result, Json));
        }
        else
        {
            foreach (var line in ReplayText.Of(result))
            {
                Console.WriteLine(line);
            }
        }

        return result.IsReproduced && !result.IsDamaged ? 0 : 1;
    }
}
