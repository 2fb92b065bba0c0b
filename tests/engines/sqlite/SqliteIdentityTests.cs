using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Source;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>Which file a captured log is of: another one, an older one, one that is away, and one that was installed anew.</summary>
public sealed class SqliteIdentityTests
{
    [Fact]
    public async Task Another_file_under_the_same_name_is_refused()
    {
        await using var database = await ExaminedSqlite.Captured();
        await using var stream = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(1)");
        await stream.Part();
        using (var other = Database.Open(database.Path, TimeSpan.FromSeconds(20)))
        {
            other.Execute("VACUUM INTO ?1", database.Path + ".copy");
        }

        File.Move(database.Path + ".copy", database.Path, overwrite: true);
        File.Delete(database.Path + "-wal");
        File.Delete(database.Path + "-shm");
        Assert.Equal("DP-121", (await stream.Fault()).Code);
        Assert.Equal("DP-121", (await Assert.ThrowsAsync<SourceFaultException>(() => database.Source("two").Range(Cancel))).Fault.Code);

        // A person who takes the copy for the source says so, and begins anew.
        await database.Install();
        await using var next = await SourceStream.FromNow(database.Source("one"));
        await database.Run("INSERT INTO t VALUES(2)");
        Assert.Equal(["Insert t 2"], await next.Changes());
    }

    [Fact]
    public async Task A_file_that_went_back_in_time_is_refused()
    {
        await using var database = await ExaminedSqlite.Captured();
        var newest = (await database.Source("x").Range(Cancel)).Newest;
        await using var ahead = new SourceStream(database.Source("one"), newest with { Minor = newest.Minor + 5 });
        Assert.Equal("DP-123", (await ahead.Fault()).Code);
        await using var later = new SourceStream(database.Source("one"), newest with { Major = newest.Major + 1 });
        Assert.Equal("DP-123", (await later.Fault()).Code);
        await using var nothing = new SourceStream(database.Source("one"), Position.Zero);
        Assert.Equal("DP-122", (await nothing.Fault()).Code);

        // A place within a transaction is none where a reader can have been.
        await database.Run("INSERT INTO t VALUES(1), (2)");
        await database.Source("x").Range(Cancel);
        await using var within = new SourceStream(database.Source("one"), newest with { Minor = newest.Minor + 1 });
        Assert.Equal("DP-123", (await within.Fault()).Code);
    }

    [Fact]
    public async Task A_file_that_is_away_or_no_database_is_told_by_code()
    {
        await using var database = new ExaminedSqlite();
        await using var missing = new SqliteSource(database.Path + "-not", "one", TimeProvider.System);
        Assert.Equal(("DP-132", true), await Fault(missing));
        await File.WriteAllTextAsync(database.Path + "-text", new string('x', 5000), Cancel);
        await using var text = new SqliteSource(database.Path + "-text", "one", TimeProvider.System);
        Assert.Equal(("DP-131", false), await Fault(text));

        static async Task<(string, bool)> Fault(SqliteSource source)
        {
            var error = await Assert.ThrowsAsync<SourceFaultException>(() => source.Range(Cancel));
            return (error.Fault.Code, error.Fault.IsPassing);
        }
    }

    [Fact]
    public async Task What_was_installed_can_be_taken_away_and_installed_twice()
    {
        await using var database = await ExaminedSqlite.Captured();
        var first = await database.Source("x").Identify(Cancel);
        await database.Run("INSERT INTO t VALUES(1)");
        await database.Install();
        Assert.Equal(first.SystemId, (await database.Source("x").Identify(Cancel)).SystemId);
        await SqliteCapture.Remove(database.Path, Cancel);
        await database.Run("INSERT INTO t VALUES(2)");
        using var connection = database.Open();
        Assert.Equal(0, connection.Number("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"));
        await SqliteCapture.Remove(database.Path, Cancel);
        await database.Install();
        Assert.NotEqual(first.SystemId, (await database.Source("x").Identify(Cancel)).SystemId);
    }
}
