namespace Holdfast.StoreManager.State;

/// <summary>A replica that lives. Key: one life of one replica.</summary>
internal sealed record ReplicaDocument(string Id, long Renewal, double TtlSeconds, DateTimeOffset Since);
