namespace Holdfast.Engine.Postgres.Capture;

/// <summary>The use of a slot, as far as the one who asks knows.</summary>
public enum SlotUse
{
    /// <summary>Keeps the past for readers that begin in it.</summary>
    Retainer,

    /// <summary>Is that of a reader that there is.</summary>
    Reader,

    /// <summary>Was that of a reader that was removed for good.</summary>
    Removed,

    /// <summary>Looks up a time, and ends by itself.</summary>
    Search,

    /// <summary>Is that of a reader of which nothing is known here: another installation may have it.</summary>
    Unknown,
}

/// <summary>A slot of this engine at a source.</summary>
/// <param name="Name">As the server has it.</param>
/// <param name="Use">Its use.</param>
/// <param name="Reader">The reader, where it is known.</param>
/// <param name="IsActive">Somebody reads by it.</param>
/// <param name="Status"><c>reserved</c>, <c>extended</c>, <c>unreserved</c> or <c>lost</c>.</param>
/// <param name="RetainedBytes">Bytes of the server's log that it keeps.</param>
/// <param name="SafeBytes">Bytes that may still be written before it is lost; null: there is no limit.</param>
public sealed record SlotReport(
    string Name, SlotUse Use, string? Reader, bool IsActive, string Status, long RetainedBytes, long? SafeBytes);

/// <summary>Finds the owner of a slot, whose name holds no more of its reader's than fits: the readers' names lead to it. Pure.</summary>
internal static class SlotOwner
{
    /// <summary>The use of each slot of a database.</summary>
    /// <param name="slots">As the server has them.</param>
    /// <param name="database">The database's number.</param>
    /// <param name="readers">Readers that there are.</param>
    /// <param name="removed">Readers that were removed for good; one that is among the others too was made anew.</param>
    internal static IReadOnlyList<SlotReport> Of(
        IEnumerable<SlotState> slots, uint database, IEnumerable<string> readers, IEnumerable<string> removed)
    {
        var owners = new Dictionary<string, (SlotUse, string?)>(StringComparer.Ordinal);
        foreach (var (use, names) in new[] { (SlotUse.Removed, removed), (SlotUse.Reader, readers) })
        {
            foreach (var name in names)
            {
                owners[CaptureNames.Slot(database, name)] = (use, name);
            }
        }

        owners[CaptureNames.Retainer(database)] = (SlotUse.Retainer, null);
        return [.. slots.Select(s =>
            Of(s, s.IsTemporary ? (SlotUse.Search, null) : owners.GetValueOrDefault(s.Name, (SlotUse.Unknown, null))))];
    }

    private static SlotReport Of(SlotState slot, (SlotUse Use, string? Reader) owner) =>
        new(slot.Name, owner.Use, owner.Reader, slot.IsActive, slot.Status, slot.Retained, slot.Safe);
}
