using System.Numerics;
using Holdfast.Engine.Postgres.Db;

namespace Holdfast.Engine.Postgres.Catalog;

/// <summary>A sequence that gives a column its values.</summary>
/// <param name="Name">The sequence, in quotes.</param>
/// <param name="Table">The column's table.</param>
/// <param name="Column">The column.</param>
/// <param name="Next">The value that it gives next.</param>
/// <param name="Last">The farthest value of the rows that are there; null: there are none.</param>
/// <param name="IsBehind">Its next values are rows' values already: inserts of the application would be refused, or repeat them.</param>
public sealed record SequenceReport(string Name, string Table, string Column, string Next, string? Last, bool IsBehind);

/// <summary>
/// Sequences and identity columns of a database to which tasks write. Rows bring their values with them, and no sequence moves by that;
/// before an application inserts there, the sequences are moved past the rows.
/// </summary>
public static class PostgresSequences
{
    private const string Purpose = "sequences";

    /// <summary>Sequences of identity columns, of serial ones, and those that a default names.</summary>
    private const string Columns = """
        SELECT DISTINCT s.oid, format('%I.%I', sn.nspname, s.relname), tn.nspname, t.relname, a.attname, q.seqincrement,
            EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indkey[0] = a.attnum AND i.indpred IS NULL AND i.indisvalid)
        FROM (
            SELECT objid AS sequence, refobjid AS relation, refobjsubid AS number FROM pg_depend
            WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i') AND refobjsubid > 0
            UNION SELECT d.refobjid, f.adrelid, f.adnum FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid
            WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
        ) AS u JOIN pg_class s ON s.oid = u.sequence AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
            JOIN pg_sequence q ON q.seqrelid = s.oid JOIN pg_class t ON t.oid = u.relation JOIN pg_namespace tn ON tn.oid = t.relnamespace
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.number JOIN pg_type y ON y.oid = a.atttypid
        WHERE coalesce(nullif(y.typbasetype, 0), y.oid) IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
            AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND tn.nspname NOT IN ('pg_catalog', 'information_schema', 'holdfast')
        ORDER BY 3, 4, 5, 2
        """;

    /// <summary>Compares the sequences of the tables that a filter wants with their rows.</summary>
    /// <exception cref="SourceFaultException">The server is away, or refuses.</exception>
    public static Task<IReadOnlyList<SequenceReport>> Read(
        PostgresDatabase database, StreamFilter filter, CancellationToken cancel = default) =>
        Session.Alone(database, Purpose, session => Read(session, filter, isQuick: false, cancel), cancel);

    /// <summary>Moves those that are behind past the rows; may be repeated, and moves none back.</summary>
    /// <returns>The sequences afterwards.</returns>
    /// <exception cref="SourceFaultException">The server is away, or refuses: a sequence may end before the rows' values do.</exception>
    public static Task<IReadOnlyList<SequenceReport>> Advance(
        PostgresDatabase database, StreamFilter filter, CancellationToken cancel = default) =>
        Session.Alone(database, Purpose, async session =>
        {
            foreach (var behind in (await Read(session, filter, isQuick: false, cancel).ConfigureAwait(false)).Where(s => s.IsBehind))
            {
                // Looked at anew in the same statement: what has moved on meanwhile is not moved back.
                await session.Run($"SELECT setval($1::regclass, {behind.Last}) FROM {behind.Name} AS s, pg_sequence AS q"
                    + " WHERE q.seqrelid = $1::regclass AND (NOT s.is_called"
                    + $" OR CASE WHEN q.seqincrement > 0 THEN s.last_value < {behind.Last} ELSE s.last_value > {behind.Last} END)",
                    cancel, behind.Name).ConfigureAwait(false);
            }

            return await Read(session, filter, isQuick: false, cancel).ConfigureAwait(false);
        }, cancel);

    /// <param name="session">Of the role.</param>
    /// <param name="filter">The tables.</param>
    /// <param name="isQuick">Columns whose farthest value no index knows are left out.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<IReadOnlyList<SequenceReport>> Read(
        Session session, StreamFilter filter, bool isQuick, CancellationToken cancel)
    {
        var reports = new List<SequenceReport>();
        foreach (var row in await session.Rows(Columns, cancel).ConfigureAwait(false))
        {
            if (!filter.Wants(row[2]!, row[3]!) || isQuick && row[6] != "t")
            {
                continue;
            }

            var (table, column, isUp) = (Sql.Name(row[2]!, row[3]!), Sql.Name(row[4]!), !row[5]!.StartsWith('-'));
            var farthest = $"{(isUp ? "ceil(max" : "floor(min")}({column})::numeric)";
            var found = (await session.Rows($"SELECT s.last_value, s.is_called, (SELECT {farthest} FROM {table})::text FROM {row[1]} AS s",
                cancel).ConfigureAwait(false))[0];
            reports.Add(Of(row[1]!, $"{row[2]}.{row[3]}", row[4]!, BigInteger.Parse(found[0]!, CultureInfo.InvariantCulture),
                found[1] == "t", BigInteger.Parse(row[5]!, CultureInfo.InvariantCulture), found[2]));
        }

        return reports;
    }

    /// <summary>A sequence that has given nothing yet gives its first value next. Pure.</summary>
    internal static SequenceReport Of(
        string name, string table, string column, BigInteger last, bool isCalled, BigInteger increment, string? farthest)
    {
        var next = isCalled ? last + increment : last;
        var isBehind = farthest is not null && BigInteger.Parse(farthest, CultureInfo.InvariantCulture) is var value
            && (increment > 0 ? next <= value : next >= value);
        return new SequenceReport(name, table, column, next.ToString(CultureInfo.InvariantCulture), farthest, isBehind);
    }
}
