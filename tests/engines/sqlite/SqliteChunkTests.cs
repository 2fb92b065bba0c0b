using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>Keys of SQLite, whatever they hold and by whatever they are compared.</summary>
public sealed class SqliteChunkTests
{
    [Theory]
    [InlineData("CREATE TABLE t(k PRIMARY KEY, v)")]
    [InlineData("CREATE TABLE t(k TEXT COLLATE NOCASE, v, PRIMARY KEY(k COLLATE BINARY))")]
    [InlineData("CREATE TABLE t(k COLLATE NOCASE NOT NULL, v); CREATE UNIQUE INDEX u ON t(k COLLATE BINARY)")]
    [InlineData("CREATE TABLE t(k, v, PRIMARY KEY(v, k)) WITHOUT ROWID")]
    [InlineData("CREATE TABLE t(k, v, PRIMARY KEY(v, k))")]
    [InlineData("CREATE TABLE t(k PRIMARY KEY DESC, v)")]
    public async Task Every_row_is_in_one_chunk(string table)
    {
        foreach (var size in new[] { 1, 3, 600 })
        {
            await using var database = new ExaminedSqlite();
            await database.Run(table.Split("; "));
            string[] keys = ["1", "2", "-5", "1.5", "9e999", "'a'", "'A'", "'b'", "''", "'1'", "x''", "x'61'", "x'ff'", "'ä'", "'a '"];
            string[] nulls = table.Contains("NOT NULL", StringComparison.Ordinal) || table.Contains("WITHOUT", StringComparison.Ordinal)
                ? [] : ["NULL", "NULL"];
            await database.Run([.. keys.Concat(nulls).Select((k, i) => $"INSERT OR IGNORE INTO t(k, v) VALUES({k}, {i % 3})")]);
            if (size > 3)
            {
                await database.Run("INSERT INTO t SELECT value, value % 7 FROM (WITH RECURSIVE n(value) AS"
                    + " (SELECT 1000 UNION ALL SELECT value + 1 FROM n WHERE value < 2200) SELECT value FROM n)");
            }

            var rows = await ChunkExam.Walked(database, "t", size);
            Assert.Equal(await database.Rows("t"), rows.Select(Text).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_table_without_a_key_is_refused_by_code()
    {
        await using var database = new ExaminedSqlite();
        await database.Run("CREATE TABLE t(k)", "CREATE TABLE u(k UNIQUE)");
        await using var chunks = await database.Chunks();
        foreach (var name in new[] { "t", "u" })
        {
            var table = await database.Table(name);
            var error = await Assert.ThrowsAsync<SourceFaultException>(() => chunks.Next(table, null, 1, Cancel));
            Assert.Equal("DP-146", error.Fault.Code);
        }

        var gone = (await database.Table("t")) with { Name = "gone" };
        Assert.Equal("DP-145", (await Assert.ThrowsAsync<SourceFaultException>(() => chunks.Next(gone, null, 1, Cancel))).Fault.Code);
    }
}
