namespace Holdfast.StoreManager.State;

/// <summary>The installation's secret from which each Store has its key; there is one such document. Key: a fixed name.</summary>
/// <param name="Id">The name.</param>
/// <param name="Secret">Hexadecimal digits. It is in no answer, no message and no log.</param>
internal sealed record StoreSecret(string Id, string Secret)
{
    internal const string Only = "stores";

    /// <summary>Records are shown in logs and faults; this one is not.</summary>
    public override string ToString() => $"{nameof(StoreSecret)} {Id}";
}
