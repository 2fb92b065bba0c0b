using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Catalog;

/// <summary>The tables of a PostgreSQL database.</summary>
/// <param name="database">The database.</param>
public sealed class PostgresCatalog(PostgresDatabase database) : ICatalog
{
    private const string Purpose = "catalog";

    /// <inheritdoc/>
    public Task<IReadOnlyList<TableSchema>> Tables(StreamFilter filter, CancellationToken cancel) =>
        Session.Alone<IReadOnlyList<TableSchema>>(database, Purpose, async session =>
            [.. (await TableReader.Read(session, filter, cancel).ConfigureAwait(false)).Select(s => s.Schema)], cancel);

    /// <inheritdoc/>
    public Task<TableSchema?> Table(string schema, string name, CancellationToken cancel) => Session.Alone(
        database, Purpose, async session =>
            (await TableReader.Read(session, schema, name, cancel).ConfigureAwait(false))?.Schema, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> Create(TableSchema schema, CancellationToken cancel) =>
        Session.Alone<IReadOnlyList<SourceFault>>(database, Purpose, async session =>
        {
            var here = new List<ValueKind?>();
            foreach (var column in schema.Columns)
            {
                here.Add(await Here(session, column.Type, cancel).ConfigureAwait(false));
            }

            var faults = TableText.WhyNot(schema, here);
            if (faults.Count > 0)
            {
                return faults;
            }

            await using var transaction = await session.Connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
            if (await session.One("SELECT 1 FROM pg_namespace WHERE nspname = $1", cancel, schema.Schema).ConfigureAwait(false) is null)
            {
                await session.Run($"CREATE SCHEMA {Sql.Name(schema.Schema)}", cancel).ConfigureAwait(false);
            }

            var isThere = await session.One("SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = $1 AND c.relname = $2", cancel, schema.Schema, schema.Name).ConfigureAwait(false);
            if (isThere is not null)
            {
                return [CatalogFaults.IsThere(schema)];
            }

            foreach (var statement in TableText.Of(schema, here))
            {
                await session.Run(statement, cancel).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return [];
        }, cancel);

    /// <inheritdoc/>
    public Task<DdlText> Text(TableAction action, TableSchema? now, CancellationToken cancel) => Session.Alone(
        database, Purpose, async session =>
        {
            ArgumentNullException.ThrowIfNull(action);
            var here = new List<ValueKind?>();
            foreach (var column in action.Created?.Columns ?? (action.Column is { } one ? [one] : []))
            {
                here.Add(await Here(session, column.Type, cancel).ConfigureAwait(false));
            }

            return DdlWords.Of(action, now, here);
        }, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> Checks(StreamFilter filter, CancellationToken cancel) => Session.Alone(
        database, Purpose, session => SourceChecks.Of(session, database, filter, cancel), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> SinkChecks(StreamFilter filter, CancellationToken cancel) => Session.Alone(
        database, Purpose, session => RightChecks.Sink(session, database, filter, cancel), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> DdlChecks(bool isSink, StreamFilter filter, CancellationToken cancel) => Session.Alone(
        database, Purpose, session => isSink ? DdlRights.Sink(session, database, filter, cancel)
            : DdlRights.Source(session, database, cancel), cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The kind of the type that the catalog here would call so; a name that another engine writes is mostly none.</summary>
    private static async Task<ValueKind?> Here(Session session, string type, CancellationToken cancel)
    {
        if (type.Length == 0 || type.Any(char.IsAsciiLetterUpper) && !type.Contains('"', StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return await session.One("SELECT to_regtype($1)::oid", cancel, type).ConfigureAwait(false) is { } oid
                && (await TypeReader.Read(session, [TypeReader.Oid(oid)], cancel).ConfigureAwait(false))
                    .TryGetValue(TypeReader.Oid(oid), out var known) ? known.Kind : null;
        }
        catch (PostgresException error) when (error.SqlState.StartsWith("42", StringComparison.Ordinal)
            || Failure.IsValue(error.SqlState))
        {
            // As enum('a','b') of MySQL: no name of a type.
            return null;
        }
    }
}
