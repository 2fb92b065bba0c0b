namespace Holdfast.Engine.MySql.Events;

/// <summary>Kinds of events, by the numbers of MySQL and MariaDB.</summary>
internal enum EventKind : byte
{
    Query = 2,
    Stop = 3,
    Rotate = 4,
    IntVar = 5,
    Rand = 13,
    UserVar = 14,
    FormatDescription = 15,
    Xid = 16,
    BeginLoadQuery = 17,
    ExecuteLoadQuery = 18,
    TableMap = 19,
    WriteRows1 = 23,
    UpdateRows1 = 24,
    DeleteRows1 = 25,
    Incident = 26,
    Heartbeat = 27,
    RowsQuery = 29,
    WriteRows2 = 30,
    UpdateRows2 = 31,
    DeleteRows2 = 32,
    Gtid = 33,
    AnonymousGtid = 34,
    PreviousGtids = 35,
    TransactionContext = 36,
    ViewChange = 37,
    XaPrepare = 38,
    PartialUpdateRows = 39,
    TransactionPayload = 40,
    Heartbeat2 = 41,
    TaggedGtid = 42,
    Annotate = 160,
    BinlogCheckpoint = 161,
    MariaGtid = 162,
    MariaGtidList = 163,
    StartEncryption = 164,
    CompressedQuery = 165,
    CompressedWriteRows1 = 166,
    CompressedUpdateRows1 = 167,
    CompressedDeleteRows1 = 168,
    CompressedWriteRows2 = 169,
    CompressedUpdateRows2 = 170,
    CompressedDeleteRows2 = 171,
}

/// <summary>The kinds that are understood.</summary>
internal static class EventKinds
{
    /// <summary>Nothing is known of an event, and its writer does not say that it may be passed over.</summary>
    internal static bool IsUnknown(BinlogEvent happened) => !happened.IsIgnorable && happened.Kind is not (EventKind.Stop
        or EventKind.Heartbeat or EventKind.Heartbeat2 or EventKind.RowsQuery or EventKind.PreviousGtids or EventKind.Annotate
        or EventKind.BinlogCheckpoint or EventKind.MariaGtidList or EventKind.StartEncryption or EventKind.TransactionContext
        or EventKind.ViewChange or EventKind.Xid or EventKind.TableMap or EventKind.Query or EventKind.CompressedQuery
        or EventKind.IntVar or EventKind.Rand or EventKind.UserVar or EventKind.TransactionPayload or EventKind.XaPrepare
        or (>= EventKind.WriteRows1 and <= EventKind.DeleteRows1) or (>= EventKind.WriteRows2 and <= EventKind.DeleteRows2)
        or (>= EventKind.CompressedWriteRows1 and <= EventKind.CompressedDeleteRows2));
}
