using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;

namespace Holdfast.Engine.Postgres.Capture;

/// <summary>
/// Installs and removes what captures a database's changes: the publication <c>holdfast</c>, which names each table, and a replication slot
/// that keeps the log for readers that begin in the past.
/// </summary>
public static class PostgresCapture
{
    /// <summary>Name of the lock under which a capture is made and taken away.</summary>
    internal const string Lock = "capture";

    private const string Purpose = "capture";

    /// <summary>
    /// Captures the tables of a filter from now on; may be repeated. A table that says nothing of a row before a change is made to say
    /// all of it, since its updates would fail once it is published.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="filter">The tables; those of earlier calls stay captured, for other Stores may read them.</param>
    /// <param name="known">Id of the source that somebody has a log of: another database stays untouched. Null: nobody has a log.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="SourceFaultException">Something cannot be captured, or is missing.</exception>
    public static Task Install(PostgresDatabase database, StreamFilter filter, string? known, CancellationToken cancel = default) =>
        Install(database, filter, known, null, cancel);

    /// <summary>Installs as the other does; and from now on the log is kept for a reader that comes.</summary>
    /// <param name="database">The database.</param>
    /// <param name="filter">The tables.</param>
    /// <param name="known">Id of the source that somebody has a log of.</param>
    /// <param name="reader">The reader that comes; null: none. The last one that goes drops the kept log, if no other has a slot.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="SourceFaultException">Something cannot be captured, or is missing.</exception>
    public static Task Install(
        PostgresDatabase database, StreamFilter filter, string? known, string? reader, CancellationToken cancel = default) =>
        Session.Alone(database, Purpose, async session =>
        {
            if (await CaptureChecks.Server(session, database, cancel).ConfigureAwait(false) is [var fault, ..])
            {
                throw new SourceFaultException(fault);
            }

            var found = await ServerIdentity.Read(session, cancel).ConfigureAwait(false);
            if (known is not null && known != found.SystemId)
            {
                throw new SourceFaultException(CaptureFaults.Other(database, known, found.SystemId));
            }

            await session.Run("SELECT pg_advisory_lock($1)", cancel, AdvisoryLock.Of(Lock)).ConfigureAwait(false);
            // A statement that waits for a table makes all others wait behind it: it is tried again instead.
            await session.Run("SET lock_timeout = '5s'", cancel).ConfigureAwait(false);
            await Publish(session, filter, cancel).ConfigureAwait(false);
            await DdlCapture.Install(session, filter, cancel).ConfigureAwait(false);
            await Keep(session, database, found, cancel).ConfigureAwait(false);
            if (reader is not null)
            {
                await Greet(session, database, found, reader, cancel).ConfigureAwait(false);
            }

            return true;
        }, cancel);

    /// <summary>Takes everything away again, with the slots of all readers. The sink's tables stay.</summary>
    public static Task Remove(PostgresDatabase database, CancellationToken cancel = default) => Session.Alone(
        database, Purpose, async session =>
        {
            foreach (var slot in await SlotState.ReadAll(session, cancel).ConfigureAwait(false))
            {
                await session.Run("SELECT pg_drop_replication_slot($1)", cancel, slot.Name).ConfigureAwait(false);
            }

            await DdlCapture.Remove(session, cancel).ConfigureAwait(false);
            await session.Run($"DROP PUBLICATION IF EXISTS {CaptureNames.Publication}", cancel).ConfigureAwait(false);
            return true;
        }, cancel);

    /// <summary>Each table by its name: a publication for all tables would take in new ones, whose updates may then fail.</summary>
    private static async Task Publish(Session session, StreamFilter filter, CancellationToken cancel)
    {
        var tables = await TableReader.Read(session, filter, cancel).ConfigureAwait(false);
        if (tables.Select(CaptureChecks.Of).FirstOrDefault(f => f is not null) is { } fault)
        {
            throw new SourceFaultException(fault);
        }

        var published = await CaptureChecks.Published(session, cancel).ConfigureAwait(false);
        var missing = tables.Where(t => !published.Contains(t.Oid)).ToList();
        var isThere = await CaptureChecks.IsPublication(session, cancel).ConfigureAwait(false);
        if (isThere && missing.Count == 0)
        {
            return;
        }

        await using var transaction = await session.Connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await DdlCapture.Own(session, cancel).ConfigureAwait(false);
        foreach (var table in missing.Where(t => !t.HasIdentity))
        {
            await session.Run($"ALTER TABLE {Name(table)} REPLICA IDENTITY FULL", cancel).ConfigureAwait(false);
        }

        if (!isThere)
        {
            await session.Run($"CREATE PUBLICATION {CaptureNames.Publication} WITH (publish_via_partition_root = true)", cancel)
                .ConfigureAwait(false);
        }

        if (missing.Count > 0)
        {
            await session.Run($"ALTER PUBLICATION {CaptureNames.Publication} ADD TABLE {Sql.List(missing, Name)}", cancel)
                .ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes the slot that keeps the log, after the publication: a slot decodes with the catalog as it was, and would not find one that
    /// came later.
    /// </summary>
    private static async Task Keep(Session session, PostgresDatabase database, ServerIdentity server, CancellationToken cancel)
    {
        var name = CaptureNames.Retainer(server.DatabaseOid);
        var slot = await SlotState.Read(session, name, cancel).ConfigureAwait(false);
        if (slot is { IsLost: false })
        {
            await FailoverSlots.Make(session, database, slot, cancel).ConfigureAwait(false);
            return;
        }

        if (slot is not null)
        {
            await session.Run("SELECT pg_drop_replication_slot($1)", cancel, name).ConfigureAwait(false);
        }
        else if (await CaptureChecks.Room(session, database, cancel).ConfigureAwait(false) is { } fault)
        {
            throw new SourceFaultException(fault);
        }

        // It waits for the end of all transactions that run now; one that never ends is told after a minute.
        await session.Run("SET statement_timeout = '60s'", cancel).ConfigureAwait(false);
        await session.Run($"SELECT pg_create_logical_replication_slot($1, 'pgoutput'{FailoverSlots.Created(session)})", cancel, name)
            .ConfigureAwait(false);
        // The first transaction in it says since when it keeps what is committed.
        await session.Run("SELECT pg_logical_emit_message(true, $1, '')", cancel, CaptureNames.Beat).ConfigureAwait(false);
    }

    /// <summary>Gives a reader that has none a slot that begins where the one that keeps the past does.</summary>
    private static async Task Greet(
        Session session, PostgresDatabase database, ServerIdentity server, string reader, CancellationToken cancel)
    {
        var name = CaptureNames.Slot(server.DatabaseOid, reader);
        if (await SlotState.Read(session, name, cancel).ConfigureAwait(false) is null)
        {
            await FailoverSlots.Copy(session, database, CaptureNames.Retainer(server.DatabaseOid), name, cancel).ConfigureAwait(false);
        }
    }

    private static string Name(TableShape table) => Sql.Name(table.Schema.Schema, table.Schema.Name);
}
