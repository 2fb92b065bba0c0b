using System.Collections.Concurrent;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.HaScheduler.Feed;

/// <summary>
/// The store manager's last decisions about the subtopics, as it said them: Stores are its own, and people ask here why one is as it is.
/// In memory only; all of it is said again within a minute.
/// </summary>
internal sealed class StoreDecisions(TimeProvider time)
{
    /// <summary>Two repetitions may be lost; after that nobody says any more how a Store stands.</summary>
    private static readonly TimeSpan WordMax = TimeSpan.FromMinutes(3);

    private readonly long _origin = time.GetTimestamp();
    private readonly ConcurrentDictionary<string, (SubtopicDecision Decision, DateTimeOffset At, TimeSpan HeardAt)> _bySubtopic =
        new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, string> _subtopics = new(StringComparer.Ordinal);
    private long _changes;

    /// <summary>Grows with each Store that stands otherwise than before.</summary>
    internal long Changes => Interlocked.Read(ref _changes);

    /// <summary>Since this process began to listen.</summary>
    internal TimeSpan Elapsed => time.GetElapsedTime(_origin);

    internal void Hear(SubtopicsDecided said)
    {
        foreach (var decision in said.Decisions)
        {
            var before = _bySubtopic.GetValueOrDefault(decision.Subtopic);
            if (before.Decision is not null && before.At > said.At)
            {
                continue;
            }

            _bySubtopic[decision.Subtopic] = (decision, said.At, Elapsed);
            foreach (var store in decision.Stores)
            {
                _subtopics[store.Store] = decision.Subtopic;
            }

            foreach (var gone in before.Decision?.Stores.Where(s => decision.Stores.All(d => d.Store != s.Store)) ?? [])
            {
                _subtopics.TryRemove(gone.Store, out _);
            }

            if (!Stand(before.Decision).SequenceEqual(Stand(decision)))
            {
                Interlocked.Increment(ref _changes);
            }
        }
    }

    private static IEnumerable<(string, string, ComponentState)> Stand(SubtopicDecision? decision) =>
        decision?.Stores.Select(s => (s.Store, s.Host, s.State)) ?? [];

    /// <summary>The store manager's view of a Store where it was placed; null: none came of late.</summary>
    internal StoreStands? Stands(StorePlaced store)
    {
        var (decision, _, heardAt) = _bySubtopic.GetValueOrDefault(store.Subtopic);
        if (decision is null || Elapsed - heardAt > WordMax)
        {
            return null;
        }

        foreach (var stands in decision.Stores)
        {
            if (stands.Store == store.Store && stands.Host == store.Host)
            {
                return stands;
            }
        }

        return null;
    }

    /// <summary>A task needs what no Store of the subtopic serves; null: the store manager has not said of late.</summary>
    internal bool? HasGap(string subtopic) =>
        _bySubtopic.GetValueOrDefault(subtopic) is { Decision: { } decision, HeardAt: var heardAt } && Elapsed - heardAt <= WordMax
            ? decision.HasGap ?? false
            : null;

    internal SubtopicDecision? OfStore(string store) => _subtopics.TryGetValue(store, out var subtopic) ? OfSubtopic(subtopic) : null;

    internal SubtopicDecision? OfSubtopic(string subtopic) => _bySubtopic.GetValueOrDefault(subtopic).Decision;
}

internal sealed class SubtopicsDecidedConsumer(StoreDecisions decisions) : IConsumer<SubtopicsDecided>
{
    public Task Consume(ConsumeContext<SubtopicsDecided> context)
    {
        decisions.Hear(context.Message);
        return Task.CompletedTask;
    }
}

/// <summary>Each replica hears them: any of them may be asked.</summary>
internal sealed class SubtopicsDecidedDefinition(Settings settings)
    : LiveEndpoint<SubtopicsDecidedConsumer>("ha-scheduler.subtopics-decided", settings);
