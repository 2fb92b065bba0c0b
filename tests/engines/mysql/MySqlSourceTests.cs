using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Source;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>Contents of a MariaDB server's log beyond those of all engines: each is understood, or ends the stream by name.</summary>
[Trait("Category", "process")]
public sealed class MySqlSourceTests
{
    [Fact]
    public async Task What_an_image_does_not_say_is_absent_and_not_null()
    {
        await using var database = await ExaminedMySql.Captured("CREATE TABLE t(id INT PRIMARY KEY, a INT, b TEXT)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1, 2, 'x')", "SET SESSION binlog_row_image = 'MINIMAL'",
            "UPDATE t SET a = NULL WHERE id = 1", "DELETE FROM t WHERE id = 1");
        await database.Run("SET SESSION binlog_row_image = 'NOBLOB'", "INSERT INTO t VALUES(2, 3, 'y')", "UPDATE t SET a = 4 WHERE id = 2");
        Assert.Equal(["Insert t 1,2,'x'"], await stream.Changes());
        Assert.Equal(["Update t 1,(absent),(absent) -> (absent),NULL,(absent)"], await stream.Changes());
        Assert.Equal(["Delete t 1,(absent),(absent)"], await stream.Changes());
        Assert.Equal(["Insert t 2,3,'y'"], await stream.Changes());
        Assert.Equal(["Update t 2,3,(absent) -> 2,4,(absent)"], await stream.Changes());
    }

