using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary><c>holdfast headroom</c> and <c>holdfast leaders</c>: whether a loss is tolerated, and who decides.</summary>
internal static class StandingCommands
{
    /// <summary>Some region does not tolerate a loss that more hosts would make harmless.</summary>
    internal const int NotTolerated = 3;

    internal static IEnumerable<Command> Create() => [Tolerance(), Leaders()];

    private static Command Tolerance()
    {
        var json = Asking.Json();
        var command = new Command("headroom",
            "Say whether each region tolerates the loss of its largest host, and of each IDC. Exit code 0: it does; 3: it does not.")
            { json };
        Asking.Does(command, async (parsed, api, _) =>
        {
            const string Path = "/api/v1/ha/headroom";
            var answer = await api.Get(Path);
            var regions = api.Read<IReadOnlyList<Headroom>>(Path, answer);
            if (parsed.GetValue(json))
            {
                Asking.Print(answer);
            }
            else
            {
                Tables.Print(Rows(regions));
            }

            return regions.All(r => r.Survives) ? 0 : NotTolerated;
        });
        return command;
    }

    internal static IReadOnlyList<string[]> Rows(IReadOnlyList<Headroom> regions) =>
    [
        ["region", "lost", "hosts", "components", "tolerated", "because"],
        .. regions.SelectMany(r => r.Scenarios.Select(s => (string[])
        [
            r.Region, s.Lost, $"{s.Hosts}", $"{s.Components}", s.Survives ? "yes" : s.Unavoidable ? "unavoidable" : "no", s.Because ?? "",
        ])),
    ];

    private static Command Leaders()
    {
        var json = Asking.Json();
        var command = new Command("leaders", "List which replica of the scheduler leads each region.") { json };
        ListCommands.Shows(command, json, _ =>
            Listing.Of<LeaderView>("leaders", "/api/v1/ha/leaders", ["region", "holder", "epoch", "since", "isLive", "replica", "role"]));
        return command;
    }
}
