namespace Holdfast.App.Shop;

/// <summary>The demonstration that somebody has asked for, as it was typed.</summary>
/// <param name="Name">bank, shop, or null.</param>
/// <param name="Rate">Transactions a second of the shop.</param>
/// <param name="Connections">Over which they come.</param>
internal sealed record DemoGiven(string? Name, int? Rate, int? Connections)
{
    internal const int RateMax = 1000;
    internal const int ConnectionsMax = 32;

    private bool IsShop => Name == "shop";

    /// <summary>Null: no shop is wanted.</summary>
    internal ShopOptions? Shop =>
        IsShop ? new ShopOptions(Rate ?? ShopOptions.UsualRate, Connections ?? ShopOptions.UsualConnections) : null;

    /// <summary>Null: it can be shown.</summary>
    internal Fault? WhyNot(bool withFleet)
    {
        FieldFault?[] broken =
        [
            IsShop && !withFleet ? new FieldFault("demo", "shop", "cannot be had with --no-fleet: nobody would run its tasks") : null,
            Rate is { } rate && rate is < 1 or > RateMax ? Range("shop-rate", rate, RateMax) : null,
            Connections is { } connections && connections is < 1 or > ConnectionsMax
                ? Range("shop-connections", connections, ConnectionsMax) : null,
            Rate is { } unused && !IsShop ? new FieldFault("shop-rate", Text(unused), "is for --demo shop") : null,
            Connections is { } idle && !IsShop ? new FieldFault("shop-connections", Text(idle), "is for --demo shop") : null,
        ];
        return broken.OfType<FieldFault>().ToList() is { Count: > 0 } faults
            ? Fault.Invalid("PF-201", "Correct the named settings and start again; nothing was started or changed.", faults)
            : IsShop ? ShopServers.WhyNot() : null;
    }

    private static FieldFault Range(string name, int value, int most) => new(name, Text(value), $"must be from 1 to {Text(most)}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
