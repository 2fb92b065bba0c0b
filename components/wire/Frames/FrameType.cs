namespace Holdfast.StoreWire.Frames;

/// <summary>
/// The frames of the Store protocol. The number is the frame's first byte behind its length: it never changes its meaning.
/// </summary>
public enum FrameType : byte
{
    /// <summary>Consumer: version and ticket. The first frame of a connection.</summary>
    Hello = 1,

    /// <summary>Store: who its source is, and what it can serve.</summary>
    Welcome = 2,

    /// <summary>Consumer: from where, filtered how, with how much credit.</summary>
    Open = 3,

    /// <summary>Store: where the stream starts.</summary>
    Opened = 4,

    /// <summary>Store: a code, a sentence and what can be served. The connection ends.</summary>
    Refused = 5,

    /// <summary>Store: a block, as it stands in the log.</summary>
    Block = 6,

    /// <summary>Store: nothing is committed up to a position but what was sent.</summary>
    Alive = 7,

    /// <summary>Consumer: so many more bytes of blocks may be sent.</summary>
    Credit = 8,

    /// <summary>Consumer: what it has applied; the Store's report and its retention go by it.</summary>
    Report = 9,

    /// <summary>Either: the stream ends in good order.</summary>
    Close = 10,
}
