using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;
using Holdfast.Engine.Progress;

namespace Holdfast.Engine.Postgres.Sink;

/// <summary>The sink's own tables, in a schema of their own.</summary>
internal static class SinkSchema
{
    internal const string Fence = $"{TableReader.Own}.hf_fence";
    internal const string Lane = $"{TableReader.Own}.hf_lane";
    internal const string Source = $"{TableReader.Own}.hf_source";
    internal const string Skipped = $"{TableReader.Own}.hf_skipped";
    internal const string Ddl = $"{TableReader.Own}.hf_ddl";

    /// <summary>The columns of a lane's row after its name, in the order in which <see cref="Read"/> takes them.</summary>
    internal const string LaneColumns = "l.count, l.epoch, l.low_major, l.low_minor, l.source_time, encode(l.done, 'hex')";

    private static readonly string[] Statements =
    [
        $"CREATE TABLE IF NOT EXISTS {Fence}(task text PRIMARY KEY, epoch bigint NOT NULL)",
        // Each transaction writes the row anew: room in its page keeps the update off the index.
        $"CREATE TABLE IF NOT EXISTS {Lane}(task text NOT NULL, lane int NOT NULL, epoch bigint NOT NULL, count bigint NOT NULL,"
            + " low_major bigint NOT NULL, low_minor bigint NOT NULL, source_time bigint NOT NULL, done bytea NOT NULL,"
            + " PRIMARY KEY(task, lane)) WITH (fillfactor = 20)",
        $"CREATE TABLE IF NOT EXISTS {Source}(task text PRIMARY KEY, kind text NOT NULL, system_id text NOT NULL)",
        $"CREATE TABLE IF NOT EXISTS {Skipped}(task text NOT NULL, ticket text NOT NULL, position text NOT NULL, table_name text NOT NULL,"
            + " row_key text NOT NULL, code text NOT NULL, why text NOT NULL, time bigint NOT NULL, PRIMARY KEY(task, ticket))",
        $"CREATE TABLE IF NOT EXISTS {Ddl}(task text NOT NULL, ticket text NOT NULL, position text NOT NULL, statement text NOT NULL,"
            + " outcome text NOT NULL, run text NOT NULL, epoch bigint NOT NULL, time bigint NOT NULL, PRIMARY KEY(task, ticket))",
    ];

    /// <summary>Makes what is not there; a role that may not make anything finds what somebody else has made.</summary>
    internal static async Task Install(Session session, CancellationToken cancel)
    {
        var found = await session.One($"SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1"
            + " AND c.relname IN ('hf_fence', 'hf_lane', 'hf_source', 'hf_skipped', 'hf_ddl')", cancel, TableReader.Own)
            .ConfigureAwait(false);
        if (found == Statements.Length.ToString(CultureInfo.InvariantCulture))
        {
            return;
        }

        await using var transaction = await session.Connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await session.Run("SELECT pg_advisory_xact_lock($1)", cancel, AdvisoryLock.Of("schema")).ConfigureAwait(false);
        if (await session.One("SELECT 1 FROM pg_namespace WHERE nspname = $1", cancel, TableReader.Own).ConfigureAwait(false) is null)
        {
            await session.Run($"CREATE SCHEMA {TableReader.Own}", cancel).ConfigureAwait(false);
        }

        foreach (var statement in Statements)
        {
            await session.Run(statement, cancel).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Shared by a task's lanes for each transaction, and alone by a takeover.</summary>
    internal static long FenceLock(string task) => AdvisoryLock.Of("fence", task);

    /// <summary>
    /// The lock of one lane's transactions: the next one begins when the one before has ended, also one whose answer was lost.
    /// </summary>
    internal static long LaneLock(string task, int lane) => AdvisoryLock.Of("lane", task, lane.ToString(CultureInfo.InvariantCulture));

    /// <summary>The rows of all lanes of a task.</summary>
    internal static async Task<IReadOnlyList<CountedRow>> Lanes(Session session, string task, CancellationToken cancel) =>
        [.. (await session.Rows($"SELECT {LaneColumns} FROM {Lane} l WHERE l.task = $1", cancel, task).ConfigureAwait(false))
            .Select(r => Read(r, 0))];

    internal static async Task<SourceName?> SourceOf(Session session, string task, CancellationToken cancel) =>
        await session.Rows($"SELECT kind, system_id FROM {Source} WHERE task = $1", cancel, task).ConfigureAwait(false)
            is [[{ } kind, { } system]] ? new SourceName(kind, system) : null;

    internal static async Task<long?> Epoch(Session session, string task, CancellationToken cancel) =>
        await session.One($"SELECT epoch FROM {Fence} WHERE task = $1", cancel, task).ConfigureAwait(false) is { } epoch
            ? Number(epoch) : null;

    /// <summary>Numbers are signed there: the bits are kept, and compared only here.</summary>
    internal static CountedRow Read(string?[] row, int first) => new(
        Number(row[first]),
        new LaneRow(
            new Position((ulong)Number(row[first + 2]), (ulong)Number(row[first + 3])),
            CountedRow.ReadDone(Convert.FromHexString(row[first + 5]!)),
            Number(row[first + 4]),
            Number(row[first + 1])));

    internal static long Number(string? text) => long.Parse(text!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
