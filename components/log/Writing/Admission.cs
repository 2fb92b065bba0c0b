using Holdfast.Engine.Transactions;
using Holdfast.Log.Contract;
using Holdfast.Log.Format;

namespace Holdfast.Log.Writing;

/// <summary>Verdicts on a part of a transaction.</summary>
internal enum Admitted
{
    /// <summary>It is here already.</summary>
    Drop,

    /// <summary>It is a whole transaction, or the first part of one.</summary>
    Begin,

    /// <summary>It goes on where the part before ended.</summary>
    Continue,

    /// <summary>Something is missing before it, or it is too large.</summary>
    Refuse,
}

/// <summary>
/// Decides by positions, and by what a block can hold. A source that is read again sends again what no confirmation let it drop. A part
/// that is not beyond the last complete transaction is a duplicate, and a transaction of which only a part came begins again.
/// </summary>
internal static class Admission
{
    private const int PartMax = BlockHeader.PayloadMax / 2;

    /// <param name="part">The part that came.</param>
    /// <param name="last">Position of the last complete transaction.</param>
    /// <param name="unfinished">Position of the transaction of which parts are here; null: there is none.</param>
    /// <returns>The verdict, with the fault where it is refused.</returns>
    internal static (Admitted Verdict, LogFault? Refusal) Of(TransactionPart part, Position last, Position? unfinished)
    {
        if (part.Position <= last)
        {
            return (Admitted.Drop, null);
        }

        if (part.IsFirst && unfinished is { } other && other != part.Position)
        {
            return (Admitted.Refuse, Faults.OutOfOrder(part.Position, $"comes before the last part of transaction {other}"));
        }

        if (!part.IsFirst && unfinished != part.Position)
        {
            return (Admitted.Refuse, Faults.OutOfOrder(part.Position, "comes without those before it"));
        }

        return part.Changes.Length > PartMax
            ? (Admitted.Refuse, Faults.Unreadable(
                part.Position, $"a part of it has {part.Changes.Length} bytes, {PartMax} are the most"))
            : (part.IsFirst ? Admitted.Begin : Admitted.Continue, null);
    }
}
