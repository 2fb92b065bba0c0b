using System.Collections.Concurrent;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;
using MassTransit;

namespace Holdfast.StoreManager.Views;

/// <summary>
/// Subtopics whose Stores may have felled hosts, as the scheduler says again and again. What a message that got lost would
/// have ended ends by itself; what a manager that has just started has not heard yet stands in the documents.
/// </summary>
internal sealed class SuspectsHeard(HostsHeard hosts)
{
    private static readonly TimeSpan HeardMax = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (StoreSuspected Said, TimeSpan At)> _suspects = new(StringComparer.Ordinal);

    /// <summary>Nothing is suspect, and this has been so for long enough to have heard otherwise.</summary>
    internal bool IsQuiet => _suspects.IsEmpty && hosts.Elapsed > HeardMax;

    internal void Hear(StoreSuspected said)
    {
        if (said.Standing == SuspectStanding.Cleared)
        {
            _suspects.TryRemove(said.Subtopic, out _);
        }
        else
        {
            _suspects[said.Subtopic] = (said, hosts.Elapsed);
        }
    }

    /// <summary>By what each subtopic is judged, with what is held against it.</summary>
    internal Func<SubtopicDocument, StoreTerms> Judged(SubtopicTerms terms) => IsQuiet ? terms.For : s => Of(s) is { } suspected
        ? terms.For(s) with { Suspected = suspected }
        : terms.For(s);

    /// <summary>Null: nothing is held against it. Until it could have been heard what another life has written holds.</summary>
    internal StoreSuspected? Of(SubtopicDocument document)
    {
        if (!_suspects.TryGetValue(document.Subtopic, out var heard))
        {
            return hosts.Elapsed > HeardMax ? null : Suspects.Remembered(document);
        }

        if (hosts.Elapsed - heard.At <= HeardMax)
        {
            return heard.Said;
        }

        _suspects.TryRemove(new(document.Subtopic, heard));
        return null;
    }
}

internal sealed class StoreSuspectedConsumer(SuspectsHeard suspects, PassTrigger passes) : IConsumer<StoreSuspected>
{
    public Task Consume(ConsumeContext<StoreSuspected> context)
    {
        suspects.Hear(context.Message);
        passes.Hurry();
        return Task.CompletedTask;
    }
}

/// <summary>Each replica hears it, again and again.</summary>
internal sealed class StoreSuspectedDefinition(Settings settings)
    : LiveEndpoint<StoreSuspectedConsumer>("store-manager.suspects", settings);
