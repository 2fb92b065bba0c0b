using Holdfast.Contracts.Views;

namespace Holdfast.Rules.StoreManager;

/// <summary>Causes for which a Store goes without a person's order for that very Store.</summary>
internal static class LeftBy
{
    internal const string Ha = "HA";
    internal const string Drain = "drain";
    internal const string Task = "task";

    internal static string Of(RedundantStore redundant) => redundant.Drained is null ? Ha : Drain;
}
