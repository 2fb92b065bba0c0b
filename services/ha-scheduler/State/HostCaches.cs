using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.State;

/// <summary>The verdict on each host, and what passes and people have said about hosts: brakes, maintenances, deletions.</summary>
internal sealed class HostCaches(
    IDocuments<HostVerdict> hosts, IDocuments<BrakeDocument> brakes, IDocuments<MaintenanceDocument> maintenances,
    IDocuments<ForgottenHost> forgotten)
{
    internal InformerCache<HostVerdict> Hosts { get; } = new(hosts, v => v.Host, life: v => (v.State, v.Since), made: v => v.Since);

    internal InformerCache<BrakeDocument> Brakes { get; } = new(brakes, b => b.Region);

    internal InformerCache<MaintenanceDocument> Maintenances { get; } = new(
        maintenances, m => m.Key, life: m => m.Work.At, made: m => m.Work.At);

    internal InformerCache<ForgottenHost> Forgotten { get; } = new(
        forgotten, f => f.Host, life: f => (f.At, f.IsDeleted, f.IsAnswered), made: f => f.At);
}
