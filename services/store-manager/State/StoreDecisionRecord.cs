using System.Text.Json.Serialization;

namespace Holdfast.StoreManager.State;

/// <summary>A decision about a subtopic as it is stored. Key: id.</summary>
internal sealed record StoreDecisionRecord : StoreDecisionView
{
    /// <summary>Stores that may go, each with the reason; those that HA may delete are on their way.</summary>
    [JsonPropertyOrder(1)] public IReadOnlyList<RedundantStore>? Surplus { get; init; }
}
