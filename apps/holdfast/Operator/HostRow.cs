using Holdfast.ConsoleUi.Wording;
using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>A host as a row of <c>holdfast hosts</c>: besides where it stands only what makes it other than its neighbours. Pure.</summary>
internal static class HostRow
{
    /// <summary>A column that no host has anything in is left out.</summary>
    internal static IReadOnlyList<string> Columns { get; } =
    [
        "host", "region", "idc", "address", "state", "silenceSeconds", "since", "returns", "heldOffUntil", "lapses", "refused", "drain",
        "maintenance",
    ];

    internal static JsonObject Of(HostView host) => new()
    {
        ["host"] = host.Host, ["region"] = host.Region, ["idc"] = host.Idc, ["address"] = host.Address, ["state"] = Words.Of(host.State),
        ["silenceSeconds"] = host.SilenceSeconds, ["since"] = Listing.Cell(host.Since), ["returns"] = host.Returns,
        ["heldOffUntil"] = Listing.Cell(host.HeldOffUntil),
        ["lapses"] = host.Lapses is { } lapses
            ? string.Create(CultureInfo.InvariantCulture,
                $"{lapses.Count} in {lapses.WindowSec} s ({lapses.SharePercent} % of the time)") : null,
        ["refused"] = host.Refused?.Code,
        ["drain"] = host.Drain is { } drain ? drain.Reason.Length > 0 ? drain.Reason : "yes" : null,
        ["maintenance"] = Listing.Cell(host.Maintenance?.Until),
    };
}
