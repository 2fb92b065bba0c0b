namespace Holdfast.Rules.StoreManager;

/// <summary>The scheduler's word on a subtopic whose Stores may have felled hosts, and what follows from it. Pure.</summary>
internal static class Suspects
{
    /// <summary>Nobody makes a Store of it now, whoever wants one.</summary>
    internal static bool Blocks(StoreSuspected? said) => said is { Standing: SuspectStanding.Waits or SuspectStanding.Held };

    /// <summary>The decision as it is while the subtopic is suspect: what runs goes on, and nothing new is made.</summary>
    internal static StoreDecision Held(StoreDecision free, SubtopicView view, StoreSuspected? said) =>
        said is { } suspected && Blocks(said) && (free is Create || (!view.HasRunning && view.Document.Tasks.Count > 0))
            ? new Hold(view.Document, suspected.Standing == SuspectStanding.Held ? StoreReason.SuspectHeld : StoreReason.SuspectWaits,
                suspected.Because)
            : free;

    /// <summary>The word that a manager that has just started knows from its former life's documents.</summary>
    internal static StoreSuspected? Remembered(SubtopicDocument document) =>
        document.Stores.Where(s => s.IsHeldBack).ToList() is { Count: > 0 } heldBack
            ? new StoreSuspected
            {
                Subtopic = document.Subtopic,
                Region = document.Region,
                Standing = SuspectStanding.Waits,
                Hosts = [.. heldBack.Select(s => s.Host)],
                Because = "the scheduler had said so before the store manager started, and has not been heard since",
                At = heldBack[0].PlacedAt,
            }
            : null;

    /// <summary>The document with each Store told as it may run; the same instance when nothing changes.</summary>
    internal static SubtopicDocument Told(SubtopicDocument document, StoreSuspected? said)
    {
        bool IsHeldBack(Store store) => said?.Hosts.Contains(store.Host, StringComparer.Ordinal) == true;
        return document.Stores.All(s => s.IsHeldBack == IsHeldBack(s))
            ? document
            : document with { Stores = [.. document.Stores.Select(s => s with { IsHeldBack = IsHeldBack(s) })] };
    }
}
