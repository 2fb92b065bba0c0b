namespace Holdfast.Apply.Tests;

/// <summary>The doing of another engine's statement, told in no engine's language.</summary>
public sealed class TranslationTests
{
    [Theory]
    [InlineData("mysql", "ALTER TABLE t ADD c INT NOT NULL DEFAULT 5", "AddColumn s.t int not null c=5")]
    [InlineData("mysql", "ALTER TABLE t ADD COLUMN c VARCHAR(20) DEFAULT 'it''s' COMMENT 'x, y' AFTER b",
        "AddColumn s.t varchar(20) c=it's")]
    [InlineData("postgres", "ALTER TABLE t ADD C timestamp(3) with time zone", "AddColumn s.t timestamp(3) with time zone")]
    [InlineData("postgres", "ALTER TABLE t ADD c numeric(10, 2) DEFAULT -1.50::numeric", "AddColumn s.t numeric(10,2) c=-1.50")]
    [InlineData("mysql", "ALTER TABLE t ADD c INT UNIQUE", "AddColumn s.t int; CreateIndex s.t unique t_c_key(c)")]
    [InlineData("postgres", "ALTER TABLE t ALTER c TYPE bigint", "ModifyColumn s.t bigint")]
    [InlineData("postgres", "CREATE UNIQUE INDEX u ON t (a, b DESC)", "CreateIndex s.t unique u(a,b)")]
    [InlineData("postgres", "CREATE INDEX ON t (a)", "CreateIndex s.t t_a_idx(a)")]
    [InlineData("mysql", "ALTER TABLE t ADD KEY k (a), DROP KEY l", "CreateIndex s.t t_k(a); DropIndex s.t t_l")]
    [InlineData("mysql", "CREATE TABLE t(id INT AUTO_INCREMENT, n VARCHAR(9) UNIQUE, PRIMARY KEY (id), KEY k (n)) ENGINE=InnoDB",
        "CreateTable s.t int not null,varchar(9) PRIMARY(id) t_n_key(n); CreateIndex s.t t_k(n)")]
    [InlineData("sqlite", "CREATE TABLE t(id INTEGER PRIMARY KEY, key TEXT DEFAULT 'a', n)",
        "CreateTable s.t integer not null,text, PRIMARY(id) key=a")]
    [InlineData("postgres", "CREATE TABLE t(key text, index int, CONSTRAINT k PRIMARY KEY (key))",
        "CreateTable s.t text not null,int PRIMARY(key)")]
    [InlineData("mysql", "ALTER TABLE t RENAME COLUMN a TO b", "RenameColumn s.t")]
    [InlineData("mysql", "ALTER TABLE t ALTER a SET DEFAULT TRUE, ALTER b DROP DEFAULT", "SetDefault s.t a=TRUE; SetDefault s.t")]
    [InlineData("mysql", "ALTER TABLE t MODIFY c INT NOT NULL", "ModifyColumn s.t int not null")]
    [InlineData("postgres", "ALTER TABLE t ADD c int NOT NULL", "AddColumn s.t int not null")]
    [InlineData("postgres", "ALTER TABLE t ADD c int PRIMARY KEY", "AddColumn s.t int not null; CreateIndex s.t unique PRIMARY(c)")]
    [InlineData("mysql", "RENAME TABLE t TO u", "RenameTable s.t")]
    [InlineData("mysql", "TRUNCATE TABLE t", "TruncateTable s.t")]
    [InlineData("mysql", "DROP TABLE t", "DropTable s.t")]
    [InlineData("mysql", "ALTER TABLE t DROP c", "DropColumn s.t")]
    public void What_is_understood_is_told(string engine, string sql, string told)
    {
        var does = DdlReader.Read(sql, "s", Dialect.Of(engine, 0)!);
        Assert.Null(does.WhyNot);
        var all = does.Actions.Select(new Translation(engine, Column).Of).ToList();
        Assert.All(all, a => Assert.Null(a.WhyNot));
        Assert.Equal(told, string.Join("; ", all.SelectMany(a => a.Actions).Select(Shown)));
    }

