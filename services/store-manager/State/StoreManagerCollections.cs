namespace Holdfast.StoreManager.State;

/// <summary>Every collection that this service owns: its name, its schema's version, its indexes.</summary>
internal static class StoreManagerCollections
{
    internal static Collection<SubtopicDocument> Subtopics { get; } =
        new Collection<SubtopicDocument>("store-manager.subtopics", 1, s => s.Subtopic)
            .Sealed((subtopic, make) => subtopic.WithConfigs(make), subtopic => subtopic.WithConfigs(_ => null));

    internal static Collection<PositionsDocument> Positions { get; } =
        new Collection<PositionsDocument>("store-manager.positions", 1, p => p.Subtopic);

    internal static Collection<StoreTicket> Tickets { get; } =
        new Collection<StoreTicket>("store-manager.tickets", 1, t => t.Id)
            .Index(t => t.CreatedAt).Index(t => t.IsOver).Index(t => t.Subtopic, t => t.CreatedAt);

    internal static Collection<StoreSecret> Secrets { get; } =
        new Collection<StoreSecret>("store_manager.secrets", 1, s => s.Id)
            .Sealed((secret, make) => secret with { Secret = make(secret.Secret) }, _ => null);

    internal static Collection<FindingDocument> Findings { get; } =
        new Collection<FindingDocument>("store-manager.findings", 1, f => f.Id);

    internal static Collection<StoreDecisionRecord> Decisions { get; } =
        new Collection<StoreDecisionRecord>("store-manager.decisions", 1, d => d.Id).Index(d => d.Subtopic, d => d.At).Index(d => d.At);

    internal static Collection<HaConfigDocument> Config { get; } =
        new Collection<HaConfigDocument>("store-manager.config", 1, c => c.Id);

    internal static Collection<ReplicaDocument> Replicas { get; } =
        new Collection<ReplicaDocument>("store-manager.replicas", 1, r => r.Id);
}
