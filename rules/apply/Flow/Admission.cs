namespace Holdfast.Rules.Apply.Flow;

/// <summary>Times at which a transaction that has come may be planned.</summary>
internal enum Admit
{
    /// <summary>Now.</summary>
    Now,

    /// <summary>Once some of what is under way is done.</summary>
    WhenThereIsRoom,

    /// <summary>Once all of it is done, and nothing else until it is done itself.</summary>
    Alone,
}

/// <summary>Bounds what is under way.</summary>
/// <param name="Transactions">Each done-set at the sink has no more entries than this.</param>
/// <param name="Bytes">Of the transactions that are held; one that is larger goes alone.</param>
public sealed record Window(int Transactions, long Bytes)
{
    /// <summary>
    /// 2,000 transactions; 16 MiB, of which each of eight lanes has a group at hand and more behind it. What is held costs the process
    /// several times its bytes, until the next collection.
    /// </summary>
    public static readonly Window Default = new(2000, 16 << 20);

    /// <summary>Decides on the next transaction of the stream.</summary>
    /// <param name="part">It, or its first part.</param>
    /// <param name="underWay">Transactions above the low position.</param>
    /// <param name="bytes">Bytes that are held.</param>
    internal Admit Admits(TransactionPart part, int underWay, long bytes) =>
        !part.IsWhole || part.Ddl is not null ? Admit.Alone
        : underWay >= Transactions || bytes > 0 && bytes + part.Changes.Length > Bytes ? Admit.WhenThereIsRoom
        : Admit.Now;
}
