using System.Buffers.Binary;
using System.Security.Cryptography;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;
using Holdfast.Engine.Postgres.Values;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>A table as a Relation message tells it, before its first row and after each change of it.</summary>
/// <param name="Oid">The table's number.</param>
/// <param name="Schema">Of the table.</param>
/// <param name="Name">Of the table.</param>
/// <param name="Identity"><c>d</c>, <c>n</c>, <c>f</c> or <c>i</c>.</param>
/// <param name="Columns">Those that rows have, in their order.</param>
internal sealed record ToldRelation(uint Oid, string Schema, string Name, char Identity, IReadOnlyList<ToldColumn> Columns)
{
    internal static ToldRelation Read(ref WireReader message)
    {
        var (oid, schema, name, identity) = (message.UInt32(), message.Text(), message.Text(), (char)message.Byte());
        var columns = new ToldColumn[message.Int16()];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = new ToldColumn((message.Byte() & 1) != 0, message.Text(), message.UInt32(), message.Int32());
        }

        return new ToldRelation(oid, schema.Length == 0 ? "pg_catalog" : schema, name, identity, columns);
    }
}

/// <summary>A column as a Relation message tells it.</summary>
/// <param name="IsKey">It is of the replica identity.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Number of the type.</param>
/// <param name="Modifier">Its length, scale or precision.</param>
internal sealed record ToldColumn(bool IsKey, string Name, uint Type, int Modifier);

/// <summary>A table whose rows are read.</summary>
/// <param name="Schema">With an id that is the same for the same shape, whoever reads it and when.</param>
/// <param name="Types">Of the columns.</param>
/// <param name="IsKey">The column is of the replica identity.</param>
/// <param name="IsWanted">The filter wants it.</param>
internal sealed record Relation(TableSchema Schema, IReadOnlyList<PgType> Types, IReadOnlyList<bool> IsKey, bool IsWanted)
{
    /// <summary>
    /// The message has no keys but the replica identity, no defaults and no not-null; the catalog has them, as they are now. What the
    /// catalog says is taken for columns that are the same in both.
    /// </summary>
    internal static async Task<Relation> Of(Session session, ToldRelation told, StreamFilter filter, CancellationToken cancel)
    {
        var shape = await TableReader.Read(session, told.Schema, told.Name, cancel).ConfigureAwait(false);
        var types = await TypeReader.Read(session, told.Columns.Select(c => c.Type), cancel).ConfigureAwait(false);
        var columns = new List<Column>();
        var now = new List<int>();
        foreach (var column in told.Columns)
        {
            var at = shape?.Schema.IndexOf(column.Name) ?? -1;
            var isSame = at >= 0 && shape!.Columns[at].Declared == column.Type && shape.Columns[at].Modifier == column.Modifier;
            now.Add(isSame ? at : -1);
            columns.Add(isSame ? shape!.Schema.Columns[at] : new Column
            {
                Name = column.Name,
                Kind = TypeOf(types, column.Type).Kind,
                Type = await session.One("SELECT format_type($1::oid, $2)", cancel, (long)column.Type, column.Modifier)
                    .ConfigureAwait(false) ?? "",
            });
        }

        var schema = new TableSchema
        {
            Id = 0, Schema = told.Schema, Name = told.Name, Columns = columns, Keys = Keys(told, shape, now),
        };
        return new Relation(schema with { Id = IdOf(schema) }, [.. told.Columns.Select(c => TypeOf(types, c.Type))],
            [.. told.Columns.Select(c => c.IsKey)], filter.Wants(told.Schema, told.Name));
    }

    private static PgType TypeOf(Dictionary<uint, PgType> types, uint oid) =>
        types.TryGetValue(oid, out var type) ? type : new PgType(oid, $"type {oid}", ValueKind.Unknown, IsComparable: false);

    private static List<UniqueKey> Keys(ToldRelation told, TableShape? shape, List<int> now)
    {
        if (shape is not null)
        {
            return [.. shape.Schema.Keys.Where(k => k.Columns.All(now.Contains))
                .Select(k => k with { Columns = [.. k.Columns.Select(c => now.IndexOf(c))] })];
        }

        // The table is gone: of its keys the replica identity is known.
        int[] key = [.. Enumerable.Range(0, told.Columns.Count).Where(c => told.Columns[c].IsKey)];
        return told.Identity == 'd' && key.Length > 0 ? [new UniqueKey { Name = "", Columns = key, IsPrimary = true }] : [];
    }

    /// <summary>
    /// Id of the table with all that is said of it: another shape has another number, and the same one the same on each reader.
    /// </summary>
    private static uint IdOf(TableSchema schema) =>
        Math.Max(1, BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(SchemaCodec.Write(schema)).AsSpan(0, 4)));
}
