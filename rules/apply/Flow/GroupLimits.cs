namespace Holdfast.Rules.Apply.Flow;

/// <summary>Limits at which a group, or a statement in it, is full.</summary>
/// <param name="Rows">The most rows.</param>
/// <param name="Bytes">The most bytes of rows.</param>
/// <param name="Wait">The first of its transactions has waited so long.</param>
public sealed record GroupLimits(int Rows, long Bytes, TimeSpan Wait)
{
    /// <summary>1,000 rows, 4 MiB, 50 ms.</summary>
    public static readonly GroupLimits Default = new(1000, 4 << 20, TimeSpan.FromMilliseconds(50));

    /// <summary>
    /// A lane is to begin with what has come. It waits for more only while more is at hand: a source that is read as fast as it
    /// writes costs no transaction a wait.
    /// </summary>
    internal bool IsDue(int rows, long bytes, TimeSpan waited, bool isMoreAtHand) =>
        rows >= Rows || bytes >= Bytes || waited >= Wait || !isMoreAtHand;

    /// <summary>Another transaction still goes into a group; the first one always does.</summary>
    internal bool HasRoom(int rows, long bytes, int moreRows, long moreBytes) =>
        rows + bytes == 0 || rows + moreRows <= Rows && bytes + moreBytes <= Bytes;
}
