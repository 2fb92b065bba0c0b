using System.CommandLine;
using System.Text.Json.Nodes;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast headroom</c> and <c>holdfast leaders</c>: whether a loss is tolerated, and who decides.</summary>
internal static class StandingCommands
{
    /// <summary>Some region does not tolerate a loss that more hosts would make harmless.</summary>
    internal const int NotTolerated = 3;

    internal static IEnumerable<Command> Create() => [Headroom(), Leaders()];

    private static Command Headroom()
    {
        var json = Asking.Json();
        var command = new Command("headroom",
            "Say whether each region tolerates the loss of its largest host, and of each IDC. Exit code 0: it does; 3: it does not.")
            { json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            var regions = (JsonArray)await api.Get("/api/v1/ha/headroom");
            if (parsed.GetValue(json))
            {
                Asking.Print(regions);
            }
            else
            {
                Tables.Print(Rows(regions));
            }

            return regions.All(r => (bool)r!["survives"]!) ? 0 : NotTolerated;
        });
        return command;
    }

    internal static IReadOnlyList<string[]> Rows(JsonArray regions) =>
    [
        ["region", "lost", "hosts", "components", "tolerated", "because"],
        .. regions.SelectMany(r => r!["scenarios"]!.AsArray().Select(s => (string[])
        [
            $"{r["region"]}", $"{s!["lost"]}", $"{s["hosts"]}", $"{s["components"]}",
            (bool)s["survives"]! ? "yes" : (bool)s["unavoidable"]! ? "unavoidable" : "no", $"{s["because"]}",
        ])),
    ];

    private static Command Leaders()
    {
        var json = Asking.Json();
        var command = new Command("leaders", "List which replica of the scheduler leads each region.") { json };
        ListCommands.Shows(command, json, _ =>
            new Listing("leaders", "/api/v1/ha/leaders", ["region", "holder", "epoch", "since", "isLive", "replica", "role"]));
        return command;
    }
}