    [Theory]
    [InlineData("mysql", "ALTER TABLE t ADD c INT NOT NULL", "does not say")]
    [InlineData("mysql", "ALTER TABLE t ADD c INT GENERATED ALWAYS AS (1)", "GENERATED")]
    [InlineData("mysql", "ALTER TABLE t ADD c TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", "ON in")]
    [InlineData("postgres", "ALTER TABLE t ADD c timestamptz DEFAULT 'now'", "computes")]
    [InlineData("postgres", "ALTER TABLE t ADD c int DEFAULT 1 + 2", "computes")]
    [InlineData("postgres", "ALTER TABLE t ADD c nothing", "nothing")]
    [InlineData("postgres", "CREATE INDEX i ON t (lower(a))", "expression")]
    [InlineData("mysql", "ALTER TABLE t ADD KEY k (a(10))", "part of a column")]
    [InlineData("postgres", "CREATE INDEX i ON t (a) WHERE a > 5", "WHERE")]
    [InlineData("postgres", "CREATE INDEX i ON t USING gin (a)", "GIN")]
    [InlineData("postgres", "CREATE INDEX i ON t USING btree (a)", null)]
    [InlineData("mysql", "ALTER TABLE t ADD FULLTEXT KEY k (a)", "own kind")]
    [InlineData("mysql", "CREATE TABLE t(a INT, CHECK (a > 5))", "CHECK")]
    [InlineData("mysql", "CREATE TABLE t(a INT, FOREIGN KEY (a) REFERENCES u(id))", "FOREIGN")]
    [InlineData("mysql", "CREATE TABLE t LIKE u", "another table")]
    [InlineData("postgres", "CREATE TABLE t(a int) PARTITION BY LIST (a)", "partitions")]
    [InlineData("postgres", "ALTER TABLE t ALTER c SET NOT NULL", "without its type")]
    [InlineData("postgres", "CREATE TABLE t(a int, b nothing)", "the type nothing has no like")]
    [InlineData("mysql", "CREATE TABLE t(a INT, KEY k (b), KEY l (d))", "a key names b,")]
    [InlineData("mysql", "CREATE TABLE t(a TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, b INT GENERATED ALWAYS AS (1))", "ON in")]
    [InlineData("mysql", "CREATE TABLE t(a INT, KEY k (a(10)), KEY l ((a + 1)))", "part of a column")]
    public void What_is_not_known_is_said(string engine, string sql, string? why)
    {
        var does = DdlReader.Read(sql, "s", Dialect.Of(engine, 0)!);
        Assert.Null(does.WhyNot);
        var said = new Translation(engine, Column).Of(Assert.Single(does.Actions));
        Assert.True(why is null ? said.WhyNot is null : said.WhyNot?.Contains(why, StringComparison.Ordinal) == true, said.WhyNot);
    }

    [Theory]
    [InlineData(ValueKind.Int64, "integer", "bigint", true)]
    [InlineData(ValueKind.Int64, "bigint", "int(11)", false)]
    [InlineData(ValueKind.Int64, "smallint", "nothing", false)]
    [InlineData(ValueKind.Text, "character varying(20)", "character varying(40)", true)]
    [InlineData(ValueKind.Text, "varchar(20)", "varchar(10)", false)]
    [InlineData(ValueKind.Text, "varchar(20)", "text", true)]
    [InlineData(ValueKind.Text, "text", "varchar(20)", false)]
    [InlineData(ValueKind.Text, "character(5)", "character(9)", false)]
    [InlineData(ValueKind.Decimal, "numeric(10,2)", "numeric(12,4)", true)]
    [InlineData(ValueKind.Decimal, "numeric(10,2)", "numeric(12,6)", false)]
    [InlineData(ValueKind.Decimal, "numeric(10,2)", "numeric", true)]
    [InlineData(ValueKind.Decimal, "numeric", "numeric(10,2)", false)]
    [InlineData(ValueKind.Date, "date", "date", true)]
    public void A_wider_type_holds_all_that_the_other_one_does(ValueKind kind, string was, string now, bool isWider) => Assert.Equal(
        isWider, Widening.Is(new Column { Name = "c", Kind = kind, Type = was }, new Column { Name = "c", Kind = kind, Type = now }));

    private static Column? Column(ColumnDefinition definition) => definition.Type == "nothing" ? null
        : new Column { Name = definition.Name, Kind = ValueKind.Text, Type = definition.Type, IsNullable = definition.IsNullable };

    private static string Shown(TableAction action)
    {
        static string Typed(Column column) => column.Type + (column.IsNullable ? "" : " not null");
        var parts = new List<string> { $"{action.Kind} {action.Table}" };
        parts.AddRange(action.Column is { } column ? [Typed(column)] : []);
        parts.AddRange(action.Created is { } table ? [string.Join(',', table.Columns.Select(Typed)), .. table.Keys.Select(
            k => $"{k.Name}({string.Join(',', k.Columns.Select(c => table.Columns[c].Name))})")] : []);
        parts.AddRange(action.Key is { } key ? [$"{(key.IsUnique ? "unique " : "")}{key.Name}({string.Join(',', key.Columns)})"] : []);
        parts.AddRange(action.Kind == DdlKind.DropIndex ? [action.Name] : []);
        parts.AddRange(action.Defaults.Select(d => $"{d.Key}={d.Value.Text}"));
        return string.Join(' ', parts);
    }
}
