using Holdfast.ConsoleUi;
using Holdfast.ConsoleUi.Access;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Feed;
using Holdfast.ConsoleUi.Wording;
using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast status</c>: whether all is well, in the words of the console's headline, and as an exit code.</summary>
internal static class StatusCommand
{
    /// <summary>Something is wrong: for scripts that only ask that.</summary>
    internal const int NotWell = 3;

    /// <summary>Nobody knows whether all is well: as when nobody answers.</summary>
    private const int NotKnown = 1;

    private static readonly Texts English = new("en");

    internal static Command Create()
    {
        var json = Asking.Json();
        var command = new Command("status",
            "Say whether all is well, as the console's headline does. Exit code 0: it is; 3: it is not, or something cannot be asked; "
            + "1: nobody answers, or hosts are still to be heard again.")
        {
            json,
        };
        Asking.Does(command, async (parsed, api, _) =>
        {
            // A service that does not answer at all ends the command here.
            await api.Get("/api/v1/ha/config");
            var sight = await Sight.Of(new Services(api));
            var wellness = Wellness.Of(sight);
            var lines = wellness.Parts.Select(p => p.In(English)).ToList();
            if (parsed.GetValue(json))
            {
                Asking.Print(new JsonObject
                {
                    ["well"] = Exit(wellness) == 0,
                    ["level"] = wellness.Level,
                    ["says"] = List(lines),
                    ["wrong"] = List(wellness.IsWell ? [] : lines),
                    ["off"] = List(wellness.SwitchedOff),
                    ["firing"] = JsonSerializer.SerializeToNode(sight.Firing.Value, ApiExchange.Json),
                    ["fleet"] = JsonSerializer.SerializeToNode(sight.Fleet.Value, ApiExchange.Json),
                });
                return Exit(wellness);
            }

            lines.ForEach(Console.WriteLine);
            foreach (var name in wellness.SwitchedOff)
            {
                Console.WriteLine($"off: {name}");
            }

            if (sight.Fleet.Value is { } fleet)
            {
                Tables.Print([["region", "hosts", "Online", "Down", "failover"], .. fleet.Regions.Select(Row)]);
                Tables.Print([["component", "state", "count"],
                    .. fleet.Components.Select(c => new[] { Words.Of(c.Kind), $"{c.State}", $"{c.Count}" })]);
            }

            return Exit(wellness);
        });
        return command;
    }

    /// <summary>Switches that are off are said, and are somebody's will.</summary>
    internal static int Exit(Wellness wellness) => wellness switch
    {
        { Level: "unknown" } => NotKnown,
        { IsWell: true } => 0,
        _ => NotWell,
    };

    private static JsonArray List(IEnumerable<string> lines) => new([.. lines.Select(l => (JsonNode)l)]);

    private static string[] Row(RegionOverview region) =>
    [
        region.Region, $"{region.Count}", $"{region.In(HostState.Online)}", $"{region.In(HostState.Down)}",
        !region.Braked ? "active" : region.Confirmed ? "confirmed" : "paused",
    ];

    private sealed class Services(Asking api) : IServices
    {
        public async Task<Outcome<T>> Get<T>(string path)
        {
            var (answer, whyNot) = await api.TryGet(path);
            try
            {
                return answer is not null ? answer.Deserialize<T>(ApiExchange.Json)!
                    : ServiceFaults.Unreachable(path.Split('?')[0], whyNot!);
            }
            catch (JsonException error)
            {
                return ServiceFaults.Unreadable(path.Split('?')[0], error.Message);
            }
        }
    }
}
