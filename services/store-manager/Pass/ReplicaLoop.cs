using System.Collections.Concurrent;
using Holdfast.StoreManager.State;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Holdfast.StoreManager.Pass;

/// <summary>
/// Says that this replica lives, sees which others do, and tells them what was changed here. A replica is gone once its
/// document has not changed for its TTL on the observer's own clock; wall clocks are never compared.
/// </summary>
internal sealed partial class ReplicaLoop(
    IDocuments<ReplicaDocument> documents, Partition partition, StoreState state, MessagePublisher publisher, PassTrigger passes,
    Settings settings, TimeProvider time, ILogger<ReplicaLoop> logger) : TickLoop(time, logger)
{
    private const int NamedMax = 500;
    private const int ReplicasMax = 100;

    /// <summary>A document that nobody has renewed for so many TTLs is deleted.</summary>
    private const int ForgottenAfter = 100;

    private static readonly TimeSpan ReadAllEvery = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, (long Renewal, long SeenAt)> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _changed = new(StringComparer.Ordinal);
    private long _renewal;
    private (long Version, long At)? _renewed;
    private long? _readAllAt;

    /// <summary>Changes were made here before another replica was seen, and that one may not know them.</summary>
    private bool _tellsAll;

    private Subtopics Subtopics => state.Subtopics;

    private TimeSpan Ttl => settings.Profile.LeaderTtl;

    protected override TimeSpan Interval => Ttl / 6;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Listen();
        await base.StartAsync(cancellationToken);
    }

    /// <summary>From now on the others are told of what is changed here.</summary>
    internal void Listen() => Subtopics.Cache.Written += id =>
    {
        if (!partition.IsAlone)
        {
            _changed[id] = true;
            Hurry();
        }
    };

    /// <summary>Leaves in good order: the others need not wait.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_renewed is { } mine && settings.Broker is not null)
        {
            await documents.Delete(partition.Me, mine.Version, cancellationToken);
        }
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        if (settings.Broker is null)
        {
            return; // one process holds everything
        }

        await Renew(cancel);
        if (partition.Become(await Living(cancel)))
        {
            LogReplicas(partition.Live.Count);
            (_readAllAt, _tellsAll) = (null, true);
        }

        if (!Subtopics.Loaded)
        {
            return;
        }

        // Also who is alone from now on: what the others wrote last they may have told nobody.
        if (_readAllAt is not { } at || (!partition.IsAlone && Time.GetElapsedTime(at) >= ReadAllEvery))
        {
            await state.Load(cancel);
            _readAllAt = Time.GetTimestamp();
            passes.Hurry();
        }

        if (!partition.IsAlone)
        {
            await TellChanges(cancel);
        }
    }

    private async Task Renew(CancellationToken cancel)
    {
        if (_renewed is { } last && Time.GetElapsedTime(last.At) < Ttl / 3)
        {
            return;
        }

        var at = Time.GetTimestamp();
        var mine = new ReplicaDocument(partition.Me, ++_renewal, Ttl.TotalSeconds, Time.GetUtcNow());
        if (_renewed is { } before && await documents.Replace(mine, before.Version, cancel))
        {
            _renewed = (before.Version + 1, at);
        }
        else if (await documents.Insert(mine, cancel))
        {
            _renewed = (1, at);
        }
        else
        {
            // Written, and the answer was lost: its version is what the store has.
            _renewed = ((await documents.Find(partition.Me, cancel))?.Version ?? 0, at);
        }
    }

    private async Task<IReadOnlyList<string>> Living(CancellationToken cancel)
    {
        var page = await documents.Query(DocumentQuery<ReplicaDocument>.All.Take(ReplicasMax), cancel);
        var now = Time.GetTimestamp();
        var live = new List<string> { partition.Me };
        foreach (var (replica, version) in page.Items.Select(i => (i.Document, i.Version)).Where(r => r.Document.Id != partition.Me))
        {
            if (!_seen.TryGetValue(replica.Id, out var seen) || seen.Renewal != replica.Renewal)
            {
                _seen[replica.Id] = seen = (replica.Renewal, now);
            }

            var silent = Time.GetElapsedTime(seen.SeenAt, now);
            if (silent < TimeSpan.FromSeconds(replica.TtlSeconds))
            {
                live.Add(replica.Id);
            }
            else if (silent > Ttl * ForgottenAfter && await documents.Delete(replica.Id, version, cancel))
            {
                _seen.Remove(replica.Id);
            }
        }

        live.Sort(StringComparer.Ordinal);
        return live;
    }

    private async Task TellChanges(CancellationToken cancel)
    {
        var ids = _changed.Keys.ToList();
        if (ids.Count == 0 && !_tellsAll)
        {
            return;
        }

        ids.ForEach(id => _changed.TryRemove(id, out _));
        await publisher.Publish(new SubtopicsChanged
        {
            Replica = partition.Me,
            Subtopics = _tellsAll || ids.Count > NamedMax ? null : ids,
            At = Time.GetUtcNow(),
        }, cancel);
        _tellsAll = false;
    }

    /// <summary>Takes a change that another replica has published.</summary>
    internal async Task Hear(SubtopicsChanged said, CancellationToken cancel)
    {
        if (said.Replica == partition.Me || !Subtopics.Loaded)
        {
            return;
        }

        await (said.Subtopics is { } ids ? Subtopics.Cache.Refresh(ids, cancel) : Subtopics.Load(cancel));
        passes.Hurry();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} replicas of the store manager share the subtopics")]
    private partial void LogReplicas(int count);
}

internal sealed class SubtopicsChangedConsumer(ReplicaLoop replicas) : IConsumer<SubtopicsChanged>
{
    public Task Consume(ConsumeContext<SubtopicsChanged> context) => replicas.Hear(context.Message, context.CancellationToken);
}

internal sealed class SubtopicsChangedDefinition(Settings settings)
    : LiveEndpoint<SubtopicsChangedConsumer>("store-manager.subtopics-changed", settings);
