using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.State;

/// <summary>The work that hosts do: tasks, their components, and the Stores that the store manager has placed for them.</summary>
internal sealed class WorkCaches(
    IDocuments<TaskDocument> tasks, IDocuments<Registration> components, IDocuments<StorePlace> stores)
{
    internal InformerCache<TaskDocument> Tasks { get; } = new(tasks, t => t.Id, life: t => t.CreatedAt, made: t => t.CreatedAt);

    /// <summary>They do not say when they were made: <c>Registrar</c> says where their versions begin.</summary>
    internal InformerCache<Registration> Components { get; } = new(components, r => r.Id, life: r => (r.Epoch, r.Seq, r.Host, r.Desired));

    internal InformerCache<StorePlace> Stores { get; } = new(stores, s => s.Placed.Store);

    /// <summary>Stores what a Store manager published about a Store: the higher revision holds.</summary>
    internal async Task Take(StorePlaced placed, CancellationToken cancel)
    {
        var place = new StorePlace(placed)
        {
            CameAt = placed.Desired == Contracts.DesiredState.Running ? placed.At : null,
            Suspicion = Stores.Find(placed.Store) is null ? StoreArrivals.SuspicionOf(placed.Subtopic, Stores.All) : null,
        };
        if (!await Stores.Insert(place, cancel))
        {
            await Stores.Change(
                placed.Store, before => before.Placed.Revision < placed.Revision ? before.Next(placed) : null, cancel);
        }
    }
}
