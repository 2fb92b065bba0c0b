using Holdfast.Engine.Sqlite.Catalog;
using Holdfast.Engine.Sqlite.Sink;
using Microsoft.Data.Sqlite;

namespace Holdfast.Apply.Tests;

/// <summary>Writes the same streams as for the models to a real database.</summary>
public sealed class SqliteApplyTests
{
    internal const string Schema = """
        CREATE TABLE account(own INTEGER DEFAULT 7, id INTEGER PRIMARY KEY, name TEXT, amount INTEGER);
        CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT UNIQUE, room INTEGER, seat INTEGER, note TEXT, UNIQUE(room, seat));
        CREATE TABLE entry(what TEXT, count INTEGER);
        CREATE TABLE parent(id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id), name TEXT);
        CREATE TABLE word(text TEXT PRIMARY KEY, count INTEGER);
        """;

    [Fact]
    public async Task A_SQLite_file_comes_to_what_the_source_has_over_several_lives()
    {
        foreach (var seed in Seeds.Chosen(16))
        {
            // SQLite knows no keys that are checked at commit only.
            var habits = Habits.All[seed % (Habits.All.Count - 1)];
            var (source, random) = (new RandomSource(seed, habits = habits with { IsLax = false }), new Random(seed));
            var stream = Enumerable.Range(0, 150).Select(_ => source.Next()).ToList();
            using var directory = new TempDirectory();
            var path = directory.File("sink.db");
            Run(path, $"PRAGMA journal_mode = WAL; {Schema}");
            await using var sink = await SqliteSink.Open(path, TimeProvider.System);
            for (long epoch = 1; ; epoch++)
            {
                Assert.InRange(epoch, 1, 100);
                using var stop = new CancellationTokenSource();
                var left = new[] { random.Next(20, 80) };
                var options = new ApplyOptions { Task = "t", Epoch = epoch, Mark = "n/t", Mapping = World.Mapping, Ddl = World.AllDdl };
                var applier = new Applier(options, sink, new SqliteCatalog(path), TimeProvider.System);
                var start = await applier.Start(Position.Zero, default);
                var events = Streams.Of(Streams.InParts(stream, habits).Where(p => p.Position > start.After).Select(p => Counted(p,
                    left, stop)));
                var end = await applier.Run(events, stop.Token).WaitAsync(Streams.Limit);
                if (end is SourceEnded)
                {
                    break;
                }

                Assert.True(end is Cancelled, $"HOLDFAST_SEED={seed}: {(end is Stopped s ? string.Join(", ", s.Faults) : end)}");
            }

            var model = Streams.Model(source);
            Assert.All(World.All, t => Assert.Equal(
                model.Rows(t).Select(Cells.Shown).Order(StringComparer.Ordinal), Rows(path, t.Name).Order(StringComparer.Ordinal)));
        }
    }

    private static T Counted<T>(T part, int[] left, CancellationTokenSource stop)
    {
        if (--left[0] == 0)
        {
            stop.Cancel();
        }

        return part;
    }

    private static List<string> Rows(string path, string table)
    {
        using var connection = Opened(path);
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table}";
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(Cells.Shown(Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))));
        }

        return rows;
    }

    private static void Run(string path, string sql)
    {
        using var connection = Opened(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Opened(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
