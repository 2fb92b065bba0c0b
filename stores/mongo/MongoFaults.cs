namespace Holdfast.Stores.Mongo;

/// <summary>Kinds of failed command: what it leaves behind, and whether it is worth another try.</summary>
internal enum CommandFault
{
    /// <summary>It will fail again: a rule is broken, a right is missing, a document is too large.</summary>
    Final,

    /// <summary>It may go well next time, and this time nothing was written.</summary>
    NotWritten,

    /// <summary>It may go well next time; whether it took effect this time, nobody has said.</summary>
    Doubtful,
}

/// <summary>
/// Judges by the labels that server and driver put on an error, then by its kind; pure. The driver has tried twice by itself where the
/// server knows a write again, and throws the error that says most: one with NoWritesPerformed only when neither try wrote anything.
/// </summary>
internal static class MongoFaults
{
    /// <summary>The label that the server since 6.1 puts on what it refused before it began.</summary>
    internal const string NoWritesPerformed = "NoWritesPerformed";

    /// <summary>A network error, a primary that steps down or shuts down, a majority that is late: since 4.4 from the server.</summary>
    internal const string RetryableWrite = "RetryableWriteError";

    /// <summary>The transaction has ended without effect.</summary>
    internal const string TransientTransaction = "TransientTransactionError";

    internal const string UnknownCommit = "UnknownTransactionCommitResult";

    internal static CommandFault Of(Exception error) => error switch
    {
        // A connection that cannot be used for want of a right is no lost connection.
        MongoAuthenticationException => CommandFault.Final,
        MongoException e when e.HasErrorLabel(UnknownCommit) => CommandFault.Doubtful,
        MongoException e when e.HasErrorLabel(NoWritesPerformed) && (e.HasErrorLabel(RetryableWrite) || IsPassing(e)) =>
            CommandFault.NotWritten,
        MongoException e when e.HasErrorLabel(TransientTransaction) => CommandFault.NotWritten,
        MongoException e when e.HasErrorLabel(RetryableWrite) || IsPassing(e) => CommandFault.Doubtful,
        TimeoutException => CommandFault.Doubtful,
        _ => CommandFault.Final,
    };

    /// <summary>
    /// Kinds that carry no label from an old server or from the driver: lost, refused or late connections, a primary that is none any
    /// more, a majority that is late. A single write and a bulk tell of a late majority beside what they wrote.
    /// </summary>
    private static bool IsPassing(MongoException error) => error switch
    {
        MongoConnectionException or MongoConnectionPoolPausedException or MongoNotPrimaryException or MongoNodeIsRecoveringException
            or MongoWriteConcernException or MongoExecutionTimeoutException => true,
        MongoWriteException { WriteError: null, WriteConcernError: not null } => true,
        MongoBulkWriteException { WriteErrors.Count: 0, WriteConcernError: not null } => true,
        _ => false,
    };
}
