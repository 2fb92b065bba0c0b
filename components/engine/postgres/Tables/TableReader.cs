using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Values;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Tables;

/// <summary>Reads tables out of the server's catalog.</summary>
internal static class TableReader
{
    /// <summary>The schema of this engine's own tables.</summary>
    internal const string Own = "holdfast";

    private const string Relations = """
        SELECT c.oid, n.nspname, c.relname, c.relreplident, c.relpersistence,
            EXISTS(SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid = c.oid AND f.conrelid <> c.oid), c.relhasrules
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'holdfast')
            AND c.relpersistence <> 't'
        """;

    private const string Attributes = """
        SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod), a.attnotnull,
            a.attgenerated, a.attidentity, a.atthasdef OR t.typdefault IS NOT NULL, coalesce(l.collname, ''), t.typnotnull
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_collation l ON l.oid = a.attcollation AND NOT l.collisdeterministic
        WHERE a.attrelid = ANY($1::bigint[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum
        """;

    private const string Indexes = """
        SELECT i.indrelid, c.relname, i.indisprimary, i.indkey::text, i.indnkeyatts, i.indimmediate,
            i.indpred IS NOT NULL OR i.indexprs IS NOT NULL OR i.indisexclusion
                OR coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = ANY($1::bigint[]::oid[]) AND (i.indisunique OR i.indisexclusion) AND i.indislive
        ORDER BY i.indrelid, NOT i.indisprimary, c.relname
        """;

    private const string Triggers = """
        SELECT tgrelid, tgname, tgenabled FROM pg_trigger
        WHERE tgrelid = ANY($1::bigint[]::oid[]) AND NOT tgisinternal AND tgenabled <> 'D' ORDER BY tgname
        """;

    /// <summary>All tables that a filter wants, by name.</summary>
    internal static async Task<IReadOnlyList<TableShape>> Read(Session session, StreamFilter filter, CancellationToken cancel)
    {
        var found = await session.Rows($"{Relations} ORDER BY n.nspname, c.relname", cancel).ConfigureAwait(false);
        return await Shapes(session, [.. found.Where(r => filter.Wants(r[1]!, r[2]!))], cancel).ConfigureAwait(false);
    }

    /// <summary>A table; null: there is none of this name.</summary>
    internal static async Task<TableShape?> Read(Session session, string schema, string name, CancellationToken cancel)
    {
        var found = await session.Rows($"{Relations} AND n.nspname = $1 AND c.relname = $2", cancel, schema, name).ConfigureAwait(false);
        return await Shapes(session, found, cancel).ConfigureAwait(false) is [var shape, ..] ? shape : null;
    }

    private static async Task<IReadOnlyList<TableShape>> Shapes(Session session, List<string?[]> found, CancellationToken cancel)
    {
        if (found.Count == 0)
        {
            return [];
        }

        var oids = found.Select(r => (long)TypeReader.Oid(r[0])).ToArray();
        var attributes = await session.Rows(Attributes, cancel, oids).ConfigureAwait(false);
        var types = await TypeReader.Read(session, attributes.Select(a => TypeReader.Oid(a[3])), cancel).ConfigureAwait(false);
        var columns = attributes.ToLookup(a => a[0], StringComparer.Ordinal);
        var indexes = (await session.Rows(Indexes, cancel, oids).ConfigureAwait(false))
            .ToLookup(i => i[0], StringComparer.Ordinal);
        var triggers = (await session.Rows(Triggers, cancel, oids).ConfigureAwait(false))
            .ToLookup(t => t[0], StringComparer.Ordinal);
        return [.. found.Where(r => columns[r[0]].Any())
            .Select(r => Shape(r, [.. columns[r[0]]], [.. indexes[r[0]]], triggers[r[0]], types))];
    }

    private static TableShape Shape(string?[] relation, List<string?[]> attributes, List<string?[]> indexes,
        IEnumerable<string?[]> triggers, Dictionary<uint, PgType> types)
    {
        var shapes = attributes.Select(a => Column(a, types)).ToList();
        var keys = indexes.Select(i => Key(i, shapes)).ToList();
        return new TableShape(
            TypeReader.Oid(relation[0]),
            new TableSchema
            {
                Id = 0,
                Schema = relation[1]!,
                Name = relation[2]!,
                Columns = [.. attributes.Zip(shapes, (a, s) => new Column
                {
                    Name = a[2]!,
                    Kind = s.Type.Kind,
                    Type = a[5]!,
                    IsNullable = a[6] != "t" && a[11] != "t",
                    IsGenerated = a[7]!.Length > 0,
                    Collation = a[10]!,
                })],
                Keys = keys,
            },
            shapes,
            [.. triggers.Select(t => new TableTrigger(t[1]!, t[2] is "A" or "R"))],
            relation[3] switch
            {
                "d" => ReplicaIdentity.Default,
                "f" => ReplicaIdentity.Full,
                "i" => ReplicaIdentity.Index,
                _ => ReplicaIdentity.Nothing,
            },
            relation[4] == "p")
        {
            IsReferenced = relation[5] == "t",
            HasRules = relation[6] == "t",
            Immediate = indexes.Where(i => i[5] == "t").Select(i => i[1]!).ToHashSet(StringComparer.Ordinal),
        };
    }

    private static ColumnShape Column(string?[] attribute, Dictionary<uint, PgType> types)
    {
        var (oid, modifier) = (TypeReader.Oid(attribute[3]), int.Parse(attribute[4]!, CultureInfo.InvariantCulture));
        var type = types[oid];
        return new ColumnShape(int.Parse(attribute[1]!, CultureInfo.InvariantCulture), type, oid, modifier,
            attribute[9] == "t" || attribute[8]!.Length > 0, attribute[8] == "a", Digits(type.Kind, modifier));
    }

    /// <summary>The digits that are kept, by a type's modifier.</summary>
    internal static int? Digits(ValueKind kind, int modifier) => modifier < 0 ? null : kind switch
    {
        // Precision in the upper half, scale in the eleven bits below, less the four bytes of a length.
        ValueKind.Decimal => (((modifier - 4) & 0x7FF) ^ 1024) - 1024,
        ValueKind.Time or ValueKind.DateTime or ValueKind.Instant => modifier,
        _ => null,
    };

    private static UniqueKey Key(string?[] index, List<ColumnShape> columns)
    {
        var count = int.Parse(index[4]!, CultureInfo.InvariantCulture);
        int[] found = [.. index[3]!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(count)
            .Select(n => int.Parse(n, CultureInfo.InvariantCulture)).Where(n => n > 0)
            .Select(n => columns.FindIndex(c => c.Number == n)).Where(c => c >= 0)];
        return new UniqueKey
        {
            Name = index[1]!,
            Columns = found.Length > 0 ? found : [.. Enumerable.Range(0, columns.Count)],
            IsPrimary = index[2] == "t",
            IsInexact = index[6] == "t" || found.Length < count,
        };
    }
}