    [Fact]
    public async Task Compressed_events_are_read()
    {
        await using var server = await MariaDb.Start("--log-bin-compress=ON", "--log-bin-compress-min-len=10");
        await server.Run("CREATE DATABASE main", "CREATE TABLE main.t(id INT PRIMARY KEY, v VARCHAR(1000))");
        await MySqlCapture.Install(server.Server, null, Cancel);
        await using var stream = await SourceStream.FromNow(new MySqlSource(server.Server, "one", TimeProvider.System));
        await server.Run("INSERT INTO main.t VALUES(1, REPEAT('ab', 400))", "UPDATE main.t SET v = REPEAT('c', 900)", "DELETE FROM main.t",
            $"ALTER TABLE main.t COMMENT '{new string('x', 500)}'");
        Assert.Equal([$"Insert t 1,'{new string('x', 64).Replace("xx", "ab", StringComparison.Ordinal)}…'"], await stream.Changes());
        Assert.StartsWith("Update t 1,", Assert.Single(await stream.Changes()), StringComparison.Ordinal);
        Assert.StartsWith("Delete t 1,", Assert.Single(await stream.Changes()), StringComparison.Ordinal);
        Assert.StartsWith("ALTER TABLE main.t COMMENT 'xxx", (await stream.Part()).Ddl!.Statement, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_an_XA_transaction_come_with_its_commit()
    {
        await using var database = await ExaminedMySql.Captured("CREATE TABLE t(id INT PRIMARY KEY)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("XA START 'a','b',7", "INSERT INTO t VALUES(1)", "XA END 'a','b',7", "XA PREPARE 'a','b',7");
        await database.Run("INSERT INTO t VALUES(2)");
        await database.Run("XA START 'no'", "INSERT INTO t VALUES(3)", "XA END 'no'", "XA PREPARE 'no'", "XA ROLLBACK 'no'");
        await database.Run("XA COMMIT 'a','b',7");
        await database.Run("XA START 'one'", "INSERT INTO t VALUES(4)", "XA END 'one'", "XA COMMIT 'one' ONE PHASE");
        Assert.Equal(["Insert t 2"], await stream.Changes());
        Assert.Equal(["Insert t 1"], await stream.Changes());
        Assert.Equal(["Insert t 4"], await stream.Changes());
    }

    [Fact]
    public async Task An_XA_transaction_that_was_prepared_before_the_reader_began_ends_the_stream()
    {
        await using var database = await ExaminedMySql.Captured("CREATE TABLE t(id INT PRIMARY KEY)");
        await database.Run("XA START 'x'", "INSERT INTO t VALUES(1)", "XA END 'x'", "XA PREPARE 'x'");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("XA COMMIT 'x'");
        Assert.Equal("DP-364", (await stream.Fault()).Code);
    }

    [Fact]
    public async Task Rows_that_are_a_statement_end_the_stream()
    {
        await using var database = await ExaminedMySql.Captured("CREATE TABLE t(id INT PRIMARY KEY)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1)", "SET SESSION binlog_format = 'STATEMENT'", "INSERT INTO t VALUES(2)");
        Assert.Equal(["Insert t 1"], await stream.Changes());
        var fault = await stream.Fault();
        Assert.Equal(("DP-357", false), (fault.Code, fault.IsPassing));
        Assert.Contains("INSERT INTO t VALUES(2)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_without_the_names_of_their_columns_end_the_stream()
    {
        await using var server = await MariaDb.Start("--binlog-row-metadata=NO_LOG");
        await server.Run("CREATE DATABASE main", "CREATE TABLE main.t(id INT PRIMARY KEY)");
        var refused = await Assert.ThrowsAsync<SourceFaultException>(() => MySqlCapture.Install(server.Server, null, Cancel));
        Assert.Equal(("DP-354", true), (refused.Fault.Code, refused.Fault.IsPassing));
        Assert.Contains("SET GLOBAL binlog_row_metadata = 'FULL'", refused.Fault.Workaround, StringComparison.Ordinal);
        await server.Run("SET GLOBAL binlog_row_metadata = 'FULL'");
        await MySqlCapture.Install(server.Server, null, Cancel);
        await server.Run("SET GLOBAL binlog_row_metadata = 'NO_LOG'");
        await using var stream = await SourceStream.FromNow(new MySqlSource(server.Server, "one", TimeProvider.System));
        await server.Run("INSERT INTO main.t VALUES(1)");
        Assert.Equal("DP-359", (await stream.Fault()).Code);
    }

    [Fact]
    public async Task Tables_that_change_are_told_before_their_rows_also_when_they_are_gone_by_now()
    {
        await using var database = await ExaminedMySql.Captured("CREATE TABLE t(id INT PRIMARY KEY, v INT)");
        var source = database.Source("one");
        var start = (await source.Range(Cancel)).Newest;
        await database.Run("INSERT INTO t VALUES(1, 1)", "ALTER TABLE t ADD COLUMN w VARCHAR(9) DEFAULT 'd'",
            "INSERT INTO t VALUES(2, 2, 'x')",
            "ALTER TABLE t CHANGE v u BIGINT UNSIGNED", "INSERT INTO t VALUES(3, 3, 'y')", "TRUNCATE TABLE t", "RENAME TABLE t TO s",
            "INSERT INTO s VALUES(4, 4, 'z')", "CREATE TABLE n AS SELECT * FROM s", "DROP TABLE s, n", "CREATE VIEW w AS SELECT 1");
        await using var stream = new SourceStream(source, start);
        var seen = new List<string>();
        while (seen.Count < 10)
        {
            var part = await stream.Part();
            seen.AddRange(part.Ddl is { } ddl ? [$"{ddl.Table}: {ddl.Statement}"]
                : part.Read().Select(c => $"{c.Kind} {string.Join(',', stream.Tables[c.Table].Columns.Select(n => n.Name))}"));
        }

        Assert.Equal([
            "Insert id,v", "main.t: ALTER TABLE t ADD COLUMN w VARCHAR(9) DEFAULT 'd'", "Insert id,v,w",
            "main.t: ALTER TABLE t CHANGE v u BIGINT UNSIGNED", "Insert id,u,w", "main.t: TRUNCATE TABLE t", ": RENAME TABLE t TO s",
            "Insert id,u,w", "Insert id,u,w", ": DROP TABLE `s`,`n` /* generated by server */"], seen);
    }

    [Fact]
    public async Task A_table_that_is_emptied_is_a_change()
    {
        await using var database = await ExaminedMySql.Captured("CREATE TABLE t(id INT PRIMARY KEY)");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1)", "TRUNCATE t", "INSERT INTO t VALUES(2)");
        Assert.Equal(["Insert t 1"], await stream.Changes());
        Assert.Equal(["Truncate t "], await stream.Changes());
        Assert.Equal(["Insert t 2"], await stream.Changes());
    }

    [Fact]
    public async Task A_transaction_that_was_taken_back_in_part_ends_the_stream()
    {
        await using var database = await ExaminedMySql.Captured(
            "CREATE TABLE t(id INT PRIMARY KEY)", "CREATE TABLE m(id INT) ENGINE=MyISAM");
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("BEGIN", "INSERT INTO t VALUES(1)", "SAVEPOINT a", "INSERT INTO t VALUES(2)", "INSERT INTO m VALUES(1)",
            "ROLLBACK TO a", "COMMIT");
        await database.Run("INSERT INTO t VALUES(9)");
        var lines = new List<string>();
        try
        {
            while (!lines.Contains("Insert t 9"))
            {
                lines.AddRange(await stream.Changes());
            }

            // The server has left what was taken back out of its log.
            Assert.DoesNotContain("Insert t 2", lines);
        }
        catch (SourceFaultException error)
        {
            Assert.Equal("DP-365", error.Fault.Code);
        }
    }
}
