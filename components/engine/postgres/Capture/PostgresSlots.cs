using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engine.Postgres.Capture;

/// <summary>
/// The slots that this engine has made at a source: the server keeps its log for each of them until it is dropped, also when nobody
/// comes back for it.
/// </summary>
public static class PostgresSlots
{
    private const string Purpose = "slots";

    /// <summary>All of the database, with their readers.</summary>
    /// <param name="database">The database.</param>
    /// <param name="readers">Readers that there are.</param>
    /// <param name="removed">Readers that were removed for good.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="SourceFaultException">The server is away, or refuses.</exception>
    public static Task<IReadOnlyList<SlotReport>> List(
        PostgresDatabase database, IReadOnlyList<string> readers, IReadOnlyList<string> removed, CancellationToken cancel = default) =>
        Session.Alone(database, Purpose, async session => SlotOwner.Of(await SlotState.ReadAll(session, cancel).ConfigureAwait(false),
            await CaptureChecks.DatabaseOid(session, cancel).ConfigureAwait(false), readers, removed), cancel);

    /// <summary>
    /// Drops the slots of readers that do not come back, those by which nobody reads just now. With the last reader's goes the one that
    /// keeps the past: nobody would move it on any more.
    /// </summary>
    /// <returns>The names of what was dropped.</returns>
    /// <exception cref="SourceFaultException">The server is away, or refuses.</exception>
    public static Task<IReadOnlyList<string>> Forget(
        PostgresDatabase database, IReadOnlyCollection<string> readers, CancellationToken cancel = default) =>
        Session.Alone<IReadOnlyList<string>>(database, Purpose, async session =>
        {
            var oid = await CaptureChecks.DatabaseOid(session, cancel).ConfigureAwait(false);
            var dropped = new List<string>();
            await Locked(session, cancel).ConfigureAwait(false);
            foreach (var name in readers.Select(r => CaptureNames.Slot(oid, r)))
            {
                dropped.AddRange(await Drop(session, name, "NOT active", cancel).ConfigureAwait(false));
            }

            if (dropped.Count > 0)
            {
                dropped.AddRange(await DropRetainer(session, oid, cancel).ConfigureAwait(false));
            }

            return dropped;
        }, cancel);

    /// <summary>Drops one slot by its name: a person has decided it.</summary>
    /// <returns>Null when it was dropped; else why not.</returns>
    /// <exception cref="SourceFaultException">The server is away, or refuses.</exception>
    public static Task<SourceFault?> Drop(PostgresDatabase database, string name, CancellationToken cancel = default) =>
        Session.Alone(database, Purpose, async session =>
        {
            var oid = await CaptureChecks.DatabaseOid(session, cancel).ConfigureAwait(false);
            await Locked(session, cancel).ConfigureAwait(false);
            var dropped = name == CaptureNames.Retainer(oid)
                ? await DropRetainer(session, oid, cancel).ConfigureAwait(false)
                : await Drop(session, name, "NOT active", cancel).ConfigureAwait(false);
            if (dropped.Count > 0)
            {
                return null;
            }

            return await SlotState.Read(session, name, cancel).ConfigureAwait(false) switch
            {
                null => CaptureFaults.NoSlot(database, name),
                // Of whomever it is: no reader of this engine has such a name.
                _ when !name.StartsWith(CaptureNames.Slots, StringComparison.Ordinal) => CaptureFaults.NoSlot(database, name),
                { IsActive: true } => CaptureFaults.InUse(name, "somebody reads by it now"),
                _ => CaptureFaults.InUse(name, "it keeps the past for readers that have slots of their own"),
            };
        }, cancel);

    private static Task<int> Locked(Session session, CancellationToken cancel) =>
        session.Run("SELECT pg_advisory_lock($1)", cancel, AdvisoryLock.Of(PostgresCapture.Lock));

    /// <summary>While another one has a slot here, of whichever installation, it is needed.</summary>
    private static Task<List<string>> DropRetainer(Session session, uint oid, CancellationToken cancel)
    {
        var name = CaptureNames.Retainer(oid);
        return Drop(session, name, $"NOT active AND NOT EXISTS (SELECT 1 FROM pg_replication_slots o WHERE o.slot_name LIKE"
            + $" {Sql.Text(name.Replace("_", "\\_", StringComparison.Ordinal) + "\\_%")})", cancel);
    }

    /// <summary>One that somebody has taken meanwhile is left alone.</summary>
    private static async Task<List<string>> Drop(Session session, string name, string only, CancellationToken cancel)
    {
        try
        {
            return [.. (await session.Rows("SELECT slot_name, pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                + $" WHERE slot_name = $1 AND database = current_database() AND slot_name LIKE 'holdfast\\_%' AND {only}", cancel, name)
                .ConfigureAwait(false)).Select(r => r[0]!)];
        }
        catch (Npgsql.PostgresException error) when (error.SqlState == Failure.ObjectInUse)
        {
            return [];
        }
    }
}
