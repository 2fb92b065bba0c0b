using System.Collections.Concurrent;
using Holdfast.Contracts;
using Holdfast.Platform.State;

namespace Holdfast.Heartbeat;

/// <summary>The components that a host should run, as a reply needs them.</summary>
internal sealed record DesiredHost(DesiredRow Row, IReadOnlyList<DesiredComponent> Components)
{
    internal static DesiredHost Of(DesiredRow row) =>
        new(row, [.. row.Entries.Select(ComponentOf).OfType<DesiredComponent>()]);

    private static DesiredComponent? ComponentOf(DesiredEntry entry) => entry.IsRemovedStore
        ? new DesiredComponent
        {
            Name = entry.Name, Kind = ComponentKind.Store, Epoch = entry.Epoch, Desired = DesiredState.Absent, Command = [],
        }
        : entry.Component;
}

/// <summary>
/// The desired list of each host: in the store, changed by compare-and-set, and in memory for replies. Lists are read
/// at start; what other collectors change is read by <see cref="RegistryLoop"/>.
/// </summary>
internal sealed class DesiredComponents(
    IDocuments<DesiredRow> store, ComponentConfigs configs, CollectorStanding standing, HostRegistry hosts)
{
    /// <summary>Attempts before the placement goes back to its endpoint's retry.</summary>
    private const int AttemptsMax = 5;

    private readonly ConcurrentDictionary<string, DesiredHost> _lists = new(StringComparer.Ordinal);

    /// <summary>Versions that hosts report and that the store, asked for it, turned out not to have.</summary>
    private readonly ConcurrentDictionary<string, long> _disowned = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, long> _doubted = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>All lists.</summary>
    internal IEnumerable<DesiredRow> Rows => _lists.Select(list => list.Value.Row);

    internal DesiredHost? Find(string host) => _lists.GetValueOrDefault(host);

    /// <summary>
    /// The list to send to a supervisor that holds this version, null when it is current. A version above ours was
    /// given by another collector: the store is asked before anything older is sent.
    /// </summary>
    internal DesiredHost? NewerThan(long reported, string host, out long version)
    {
        var list = _lists.GetValueOrDefault(host);
        version = list?.Row.Version ?? DesiredList.NothingVersion;
        if (version == reported)
        {
            return null;
        }

        if (version < reported && _disowned.GetValueOrDefault(host) < reported)
        {
            _doubted[host] = reported;
            version = reported;
            return null;
        }

        return list ?? Nothing(host);
    }

    private static DesiredHost Nothing(string host) => new(new DesiredRow(host, DesiredList.NothingVersion, [], "", default), []);

    /// <summary>Applies a placement, durably; the host's long poll is answered.</summary>
    internal async Task Place(ComponentPlaced placed, CancellationToken cancel)
    {
        if (!DesiredList.IsNews(Find(placed.Host)?.Row, placed))
        {
            return;
        }

        var turn = _turns[HostCell.Spread(placed.Host) % _turns.Length];
        await turn.WaitAsync(cancel);
        try
        {
            for (var attempt = 1; !await TryPlace(placed, cancel); attempt++)
            {
                if (attempt == AttemptsMax)
                {
                    throw new StateUnavailableException(
                        $"The desired list of {placed.Host} changed {AttemptsMax} times under a placement.");
                }
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<bool> TryPlace(ComponentPlaced placed, CancellationToken cancel)
    {
        var stored = await store.Find(placed.Host, cancel);
        var next = DesiredList.Place(stored?.Document, placed, standing.Id, standing.Stamp());
        if (next is null)
        {
            Keep(stored!.Value.Document);
            return true;
        }

        if (DesiredList.ConcernsConfig(stored?.Document, placed))
        {
            await configs.Keep(placed, cancel);
        }

        // A store that was restored from a backup must not number anew what hosts already hold.
        var disowned = _disowned.GetValueOrDefault(placed.Host);
        next = next.Version <= disowned ? next with { Version = disowned + 1 } : next;
        var isStored = stored is { } known
            ? await store.Replace(next, known.Version, cancel)
            : await store.Insert(next, cancel);
        if (isStored)
        {
            Keep(next);
        }

        return isStored;
    }

    /// <summary>Of a host that was deleted: nothing that was placed there before is ever given to whoever has its id next.</summary>
    internal async Task Empty(string host, CancellationToken cancel)
    {
        await configs.Empty(host, cancel);
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            if (await store.Find(host, cancel) is not { } known)
            {
                return;
            }

            if (DesiredList.Emptied(known.Document, standing.Id, standing.Stamp()) is var next
                && await store.Replace(next, known.Version, cancel))
            {
                Keep(next);
                return;
            }
        }

        throw new StateUnavailableException($"The desired list of {host} changed {AttemptsMax} times while it was being emptied.");
    }

    /// <summary>
    /// Takes a row from the store unless memory holds a newer one; rows of one version list the same components.
    /// </summary>
    internal void Keep(DesiredRow row)
    {
        var before = _lists.GetValueOrDefault(row.Host)?.Row.Version ?? 0;
        var list = DesiredHost.Of(row);
        _lists.AddOrUpdate(row.Host, list, (_, held) => row.Version >= held.Row.Version ? list : held);
        if (row.Version > before)
        {
            hosts.Find(row.Host)?.Wake();
        }
    }

    /// <summary>Reads again what hosts hold newer versions of.</summary>
    internal async Task ResolveDoubts(CancellationToken cancel)
    {
        foreach (var (host, reported) in _doubted)
        {
            var stored = await store.Find(host, cancel);
            if (stored is { } row)
            {
                Keep(row.Document);
            }

            if ((stored?.Document.Version ?? DesiredList.NothingVersion) < reported)
            {
                _disowned[host] = reported;
            }

            _doubted.TryRemove(new KeyValuePair<string, long>(host, reported));
        }
    }
}
