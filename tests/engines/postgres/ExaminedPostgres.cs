using Holdfast.Engine.Postgres.Catalog;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Sink;
using Holdfast.Engine.Postgres.Source;
using Holdfast.Engine.Postgres.Tables;
using Holdfast.Engine.Postgres.Values;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>A database of a PostgreSQL server.</summary>
/// <param name="isNewest">Of the newest version that is tried.</param>
internal sealed class ExaminedPostgres(bool isNewest = false) : IExamined
{
    private readonly Lazy<Task<PostgresDatabase>> _database = new(() => TestPostgres.Database(isNewest));

    internal Task<PostgresDatabase> Database => _database.Value;

    public async Task Run(params string[] statements)
    {
        await using var session = await Open();
        foreach (var statement in statements)
        {
            await session.Run(statement, Exam.Rows.Cancel);
        }
    }

    public Task Trigger(string name, string table, string other) => Run(
        $"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO main.{other} VALUES(1); RETURN NULL; END $$",
        $"CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        $"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}");

    public async Task<TableSchema> Table(string name) => (await Shape(name)).Schema;

    public async Task<IReadOnlyList<string>> Rows(string table)
    {
        await using var session = await Open();
        var shape = await Shape(table);
        var rows = new List<string>();
        foreach (var row in await session.Rows($"SELECT * FROM {Sql.Name(table)}", Exam.Rows.Cancel))
        {
            var bytes = new ArrayBufferWriter<byte>();
            for (var i = 0; i < row.Length; i++)
            {
                TextReading.Write(new RowWriter(bytes), shape.Columns[i].Type, row[i]);
            }

            rows.Add(Exam.Rows.Text(new Row(bytes.WrittenMemory)));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    public async Task<ISink> Sink(Action<string>? passing = null) =>
        await PostgresSink.Open(await Database, TimeProvider.System, new PostgresSinkOptions { Passing = passing }, Exam.Rows.Cancel);

    /// <summary>Installs the capture with the whole row before each change, which exams want to see.</summary>
    public async Task Install(params string[] tables)
    {
        var filter = new StreamFilter { Tables = tables };
        await using var catalog = Catalog();
        await Run([.. (await catalog.Tables(filter, Exam.Rows.Cancel)).Select(t => $"ALTER TABLE {t.FullName} REPLICA IDENTITY FULL")]);
        await PostgresCapture.Install(await Database, filter, null, Exam.Rows.Cancel);
    }

    public ISource Source(string reader) => new PostgresSource(
        Database.GetAwaiter().GetResult(), reader, TimeProvider.System, new PostgresSourceOptions { PartBytes = 4096 });

    public ICatalog Catalog() => new PostgresCatalog(Database.GetAwaiter().GetResult());

    public async Task<IChunks> Chunks() => await PostgresChunks.Open(await Database, Exam.Rows.Cancel);

    internal async Task<TableShape> Shape(string name)
    {
        await using var session = await Session.Open(await Database, "test", Exam.Rows.Cancel);
        return (await TableReader.Read(session, "main", name, Exam.Rows.Cancel))!;
    }

    /// <summary>Opens a session as an application does: names are those of the schema main.</summary>
    internal async Task<Session> Open()
    {
        var session = await Session.Open(await Database, "test", Exam.Rows.Cancel);
        await session.Run("SET search_path = main", Exam.Rows.Cancel);
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        if (_database.IsValueCreated)
        {
            await TestPostgres.Drop(await _database.Value);
        }
    }
}
