using Holdfast.HaScheduler.State;

namespace Holdfast.Simulation.Tests;

/// <summary>One process's way to the store: it refuses, stalls, loses answers and races, or kills the process at a write.</summary>
internal sealed class StoreLink(World world, Site site) : IDocumentStore
{
    private readonly Dictionary<string, object> _opened = new(StringComparer.Ordinal);
    private readonly List<Action> _stalled = [];
    private int _stalls;

    internal Proc? Proc { get; set; }

    internal int Refuses { get; set; }

    /// <summary>A request takes up to so long.</summary>
    internal TimeSpan SlowMax { get; set; }

    internal double LostAnswers { get; set; }

    internal double LostRaces { get; set; }

    internal Action? OnWrite { get; set; }

    private bool IsCalm => Refuses == 0 && _stalls == 0 && LostAnswers == 0 && LostRaces == 0 && OnWrite is null
        && SlowMax == TimeSpan.Zero;

    internal bool Answers => Refuses == 0 && _stalls == 0;

    internal void Stall() => _stalls++;

    internal void GoOn()
    {
        if (--_stalls == 0)
        {
            var waiting = _stalled.ToList();
            _stalled.Clear();
            waiting.ForEach(w => w());
        }
    }

    public IDocuments<T> Open<T>(Collection<T> collection) where T : class
    {
        if (!_opened.TryGetValue(collection.Name, out var opened))
        {
            _opened[collection.Name] = opened = new Linked<T>(this, (MemoryDocuments<T>)world.Store.Open(collection), collection);
        }

        return (IDocuments<T>)opened;
    }

    public Task<string?> CheckHealth(CancellationToken cancel) => Task.FromResult<string?>(null);

    private Task<TResult> Ask<TResult>(Func<Task<TResult>> step, bool isWrite, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(cancel);
        }

        (world.AskedAt, world.Asker) = (world.Time.Now, (site, site.Lives));
        if (IsCalm)
        {
            return step();
        }

        if (Refuses > 0)
        {
            return Task.FromException<TResult>(new StateUnavailableException("the store is away"));
        }

        if (_stalls > 0)
        {
            return Wait(step, cancel);
        }

        if (SlowMax > TimeSpan.Zero)
        {
            return Late(step, cancel);
        }

        if (!isWrite)
        {
            return step();
        }

        var done = step();
        if (OnWrite is { } now)
        {
            OnWrite = null;
            now();
            return new TaskCompletionSource<TResult>().Task;
        }

        return world.Chances(LostAnswers, "answer of the store lost")
            ? Task.FromException<TResult>(new StateUnavailableException("no answer; the write may have taken effect"))
            : done;
    }

    private Task<TResult> Wait<TResult>(Func<Task<TResult>> step, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<TResult>();
        var (asked, by, proc) = (world.Time.Now, (site, site.Lives), Proc!);
        _stalled.Add(() => world.Time.At(world.Time.Now, proc, () => _ = Answer()));
        cancel.Register(() => answer.TrySetCanceled(cancel));
        return answer.Task;

        async Task Answer()
        {
            (world.AskedAt, world.Asker) = (asked, by);
            try
            {
                answer.TrySetResult(await step());
            }
            catch (Exception error)
            {
                answer.TrySetException(error);
            }
        }
    }

    /// <summary>Delays a request on its way to the store and back: what was sent arrives, whatever becomes of its sender.</summary>
    private Task<TResult> Late<TResult>(Func<Task<TResult>> step, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<TResult>();
        var (asked, by, proc) = (world.Time.Now, (site, site.Lives), Proc!);
        cancel.Register(() => answer.TrySetCanceled(cancel));
        world.Time.After(world.Between(0, SlowMax.TotalSeconds), null, () =>
        {
            (world.AskedAt, world.Asker) = (asked, by);
            var done = step();
            world.Time.After(world.Between(0, SlowMax.TotalSeconds / 4), proc, () => Answer(done));
        });
        return answer.Task;

        void Answer(Task<TResult> done)
        {
            if (done.IsCompletedSuccessfully)
            {
                answer.TrySetResult(done.Result);
            }
            else
            {
                answer.TrySetException(done.Exception!.InnerExceptions);
            }
        }
    }

    /// <summary>Documents behind the link: a request that was sent is not called back by whoever has sent it.</summary>
    private sealed class Linked<T>(StoreLink link, MemoryDocuments<T> inner, Collection<T> collection) : IDocuments<T> where T : class
    {
        public Task<Versioned<T>?> Find(string id, CancellationToken cancel) => link.Ask(async () =>
            await inner.Find(id, default) is { } found ? new Versioned<T>(link.Read(found.Document), found.Version) : (Versioned<T>?)null,
            false, cancel);

        public Task<bool> Insert(T document, long version, CancellationToken cancel) => link.Ask(
            () => link.World.Mutation.Forgets(document) ? Task.FromResult(true) : inner.Insert(document, version, default), true, cancel);

        public Task<bool> Replace(T document, long expected, CancellationToken cancel) => link.Ask(() =>
        {
            if (link.LostRaces > 0 && link.World.Chances(link.LostRaces, "race lost"))
            {
                inner.Touch(collection.IdOf(document));
            }

            return (document is LeaderDocument && !link.World.Mutation.LeaseIsCompared)
                || (document is Rules.StoreManager.SubtopicDocument && !link.World.Mutation.SubtopicIsCompared)
                || (document is Rules.Alerting.Delivery && !link.World.Mutation.DeliveryIsCompared)
                ? inner.Put(document)
                : Kept(link.World.Lists.Kept(document), expected);
        }, true, cancel);

        private async Task<bool> Kept(T document, long expected)
        {
            var isReplaced = await inner.Replace(document, expected, default);
            if (isReplaced)
            {
                link.World.Lists.Written(document);
            }

            return isReplaced;
        }

        public Task<bool> Delete(string id, long expected, CancellationToken cancel) =>
            link.Ask(() => inner.Delete(id, expected, default), true, cancel);

        public Task UpsertMany(IReadOnlyCollection<T> documents, CancellationToken cancel) => link.Ask(async () =>
        {
            await inner.UpsertMany(
                [.. documents.Where(d => !link.World.Mutation.Forgets(d)).Select(d => link.World.Mutation.Keeps(d, link.Site))], default);
            return true;
        }, true, cancel);

        public Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel) =>
            link.Ask(() => inner.Query(query, default), false, cancel);

        public Task<long> Count(DocumentQuery<T> query, CancellationToken cancel) =>
            link.Ask(() => inner.Count(query, default), false, cancel);

        public Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel) =>
            link.Ask(() => inner.DeleteMany(query, default), true, cancel);

        public Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel) =>
            link.Ask(() =>
            {
                link.World.Leaders.Fenced<T>();
                return link.World.Mutation.TakeoverFences ? inner.Touch(query, default) : Task.FromResult(0);
            }, true, cancel);
    }

    private World World => world;

    private Site Site => site;

    private T Read<T>(T document) where T : class =>
        document switch
        {
            HaConfigDocument config => (T)(object)(config with { Config = world.Mutation.Reads(config.Config) }),
            Rules.StoreManager.HaConfigDocument held => (T)(object)(held with { Config = world.Mutation.Manages(held.Config) }),
            _ => document,
        };
}
