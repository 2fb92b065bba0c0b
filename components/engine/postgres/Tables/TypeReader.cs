using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Values;

namespace Holdfast.Engine.Postgres.Tables;

/// <summary>Reads types by their numbers, which differ from server to server.</summary>
internal static class TypeReader
{
    private const string Query = """
        WITH RECURSIVE wanted AS (
            SELECT oid, typbasetype, typelem, typcategory FROM pg_type WHERE oid = ANY($1::bigint[]::oid[])
            UNION SELECT t.oid, t.typbasetype, t.typelem, t.typcategory FROM pg_type t JOIN wanted w
                ON t.oid = w.typbasetype OR w.typcategory = 'A' AND t.oid = w.typelem)
        SELECT t.oid, format_type(t.oid, -1), t.typname, n.nspname = 'pg_catalog', t.typtype, t.typbasetype,
            CASE WHEN t.typcategory = 'A' AND t.typlen = -1 AND t.typdelim = ',' THEN t.typelem ELSE 0 END
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid IN (SELECT oid FROM wanted)
        """;

    /// <summary>The types, and those behind them; one that is gone is not there.</summary>
    internal static async Task<Dictionary<uint, PgType>> Read(Session session, IEnumerable<uint> oids, CancellationToken cancel)
    {
        var rows = await session.Rows(Query, cancel, oids.Distinct().Select(o => (long)o).ToArray()).ConfigureAwait(false);
        return Made(rows.ToDictionary(r => Oid(r[0]), r => r));
    }

    private static Dictionary<uint, PgType> Made(Dictionary<uint, string?[]> rows)
    {
        var made = new Dictionary<uint, PgType>();
        foreach (var oid in rows.Keys)
        {
            Make(oid);
        }

        return made;

        PgType? Make(uint oid)
        {
            if (made.TryGetValue(oid, out var known) || !rows.TryGetValue(oid, out var row))
            {
                return known;
            }

            var (name, type) = (row[1]!, row[4]![0]);
            // A domain's values are those of its base; the cast to the domain checks its rule.
            var made1 = type == 'd' && Make(Oid(row[5])) is { } below
                ? below with { Oid = oid, Name = name }
                : PgType.Of(oid, name, row[2]!, row[3] == "t", type, Oid(row[6]) is > 0 and var element ? Make(element) : null);
            return made[oid] = made1;
        }
    }

    internal static uint Oid(string? text) => uint.Parse(text!, CultureInfo.InvariantCulture);
}
