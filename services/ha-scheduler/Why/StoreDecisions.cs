using System.Collections.Concurrent;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.HaScheduler;

/// <summary>
/// What the store manager decided last about the subtopics, as it said: Stores are its own, and people ask here why one is as it is.
/// In memory only; all of it is said again within a minute.
/// </summary>
internal sealed class StoreDecisions
{
    private readonly ConcurrentDictionary<string, (SubtopicDecision Decision, DateTimeOffset At)> _bySubtopic = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _subtopics = new(StringComparer.Ordinal);

    internal void Hear(SubtopicsDecided said)
    {
        foreach (var decision in said.Decisions)
        {
            var before = _bySubtopic.GetValueOrDefault(decision.Subtopic);
            if (before.Decision is not null && before.At > said.At)
            {
                continue;
            }

            _bySubtopic[decision.Subtopic] = (decision, said.At);
            foreach (var store in decision.Stores)
            {
                _subtopics[store.Store] = decision.Subtopic;
            }

            foreach (var gone in before.Decision?.Stores.Where(s => decision.Stores.All(d => d.Store != s.Store)) ?? [])
            {
                _subtopics.TryRemove(gone.Store, out _);
            }
        }
    }

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
