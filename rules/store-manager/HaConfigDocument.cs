namespace Holdfast.Rules.StoreManager;

/// <summary>ha.config as it was heard last, with what its changes have taught. Key: id; there is one.</summary>
internal sealed record HaConfigDocument
{
    internal const string CurrentId = "current";

    public required string Id { get; init; }
    public required int Version { get; init; }
    public required HaConfig Config { get; init; }
    public required HaWindows Windows { get; init; }
}
