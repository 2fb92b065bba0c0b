using Holdfast.Engine.Postgres.Capture;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>Decides by which slot a reader goes on after a position. Pure.</summary>
internal static class SlotRule
{
    /// <summary>A slot, or why there is none.</summary>
    /// <param name="MayUseOwn">The reader's own slot still has what follows.</param>
    /// <param name="Fault">Neither has it.</param>
    internal readonly record struct Choice(bool MayUseOwn, SourceFault? Fault);

    /// <param name="after">The position from which the reader goes on.</param>
    /// <param name="own">Its slot; null: it has none yet.</param>
    /// <param name="retainer">The slot that keeps the past; null: it is gone.</param>
    /// <param name="timeline">The server's history.</param>
    internal static Choice Of(Position after, SlotState? own, SlotState? retainer, ulong timeline)
    {
        if (own?.Oldest <= after.Minor)
        {
            return new Choice(true, null);
        }

        if (retainer?.Oldest <= after.Minor)
        {
            return new Choice(false, null);
        }

        if (own is { IsLost: true } || retainer is { IsLost: true })
        {
            var lost = own is { IsLost: true } ? own : retainer!;
            return new Choice(false, CaptureFaults.Lost(
                lost.Name, $"position {after} is not kept any more{(lost.Reason is { } why ? $" ({why})" : "")}"));
        }

        ulong?[] known = [own?.Oldest, retainer?.Oldest];
        return new Choice(false, CaptureFaults.Pruned(
            after, known.Min() is { } oldest ? new Position(timeline, oldest).ToString() : "nowhere: slots were dropped"));
    }
}
