using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.MySql.Catalog;

/// <summary>The tables of a server.</summary>
/// <param name="server">The server.</param>
/// <param name="database">
/// Into which a task writes, whatever the source calls its own; null: each table is in the database that the source's is in.
/// </param>
public sealed class MySqlCatalog(MySqlServer server, string? database = null) : ICatalog
{
    private const string Cascades = """
        SELECT TABLE_NAME, CONSTRAINT_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = @p0
            AND TABLE_NAME = @p1 AND (DELETE_RULE NOT IN ('RESTRICT', 'NO ACTION') OR UPDATE_RULE NOT IN ('RESTRICT', 'NO ACTION'))
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<TableSchema>> Tables(StreamFilter filter, CancellationToken cancel) => Ask<IReadOnlyList<TableSchema>>(
        async connection =>
        {
            var tables = new List<TableSchema>();
            foreach (var (schema, name) in (await TableReader.All(connection, cancel)).Where(n => filter.Wants(n.Schema, n.Name)))
            {
                if (await TableReader.Read(connection, schema, name, cancel) is { } shape)
                {
                    tables.Add(shape.Schema);
                }
            }

            return tables;
        }, cancel);

    /// <inheritdoc/>
    public Task<TableSchema?> Table(string schema, string name, CancellationToken cancel) => Ask(
        async connection => Sql.IsSystem(database ?? schema) ? null
            : (await TableReader.Read(connection, database ?? schema, name, cancel))?.Schema, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> Create(TableSchema schema, CancellationToken cancel) => Ask<IReadOnlyList<SourceFault>>(
        async connection =>
        {
            var table = database is null ? schema : schema with { Schema = database };
            var text = await Words(connection, cancel);
            var faults = text.WhyNot(table);
            if (faults.Count > 0)
            {
                return faults;
            }

            if (await TableReader.Read(connection, table.Schema, table.Name, cancel) is not null)
            {
                return [TableFaults.IsThere(table)];
            }

            try
            {
                if (await connection.First(
                    "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = @p0", cancel, table.Schema) is null)
                {
                    await connection.Run($"CREATE DATABASE IF NOT EXISTS {Sql.Name(table.Schema)} CHARACTER SET utf8mb4", cancel);
                }

                await connection.Run(text.Of(table), cancel);
                return [];
            }
            catch (MySqlException error) when (!error.IsTransient && error.InnerException is null)
            {
                return [TableFaults.Refused(table, error.Message)];
            }
        }, cancel);

    /// <inheritdoc/>
    public Task<DdlText> Text(TableAction action, TableSchema? now, CancellationToken cancel) => Ask(
        async connection => new DdlWords(await Words(connection, cancel)).Of(action, now), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> Checks(StreamFilter filter, CancellationToken cancel) => Ask<IReadOnlyList<SourceFault>>(
        async connection =>
        {
            var faults = new List<SourceFault>(await LogSettings.Faults(server, connection, cancel));
            var tables = await TableReader.All(connection, cancel);
            var wanted = tables.Where(t => filter.Wants(t.Schema, t.Name)).ToList();
            faults.AddRange(await RightChecks.Source(server, connection, wanted, cancel));
            try
            {
                faults.AddRange(await Installation.Mark(connection, cancel) is null ? [SourceFaults.NotInstalled(server)] : []);
            }
            catch (MySqlException error) when (error.ErrorCode is MySqlErrorCode.TableAccessDenied or MySqlErrorCode.DatabaseAccessDenied
                && faults.Exists(f => f.Code == SourceFaults.NoRightCode))
            {
                // Whether it is installed cannot be seen; the right that is missing for that is named already.
            }

            foreach (var (schema, name) in wanted)
            {
                faults.AddRange((await connection.All(Cascades, cancel, schema, name)).Select(r => SourceFaults.Cascade(
                    $"{schema}.{name}", Convert.ToString(r[1], CultureInfo.InvariantCulture)!)));
            }

            faults.AddRange(Missing(filter, tables));
            return faults;
        }, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> SinkChecks(StreamFilter filter, CancellationToken cancel) => Ask<IReadOnlyList<SourceFault>>(
        async connection =>
        {
            var tables = await TableReader.All(connection, cancel);
            return [.. await RightChecks.Sink(server, connection, [.. tables.Where(t => filter.Wants(t.Schema, t.Name))], cancel),
                .. Missing(filter, tables)];
        }, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> DdlChecks(bool isSink, StreamFilter filter, CancellationToken cancel) =>
        Ask<IReadOnlyList<SourceFault>>(async connection => !isSink ? [] : await RightChecks.Changing(server, connection,
            [.. (await TableReader.All(connection, cancel)).Where(t => filter.Wants(t.Schema, t.Name))], cancel), cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<TableText> Words(MySqlConnection connection, CancellationToken cancel) => new(
        (await connection.All("SHOW COLLATION", cancel)).Select(r => Convert.ToString(r[0], CultureInfo.InvariantCulture)!)
            .ToHashSet(StringComparer.Ordinal), connection.IsMaria());

    private static IEnumerable<SourceFault> Missing(StreamFilter filter, List<(string Schema, string Name)> tables) => filter.Tables
        .Where(p => !p.Contains('*', StringComparison.Ordinal)
            && !tables.Exists(t => new StreamFilter { Tables = [p] }.Wants(t.Schema, t.Name))).Select(SourceFaults.NoTable);

    private Task<T> Ask<T>(Func<MySqlConnection, Task<T>> question, CancellationToken cancel) => ServerFaults.Guard(server, async () =>
    {
        await using var connection = await Connections.Open(server, cancel);
        return await question(connection);
    });
}
