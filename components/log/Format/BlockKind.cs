namespace Holdfast.Log.Format;

/// <summary>Kinds of block.</summary>
public enum BlockKind : byte
{
    /// <summary>
    /// Whole transactions, or the end of one whose beginning stands in the continued blocks before it. With a count of 0: nothing
    /// was committed up to its last position but what stands before it.
    /// </summary>
    Data = 1,

    /// <summary>One table's schema, before the first row of it in this segment.</summary>
    Schema = 2,

    /// <summary>Parts of one transaction whose end stands in the next data block.</summary>
    Continued = 3,

    /// <summary>The index of a segment that is closed; the last block of it, and never shown to a reader.</summary>
    Footer = 255,
}

/// <summary>Compression of a block's payload.</summary>
public enum Compression : byte
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>One LZ4 block.</summary>
    Lz4 = 1,
}
