using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.State;

/// <summary>A message against what is registered.</summary>
public enum PlacementStanding
{
    Confirmed,

    /// <summary>Another one was registered after it, and is said by itself.</summary>
    Outdated,

    /// <summary>Nobody who owns components has registered that.</summary>
    Unknown,
}

/// <summary>
/// Placements as their owners register them, before they say them. Who can send messages and cannot write to the store brings nothing
/// to a host.
/// </summary>
public sealed class RegisteredPlacements(IDocuments<PlacementRow> rows, TimeProvider time)
{
    private const int AttemptsMax = 3;
    private const int DeletedAtOnce = 1000;

    /// <summary>Removals that were registered longer ago are no longer needed: their owner registers one whenever it says it.</summary>
    private static readonly TimeSpan RemovalsKept = TimeSpan.FromDays(1);

    /// <summary>Those that are registered now, so that they may be said; none while the store does not answer.</summary>
    public async Task<IReadOnlyList<ComponentPlaced>> Register(IReadOnlyCollection<ComponentPlaced> placed, CancellationToken cancel)
    {
        try
        {
            return placed.Count == 0 ? [] : await Write(placed, cancel);
        }
        catch (StateUnavailableException)
        {
            return [];
        }
    }

    /// <summary>Of what is due those whose placements are registered now, in their order; the others are due again.</summary>
    public async Task<IReadOnlyList<T>> Confirmed<T>(IReadOnlyList<T> due, Func<T, ComponentPlaced> placed, CancellationToken cancel)
    {
        var registered = (await Register([.. due.Select(placed)], cancel)).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. due.Where(d => registered.Contains(placed(d)))];
    }

    /// <summary>Removals, one of each component; true: none of them is unknown now, or a later placement outranks it.</summary>
    public async Task<bool> RegisterGone(IReadOnlyCollection<ComponentPlaced> removals, CancellationToken cancel)
    {
        var registered = (await Register(removals, cancel)).ToHashSet(ReferenceEqualityComparer.Instance);
        try
        {
            return !(await Ask([.. removals.Where(r => !registered.Contains(r))], cancel)).Contains(PlacementStanding.Unknown);
        }
        catch (StateUnavailableException)
        {
            return false;
        }
    }

    /// <summary>
    /// Looks up the standing of each placement, in their order. A doubt is checked twice: a store with several members may show an
    /// older state for a moment.
    /// </summary>
    public async Task<IReadOnlyList<PlacementStanding>> Ask(IReadOnlyList<ComponentPlaced> placed, CancellationToken cancel)
    {
        var standing = await Look(placed, cancel);
        if (standing.Contains(PlacementStanding.Unknown))
        {
            var doubted = Enumerable.Range(0, placed.Count).Where(i => standing[i] == PlacementStanding.Unknown).ToList();
            var again = await Look([.. doubted.Select(i => placed[i])], cancel);
            for (var i = 0; i < doubted.Count; i++)
            {
                standing[doubted[i]] = again[i];
            }
        }

        return standing;
    }

    /// <summary>Of a host that was deleted: what was said of it confirms nothing to the next one of its id.</summary>
    public Task Forget(string host, CancellationToken cancel) =>
        Delete(DocumentQuery<PlacementRow>.All.Where(r => r.Host, Match.Equal, host), cancel);

    /// <summary>Removals of long ago.</summary>
    public Task Sweep(CancellationToken cancel) =>
        Delete(DocumentQuery<PlacementRow>.All.Where(r => r.AbsentSince, Match.Less, time.GetUtcNow() - RemovalsKept), cancel);

    private async Task<PlacementStanding[]> Look(IReadOnlyList<ComponentPlaced> placed, CancellationToken cancel)
    {
        var found = await rows.FindMany([.. placed.Select(p => PlacementRow.IdOf(p.Host, p.Component))], cancel);
        return [.. placed.Select((p, i) => PlacementRow.Confirms(found[i]?.Document, p) ? PlacementStanding.Confirmed
            : PlacementRow.Outranks(found[i]?.Document, p) ? PlacementStanding.Outdated : PlacementStanding.Unknown)];
    }

    private async Task Delete(DocumentQuery<PlacementRow> query, CancellationToken cancel)
    {
        while (await rows.DeleteMany(query.Take(DeletedAtOnce), cancel) == DeletedAtOnce)
        {
        }
    }

    private async Task<IReadOnlyList<ComponentPlaced>> Write(IReadOnlyCollection<ComponentPlaced> placed, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var left = placed.GroupBy(p => (p.Host, p.Component)).Select(same => same.MaxBy(p => (p.Epoch, p.Revision))!)
            .Select(p => (Placed: p, Row: PlacementRow.Of(p, now))).ToList();
        var registered = new List<ComponentPlaced>(left.Count);
        for (var attempt = 0; attempt < AttemptsMax && left.Count > 0; attempt++)
        {
            var found = await rows.FindMany([.. left.Select(l => l.Row.Id)], cancel);
            var changes = left.Select((l, i) => (l.Placed, l.Row, Before: found[i]))
                .Where(c => c.Row.Replaces(c.Before?.Document)).ToList();
            registered.AddRange(left.Where((l, i) => !l.Row.Replaces(found[i]?.Document)
                && PlacementRow.Confirms(found[i]?.Document, l.Placed)).Select(l => l.Placed));
            var written = await rows.ChangeMany([.. changes.Select(c => new Change<PlacementRow>(c.Row, c.Before?.Version))], cancel);
            registered.AddRange(changes.Where((_, i) => written[i]).Select(c => c.Placed));
            // Somebody else wrote at this moment: a successor, whose word is the later one.
            left = [.. changes.Where((_, i) => !written[i]).Select(c => (c.Placed, c.Row))];
        }

        return registered;
    }
}

public static class RegisteredPlacementsRegistration
{
    public static IServiceCollection AddRegisteredPlacements(this IServiceCollection services) =>
        services.AddDocuments(PlacementRow.Collection)
            .AddSingleton(provider => new RegisteredPlacements(provider.GetRequiredService<IDocuments<PlacementRow>>(),
                provider.GetRequiredService<TimeProvider>()));
}
