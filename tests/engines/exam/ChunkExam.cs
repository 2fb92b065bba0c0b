using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Exam;

/// <summary>Exam of every reader of chunks.</summary>
public abstract class ChunkExam
{
    /// <summary>An empty database.</summary>
    protected abstract IExamined New();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Chunks_hold_each_row_once(int size)
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(a INTEGER NOT NULL, b VARCHAR(20) NOT NULL, v INTEGER, PRIMARY KEY(a, b))");
        await database.Run([.. Enumerable.Range(0, 60).Select(i => $"INSERT INTO t VALUES({i / 7}, 'k{i}', {i})")]);
        var seen = await Walked(database, "t", size);
        Assert.Equal(await database.Rows("t"), seen.Select(Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_empty_table_has_no_chunk_and_rows_are_found_by_their_keys()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)");
        var table = await database.Table("t");
        await using var chunks = await database.Chunks();
        Assert.Null(await chunks.Next(table, null, 10, Cancel));
        await database.Run("INSERT INTO t VALUES(1, 10)", "INSERT INTO t VALUES(3, 30)");
        var found = await All(chunks.Rows(table, [Of(3), Of(2), Of(1)], Cancel));
        Assert.Equal([Text(Of(1, 10)), Text(Of(3, 30))], found.Select(Text).Order(StringComparer.Ordinal));
        Assert.Null(await chunks.Next(table, Of(3), 10, Cancel));
        Assert.Equal(Text(Of(3)), Text((await chunks.Next(table, Of(1), 10, Cancel))!.Value));
    }

    [Fact]
    public async Task A_table_without_a_key_is_read_whole_and_not_in_pieces()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(a INTEGER, b VARCHAR(20))");
        var table = await database.Table("t");
        await using var chunks = await database.Chunks();
        Assert.Empty(await All(chunks.All(table, Cancel)));
        await database.Run([.. Enumerable.Range(0, 30).Select(i => $"INSERT INTO t VALUES({i / 2}, NULL)")]);
        var found = await All(chunks.All(table, Cancel));
        Assert.Equal(await database.Rows("t"), found.Select(Text).Order(StringComparer.Ordinal));
        Assert.Equal(30, found.Count);
        var fault = await Assert.ThrowsAsync<SourceFaultException>(() => chunks.Next(table, null, 10, Cancel));
        Assert.Contains("main.t", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>All rows of a table, by chunks.</summary>
    internal static async Task<List<Row>> Walked(IExamined database, string name, int size)
    {
        var table = await database.Table(name);
        await using var chunks = await database.Chunks();
        var rows = new List<Row>();
        for (Row? after = null; await chunks.Next(table, after, size, Cancel) is { } last; after = last)
        {
            rows.AddRange(await All(chunks.Rows(table, after, last, Cancel)));
        }

        return rows;
    }

    internal static async Task<List<Row>> All(IAsyncEnumerable<Row> rows)
    {
        var all = new List<Row>();
        await foreach (var row in rows)
        {
            all.Add(row);
        }

        return all;
    }
}
