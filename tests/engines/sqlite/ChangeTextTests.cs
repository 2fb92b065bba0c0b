using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;
using Holdfast.Engine.Statements;

namespace Holdfast.Engines.Tests.Sqlite;

/// <summary>The statements by which a SQLite table became another one: applied to a copy, they make the same of it.</summary>
public sealed class ChangeTextTests
{
    private const string Plain = "CREATE TABLE \"t x\"(id INTEGER PRIMARY KEY, a TEXT, \"b,c\" INT NOT NULL DEFAULT (1+2) )";
    private const string Ruled = "CREATE TABLE \"t x\"(a TEXT PRIMARY KEY, b INT, CHECK (b > 0), UNIQUE (a)) WITHOUT ROWID";

    public static TheoryData<string, string[], string[]> Changes => new()
    {
        { Plain, ["ADD COLUMN d"], ["ADD COLUMN d"] },
        { Plain, ["ADD d TEXT COLLATE NOCASE DEFAULT 'it''s, (x'"], ["ADD COLUMN d TEXT COLLATE NOCASE DEFAULT 'it''s, (x'"] },
        { Plain, ["ADD COLUMN d INT DEFAULT 5 /* , e */ CHECK (d <> 7)", "ADD COLUMN \"e f\" BLOB"],
            ["ADD COLUMN d INT DEFAULT 5 /* , e */ CHECK (d <> 7)", "ADD COLUMN \"e f\" BLOB"] },
        { Ruled, ["ADD COLUMN c CHECK (c > 0)"], ["ADD COLUMN c CHECK (c > 0)"] },
        { Plain, ["RENAME COLUMN a TO z"], ["RENAME COLUMN \"a\" TO \"z\""] },
        { Plain, ["RENAME COLUMN \"b,c\" TO \"q\"\"q\""], ["RENAME COLUMN \"b,c\" TO \"q\"\"q\""] },
        { Plain, ["RENAME COLUMN a TO x", "RENAME COLUMN \"b,c\" TO a", "RENAME COLUMN x TO \"b,c\""], [] },
        { Plain, ["ADD COLUMN d", "RENAME COLUMN a TO z"], [] },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void What_was_done_is_said_and_does_the_same_again(string made, string[] done, string[] said)
    {
        using var folder = new TempDirectory();
        using var first = Database.Open(folder.File("a.db"), TimeSpan.FromSeconds(5), create: true);
        using var second = Database.Open(folder.File("b.db"), TimeSpan.FromSeconds(5), create: true);
        first.Run(made);
        second.Run(made);
        var was = TableReader.Read(first, "t x")!;
        Array.ForEach(done, d => first.Run($"ALTER TABLE \"t x\" {d}"));
        var now = TableReader.Read(first, "t x")!;
        var found = ChangeText.Of(was.Schema, was.Sql, now.Schema, now.Sql, CapturedTable.Indexes(first, "t x"));
        Assert.Equal(said.Select(s => $"ALTER TABLE \"t x\" {s}"), found);
        foreach (var statement in found)
        {
            Assert.Null(DdlReader.Read(statement, "main", Dialect.Sqlite).WhyNot);
            second.Run(statement);
        }

        Assert.Equal(found.Count > 0, now.Schema.HasShapeOf(TableReader.Read(second, "t x")!.Schema));
    }

    [Fact]
    public void A_unique_index_that_comes_or_goes_is_said()
    {
        using var folder = new TempDirectory();
        using var database = Database.Open(folder.File("a.db"), TimeSpan.FromSeconds(5), create: true);
        database.Run("CREATE TABLE t(a, b)");
        var was = TableReader.Read(database, "t")!;
        database.Run("CREATE UNIQUE INDEX \"i j\" ON t(a, lower(b)) WHERE a > 0");
        var now = TableReader.Read(database, "t")!;
        var come = ChangeText.Of(was.Schema, was.Sql, now.Schema, now.Sql, CapturedTable.Indexes(database, "t"));
        Assert.Equal(["CREATE UNIQUE INDEX \"i j\" ON t(a, lower(b)) WHERE a > 0"], come);
        Assert.Equal(["DROP INDEX \"i j\""], ChangeText.Of(now.Schema, now.Sql, was.Schema, was.Sql, CapturedTable.Indexes(database, "t")));
        (string, DdlKind)[] kinds = [(come[0], DdlKind.CreateIndex), ("DROP INDEX \"i j\"", DdlKind.DropIndex)];
        foreach (var (text, kind) in kinds)
        {
            var read = DdlReader.Read(text, "main", Dialect.Sqlite, new TableName("main", "t"));
            Assert.Equal((null, kind), (read.WhyNot, Assert.Single(read.Actions).Kind));
        }
    }
}
