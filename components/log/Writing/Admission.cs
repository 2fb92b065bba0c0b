using Holdfast.Engine;
using Holdfast.Engine.Transactions;

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

    /// <summary>Something is missing before it.</summary>
    Refuse,
}

/// <summary>
/// Decides by positions alone. A source that is read again sends again what no confirmation let it drop. A part that is not beyond the last
/// complete transaction is a duplicate, and a transaction of which only a part came begins again.
/// </summary>
internal static class Admission
{
    /// <param name="part">The part that came.</param>
    /// <param name="last">Position of the last complete transaction.</param>
    /// <param name="unfinished">Position of the transaction of which parts are here; null: there is none.</param>
    internal static (Admitted Verdict, string Why) Of(TransactionPart part, Position last, Position? unfinished)
    {
        if (part.Position <= last)
        {
            return (Admitted.Drop, "");
        }

        if (part.IsFirst)
        {
            return unfinished is { } other && other != part.Position
                ? (Admitted.Refuse, $"comes before the last part of transaction {other}")
                : (Admitted.Begin, "");
        }

        return unfinished == part.Position ? (Admitted.Continue, "") : (Admitted.Refuse, "comes without those before it");
    }
}
