using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Catalog;
using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Sink;
using Holdfast.Engine.Sqlite.Source;
using Holdfast.Engine.Sqlite.Tables;
using Holdfast.Engine.Sqlite.Values;

namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>A SQLite file.</summary>
internal sealed class ExaminedSqlite : IExamined
{
    private readonly TempDirectory _directory = new();

    internal ExaminedSqlite(string journal = "WAL", string encoding = "UTF-8")
    {
        using var database = Database.Open(Path, TimeSpan.FromSeconds(20), create: true);
        database.Run($"PRAGMA encoding = '{encoding}'");
        database.Run($"PRAGMA journal_mode = {journal}");
    }

    internal string Path => _directory.File("a.db");

    /// <summary>One with a table t, whose changes are captured.</summary>
    internal static async Task<ExaminedSqlite> Captured()
    {
        var database = new ExaminedSqlite();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        await database.Install();
        return database;
    }

    public Task Run(params string[] statements)
    {
        using var database = Open();
        foreach (var statement in statements)
        {
            database.Run(statement);
        }

        return Task.CompletedTask;
    }

    public Task Trigger(string name, string table, string other) =>
        Run($"CREATE TRIGGER {name} AFTER INSERT ON {table} BEGIN INSERT INTO {other} VALUES(1); END");

    public Task<TableSchema> Table(string name)
    {
        using var database = Open();
        return Task.FromResult(TableReader.Read(database, name)!.Schema);
    }

    public Task<IReadOnlyList<string>> Rows(string table)
    {
        using var database = Open();
        using var statement = database.Prepare($"SELECT * FROM {Sql.Name(table)}");
        var columns = TableReader.Read(database, table)!.Columns.Count;
        var rows = new List<string>();
        while (statement.Step())
        {
            var bytes = new ArrayBufferWriter<byte>();
            for (var i = 0; i < columns; i++)
            {
                ValueReader.Copy(statement, i, new RowWriter(bytes));
            }

            rows.Add(Exam.Rows.Text(new Row(bytes.WrittenMemory)));
        }

        rows.Sort(StringComparer.Ordinal);
        return Task.FromResult<IReadOnlyList<string>>(rows);
    }

    public async Task<ISink> Sink(Action<string>? passing = null) => await SqliteSink.Open(
        Path, TimeProvider.System, new SqliteSinkOptions { Passing = passing, BusyWait = TimeSpan.FromMilliseconds(100) });

    public Task Install(params string[] tables) =>
        SqliteCapture.Install(Path, new StreamFilter { Tables = tables }, TimeProvider.System, Exam.Rows.Cancel);

    public ISource Source(string reader) => new SqliteSource(
        Path, reader, TimeProvider.System, new SqliteSourceOptions { PartBytes = 4096, BusyWait = TimeSpan.FromSeconds(20) });

    public ICatalog Catalog() => new SqliteCatalog(Path);

    public async Task<IChunks> Chunks() => await SqliteChunks.Open(Path, Exam.Rows.Cancel);

    internal Database Open() => Database.Open(Path, TimeSpan.FromSeconds(20));

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
