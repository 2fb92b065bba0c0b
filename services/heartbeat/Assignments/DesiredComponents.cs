using System.Collections.Concurrent;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Assignments;

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
/// at start; what other collectors change is read by the registry's loop.
/// </summary>
internal sealed class DesiredComponents
{
    /// <summary>Attempts before the placement goes back to its endpoint's retry.</summary>
    private const int AttemptsMax = 5;

    /// <summary>Hosts whose lists are written side by side.</summary>
    private const int WritersMax = 64;

    /// <summary>Placements that one write takes in: a list is written whole, however little of it has changed.</summary>
    private const int PlacedAtOnceMax = 4096;

    /// <summary>Configurations that are written side by side.</summary>
    private const int ConfigsAtOnce = 16;

    private readonly IDocuments<DesiredRow> _store;
    private readonly ComponentConfigs _configs;
    private readonly CollectorHealth _health;
    private readonly HostRegistry _hosts;

    private readonly ConcurrentDictionary<string, DesiredHost> _lists = new(StringComparer.Ordinal);

    /// <summary>Versions that hosts report and that the store, asked for it, turned out not to have.</summary>
    private readonly ConcurrentDictionary<string, long> _disowned = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, long> _doubted = new(StringComparer.Ordinal);
    private readonly RequestCoalescer<IReadOnlyList<ComponentPlaced>, bool>[] _writers;

    public DesiredComponents(
        IDocuments<DesiredRow> store, ComponentConfigs configs, CollectorHealth health, HostRegistry hosts)
    {
        (_store, _configs, _health, _hosts) = (store, configs, health, hosts);
        _writers = [.. Enumerable.Range(0, WritersMax).Select(_ =>
            new RequestCoalescer<IReadOnlyList<ComponentPlaced>, bool>(Write, PlacedAtOnceMax, placed => placed.Count))];
    }

    /// <summary>All lists.</summary>
    internal IEnumerable<DesiredRow> Rows => _lists.Select(list => list.Value.Row);

    internal DesiredHost? Find(string host) => _lists.GetValueOrDefault(host);

    /// <summary>
    /// The list to send to a supervisor that holds this version, null when it is current. A version above ours was
    /// given by another collector: the store is asked before anything older is sent.
    /// </summary>
    /// <param name="reported">The version that it holds.</param>
    /// <param name="host">Its id.</param>
    /// <param name="list">Ours, as <see cref="Find"/> gave it: what may be given was judged by that one.</param>
    /// <param name="version">Of what it should hold now.</param>
    internal DesiredHost? NewerThan(long reported, string host, DesiredHost? list, out long version)
    {
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
    internal Task Place(ComponentPlaced placed, CancellationToken cancel) => Place(placed.Host, [placed], cancel);

    /// <summary>The same of several placements on one host: what is asked for at once is written at once.</summary>
    internal async Task Place(string host, IReadOnlyList<ComponentPlaced> placed, CancellationToken cancel)
    {
        if (DesiredList.News(Find(host)?.Row, placed) is { Count: > 0 } news)
        {
            await _writers[Spread.Of(host) % _writers.Length].Ask(news, cancel);
        }
    }

    /// <summary>Writes what was asked for. It takes no token: others wait for it as well, and a write has the store's own limit.</summary>
    private async Task<IReadOnlyList<bool>> Write(IReadOnlyList<IReadOnlyList<ComponentPlaced>> asked)
    {
        foreach (var ofHost in asked.SelectMany(placed => placed).GroupBy(p => p.Host, StringComparer.Ordinal))
        {
            var (placed, attempt) = (ofHost.ToList(), 1);
            while (!await TryPlace(ofHost.Key, placed, CancellationToken.None))
            {
                if (attempt++ == AttemptsMax)
                {
                    throw new StateUnavailableException(
                        $"The desired list of {ofHost.Key} changed {AttemptsMax} times under a placement.");
                }
            }
        }

        return [.. asked.Select(_ => true)];
    }

    private async Task<bool> TryPlace(string host, IReadOnlyList<ComponentPlaced> placed, CancellationToken cancel)
    {
        var stored = await _store.Find(host, cancel);
        var news = DesiredList.News(stored?.Document, placed);
        var next = DesiredList.Place(
            stored?.Document, news, new Writing(_health.Id, _health.Stamp()), _hosts.Find(host)?.Word);
        if (next is null)
        {
            Keep(stored!.Value.Document);
            return true;
        }

        foreach (var some in news.Where(p => DesiredList.ConcernsConfig(stored?.Document, p)).Chunk(ConfigsAtOnce))
        {
            await Task.WhenAll(some.Select(p => _configs.Keep(p, cancel)));
        }

        // A store that was restored from a backup must not number anew what hosts already hold.
        var disowned = _disowned.GetValueOrDefault(host);
        next = next.Version <= disowned ? next with { Version = disowned + 1 } : next;
        var isStored = stored is { } known
            ? await _store.Replace(next, known.Version, cancel)
            : await _store.Insert(next, cancel);
        if (isStored)
        {
            Keep(next);
        }

        return isStored;
    }

    /// <summary>Empties the list of a host that was deleted: nothing of it is ever given to the next host of its id.</summary>
    internal async Task Empty(string host, CancellationToken cancel)
    {
        await _configs.Empty(host, cancel);
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var stored = await _store.Find(host, cancel);
            var next = DesiredList.Emptied(host, stored?.Document, new Writing(_health.Id, _health.Stamp()));
            if (stored is { } known ? await _store.Replace(next, known.Version, cancel) : await _store.Insert(next, cancel))
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
            _hosts.Find(row.Host)?.Wake();
        }
    }

    /// <summary>Reads again what hosts hold newer versions of.</summary>
    internal async Task ResolveDoubts(CancellationToken cancel)
    {
        foreach (var (host, reported) in _doubted)
        {
            var stored = await _store.Find(host, cancel);
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
