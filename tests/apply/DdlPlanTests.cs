namespace Holdfast.Apply.Tests;

/// <summary>Decisions about statements of the source.</summary>
public sealed class DdlPlanTests
{
    private static readonly Position At = new(1, 5);

    [Theory]
    [InlineData("ALTER TABLE t ADD c INT", "ALTER TABLE `db`.`t` ADD c INT")]
    [InlineData("ALTER TABLE `db`.t ADD c INT DEFAULT 't'", "ALTER TABLE `db`.`t` ADD c INT DEFAULT 't'")]
    [InlineData("CREATE TABLE u(a INT, FOREIGN KEY (a) REFERENCES t(id))",
        "CREATE TABLE `db`.`u`(a INT, FOREIGN KEY (a) REFERENCES `db`.`t`(id))")]
    [InlineData("RENAME TABLE t TO u", "RENAME TABLE `db`.`t` TO `db`.`u`")]
    public void What_is_understood_and_wanted_is_applied_with_its_names_in_quotes(string sql, string run) =>
        Assert.Equal([run], Sent(Plan().Of(At, Of(sql))).Run.Select(r => r.Sql));

    [Fact]
    public void Names_are_mapped_as_the_task_s_rows_are()
    {
        var mapping = new Mapping
        {
            Schemas = new Dictionary<string, string> { ["db"] = "copy" }, Tables = [new() { Source = "db.t", Sink = "x`y" }],
        };
        var mapped = Sent(Plan(mapping: mapping).Of(At, Of("ALTER TABLE t ADD c INT")));
        Assert.Equal("ALTER TABLE `copy`.`x``y` ADD c INT", Assert.Single(mapped.Run).Sql);
        var one = Sent(Plan(database: "all").Of(At, Of("CREATE TABLE other.u LIKE t")));
        Assert.Equal(("CREATE TABLE `all`.`u` LIKE `all`.`t`", "all"), (Assert.Single(one.Run).Sql, one.Schema));
        Assert.Equal([new TableName("all", "u")], one.Run[0].Does.Tables);
    }

    [Fact]
    public void Columns_that_the_task_has_otherwise_are_a_person_s_matter()
    {
        var mapping = new Mapping { Tables = [new() { Source = "db.t", ColumnsLeftOut = ["x"] }] };
        Assert.Contains("other columns", Stopped(Plan(mapping: mapping).Of(At, Of("ALTER TABLE t ADD c INT"))), StringComparison.Ordinal);
        Sent(Plan(mapping: mapping).Of(At, Of("ALTER TABLE u ADD c INT")));
        var renamed = new Dictionary<string, string> { ["a"] = "b" };
        var both = new Mapping { Tables = [new() { Source = "db.t", Columns = renamed }, new() { Source = "db.u", Columns = renamed }] };
        Assert.Contains("columns of db.t", Stopped(Plan(mapping: both).Of(At, Of("RENAME TABLE t TO u"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DROP TABLE t", "dropTable")]
    [InlineData("ALTER TABLE t ADD c INT, DROP d, DROP e", "apply dropColumn by")]
    [InlineData("TRUNCATE TABLE t", "truncateTable")]
    [InlineData("ALTER TABLE t ENGINE=InnoDB", "ENGINE")]
    [InlineData("ALTER TABLE t ADD c INT; DROP TABLE t", "more follows")]
    [InlineData("", "tells no statement")]
    public void What_destroys_or_is_not_understood_stops_the_task_with_its_words(string sql, string why)
    {
        var said = Stopped(Plan().Of(At, Of(sql)));
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.Contains(sql, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_statement_is_whole_in_the_note_and_cut_in_the_sentence()
    {
        var sql = "ALTER TABLE t COMMENT 'a\nb" + new string('x', 200_000) + "'";
        var fault = Assert.IsType<StopAtDdl>(Plan().Of(At, Of(sql))).Fault;
        Assert.InRange(fault.ToString().Length, 1000, 2000);
        Assert.DoesNotContain('\n', fault.ToString());
        Assert.Equal(sql, fault.Ddl!.Statement);
    }

    [Theory]
    [InlineData("CREATE TABLE t(a INT) ENGINE=FEDERATED CONNECTION='mysql://u:hush''s\\'hush@h/db'")]
    [InlineData("CREATE TABLE t(a INT) connection = \"mysql://u:hush@h\"")]
    [InlineData("CREATE TABLE t(a INT) CONNECTION 'mysql://u:hush@h")]
    public void The_password_of_another_server_is_shown_nowhere(string sql)
    {
        var fault = Assert.IsType<StopAtDdl>(Plan().Of(At, Of(sql))).Fault;
        Assert.DoesNotContain("hush", $"{fault} {fault.Ddl}", StringComparison.Ordinal);
    }

    [Fact]
    public void Another_engine_s_language_is_not_guessed_at()
    {
        var translated = Assert.IsType<TranslateDdl>(Plan("postgres").Of(At, Of("ALTER TABLE t ADD c INT")));
        Assert.Equal(("mysql", null, 0), (translated.Engine, translated.Why, translated.Ddl.Run.Count));
        // A statement that is off is shown as it would be there, and one that is not understood is nobody's to translate.
        Assert.Contains("dropColumn", Assert.IsType<TranslateDdl>(Plan("postgres").Of(At, Of("ALTER TABLE t DROP c"))).Why,
            StringComparison.Ordinal);
        Assert.Contains("ENGINE", Stopped(Plan("postgres").Of(At, Of("ALTER TABLE t ENGINE=InnoDB"))), StringComparison.Ordinal);
        Assert.Contains("takes no statements", Stopped(Plan("").Of(At, Of("ALTER TABLE t ADD c INT"))), StringComparison.Ordinal);
        Assert.IsType<TranslateDdl>(Plan("x").Of(At, Of("ALTER TABLE t ADD c INT")));
        Assert.Contains("in which language", Stopped(Plan().Of(At, new Ddl("ALTER TABLE t ADD c INT", "db.t"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_others_are_passed_by_and_never_dropped_with_the_task_s_own()
    {
        var plan = Plan(wanted: "db.t*", policy: World.AllDdl);
        Assert.IsType<PassDdl>(plan.Of(At, Of("DROP TABLE u, v")));
        Assert.Equal(["DROP TABLE `db`.`t1`", "DROP TABLE `db`.`t2`"],
            Sent(plan.Of(At, Of("DROP TABLE IF EXISTS t1, u, t2"))).Run.Select(r => r.Sql));
        Assert.Contains("together with others", Stopped(plan.Of(At, Of("RENAME TABLE t1 TO u"))), StringComparison.Ordinal);
        Assert.Contains("together with others", Stopped(plan.Of(At, Of("RENAME TABLE u TO t1"))), StringComparison.Ordinal);
        Assert.Contains("together with others", Stopped(plan.Of(At, Of("RENAME TABLE t1 TO t2, t3 TO u"))), StringComparison.Ordinal);
        Assert.IsType<PassDdl>(plan.Of(At, Of("RENAME TABLE u TO v")));
        Assert.Contains("together with others", Stopped(Plan(wanted: "db.x").Of(At, Of("RENAME TABLE t TO x"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ticket_is_of_one_statement_at_one_place()
    {
        string Ticket(Position at, string sql) => Assert.IsType<StopAtDdl>(Plan().Of(at, Of(sql))).Fault.Ddl!.Ticket;
        var ticket = Ticket(At, "DROP TABLE t");
        Assert.Equal(ticket, Ticket(At, "DROP TABLE t"));
        Assert.NotEqual(ticket, Ticket(new Position(1, 6), "DROP TABLE t"));
        Assert.NotEqual(ticket, Ticket(At, "DROP TABLE  t"));
        Assert.Matches("^[0-9a-f]{16}$", ticket);
    }

    [Fact]
    public void Each_answer_is_taken_for_what_it_says()
    {
        var drop = Of("DROP TABLE t");
        var done = Assert.IsType<SendDdl>(Answered(drop, new DdlAnswer(DdlChoice.Done)));
        Assert.Equal((true, DdlOutcome.Done, 0), (done.IsChecked, done.Ddl.Outcome, done.Ddl.Run.Count));
        var skipped = Assert.IsType<SendDdl>(Answered(drop, new DdlAnswer(DdlChoice.Skip)));
        Assert.Equal((false, DdlOutcome.Skipped, 0), (skipped.IsChecked, skipped.Ddl.Outcome, skipped.Ddl.Run.Count));
        Assert.Equal("DROP TABLE `db`.`t`", Assert.Single(Sent(Answered(drop, new DdlAnswer(DdlChoice.Apply))).Run).Sql);
        var edited = Sent(Answered(drop, new DdlAnswer(DdlChoice.Apply, "RENAME TABLE t TO old;")));
        Assert.Equal((DdlOutcome.Edited, "RENAME TABLE t TO old;"), (edited.Outcome, edited.Run[0].Sql));
        Assert.Equal([new TableName("db", "t"), new TableName("db", "old")], edited.Run[0].Does.Tables);
    }

    [Theory]
    [InlineData("RENAME TABLE t TO old; DROP TABLE u")]
    [InlineData("DELETE FROM t")]
    [InlineData("COMMIT")]
    [InlineData("DROP TABLE `t")]
    [InlineData("ALTER TABLE t /*!50000 ADD c INT */")]
    public void Something_else_is_applied_only_if_it_is_one_change_of_a_table(string other) => Assert.Equal("DP-422",
        Assert.IsType<StopAtDdl>(Answered(Of("DROP TABLE t"), new DdlAnswer(DdlChoice.Apply, other))).Fault.Code);

    [Theory]
    [InlineData("ALTER TABLE t ADD c DATETIME DEFAULT NOW()", true)]
    [InlineData("ALTER TABLE t ADD c DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL", true)]
    [InlineData("ALTER TABLE t ADD c CHAR(36) DEFAULT (uuid()), ADD d CHAR(36) DEFAULT (uuid())", true)]
    [InlineData("ALTER TABLE t ADD c INT AUTO_INCREMENT, ADD UNIQUE (c)", true)]
    [InlineData("CREATE TABLE t(id INT AUTO_INCREMENT PRIMARY KEY, c DATETIME DEFAULT NOW())", false)]
    [InlineData("ALTER TABLE t ADD c INT DEFAULT -5 NOT NULL", false)]
    [InlineData("ALTER TABLE t ADD c CHAR(36) DEFAULT 'uuid()'", false)]
    [InlineData("ALTER TABLE t MODIFY c DATETIME DEFAULT NOW()", false)]
    public void Rows_that_are_there_get_no_value_that_the_sink_computes(string sql, bool isAsked)
    {
        var step = Plan().Of(At, Of(sql));
        Assert.Equal(isAsked, step is StopAtDdl);
        Assert.True(!isAsked || Stopped(step).Contains("value of c that the source computed", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_source_doubts_stops_the_task_when_it_is_about_its_tables()
    {
        var doubted = new Ddl("SELECT f()", "") { Engine = "mysql", Schema = "db", Tables = ["db.t", "db.u"], WhyNot = "a function" };
        Assert.Contains("a function", Stopped(Plan().Of(At, doubted)), StringComparison.Ordinal);
        Assert.IsType<PassDdl>(Plan(wanted: "db.x").Of(At, doubted));
        Assert.IsType<PassDdl>(Plan(wanted: "db.x").Of(At, doubted with { Tables = ["db.t"] }));
        Assert.Contains("ticket", Stopped(Plan().Of(At, Of("ALTER TABLE t ADD c INT") with { WhyNot = "?" })), StringComparison.Ordinal);
        Assert.Contains("a function", Stopped(Plan(wanted: "db.u").Of(At, doubted)), StringComparison.Ordinal);
        // The same text once more in its transaction is another question.
        Assert.NotEqual(Assert.IsType<StopAtDdl>(Plan().Of(At, doubted)).Fault.Ddl!.Ticket,
            Assert.IsType<StopAtDdl>(Plan().Of(At, doubted with { Number = 1 })).Fault.Ddl!.Ticket);
    }

    [Fact]
    public void PostgreSQL_gives_a_table_another_name_where_it_is()
    {
        Ddl Pg(string sql) => new(sql, "db.t") { Engine = "postgres", Schema = "db" };
        Assert.Equal("ALTER TABLE \"db\".\"t\" RENAME TO \"u\"", Assert.Single(Sent(Plan("postgres").Of(
            At, Pg("ALTER TABLE T RENAME TO u"))).Run).Sql);
        Assert.Equal("CREATE INDEX  i ON \"db\".\"t\" (c)", Assert.Single(Sent(Plan("postgres").Of(
            At, Pg("CREATE INDEX CONCURRENTLY i ON t (c)"))).Run).Sql);
        Assert.IsType<PassDdl>(Plan("postgres").Of(At, Pg("ALTER TABLE t OWNER TO x")));
        Assert.Contains("also does", Stopped(Plan("postgres").Of(At, Pg("ALTER TABLE t OWNER TO x, ADD c int"))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_that_goes_without_its_table_s_name_is_of_the_source_s_table() => Assert.Equal([new TableName("db", "t")],
        Assert.IsType<SendDdl>(Plan("sqlite").Of(At, new Ddl("DROP INDEX i", "db.t") { Engine = "sqlite", Schema = "db" })).Does.Tables);

    [Fact]
    public void A_truncate_is_a_person_s_matter_too()
    {
        Assert.Contains("truncateTable", Stopped(Plan().OfTruncate(At, ["db.t"])!), StringComparison.Ordinal);
        Assert.Null(Plan(policy: World.AllDdl).OfTruncate(At, ["db.t"]));
        var ticket = new DdlName(At, "TRUNCATE TABLE db.t, db.u", "").Ticket;
        DdlStep With(DdlAnswer answer) => Plan(policy: DdlPolicy.Default with
        {
            Answers = new Dictionary<string, DdlAnswer> { [ticket] = answer },
        }).OfTruncate(At, ["db.t", "db.u"])!;
        var skipped = Assert.IsType<SendDdl>(With(new DdlAnswer(DdlChoice.Skip)));
        Assert.Equal((DdlOutcome.Skipped, false, 0), (skipped.Ddl.Outcome, skipped.IsChecked, skipped.Ddl.Run.Count));
        Assert.Equal(DdlOutcome.Applied, Sent(With(new DdlAnswer(DdlChoice.Apply))).Outcome);
        Assert.Contains("as it is, or left out", Stopped(With(new DdlAnswer(DdlChoice.Apply, "DROP TABLE t"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_is_said_to_be_done_is_looked_for()
    {
        Assert.False(Assert.IsType<SendDdl>(Plan().Of(At, Of("ALTER TABLE t ADD c INT"))).IsChecked);
        foreach (var (sql, other) in new[] { ("DROP TABLE t", null), ("DROP TABLE t", "RENAME TABLE t TO o"), ("OPTIMIZE TABLE t", null) })
        {
            Assert.False(Assert.IsType<SendDdl>(Answered(Of(sql), new DdlAnswer(DdlChoice.Apply, other))).IsChecked);
        }
    }

    [Fact]
    public void An_answer_cannot_apply_what_has_no_text_or_a_language_that_the_sink_has_not()
    {
        var apply = new DdlAnswer(DdlChoice.Apply);
        Assert.Contains("no text to apply", Stopped(Answered(Of(""), apply)), StringComparison.Ordinal);
        Assert.Contains("takes no statements", Stopped(Answered(Of("DROP TABLE t"), apply, "")), StringComparison.Ordinal);
        Assert.Null(Assert.IsType<TranslateDdl>(Answered(Of("DROP TABLE t"), apply, "postgres")).Why);
        Assert.Contains("language of mysql", Stopped(Answered(Of("ALTER TABLE t ENGINE=InnoDB"), apply, "postgres")),
            StringComparison.Ordinal);
    }

    private static DdlStep Answered(Ddl ddl, DdlAnswer answer, string engine = "mysql") => Plan(engine, policy: DdlPolicy.Default with
    {
        Answers = new Dictionary<string, DdlAnswer> { [new DdlName(At, ddl.Statement, ddl.Table).Ticket] = answer },
    }).Of(At, ddl);

    private static Ddl Of(string sql) => new(sql, "db.t") { Engine = "mysql", Schema = "db" };

    private static SinkDdl Sent(DdlStep step) => step is StopAtDdl stop
        ? throw new Xunit.Sdk.XunitException(stop.Fault.ToString()) : Assert.IsType<SendDdl>(step).Ddl;

    private static string Stopped(DdlStep step) => Assert.IsType<StopAtDdl>(step).Fault.ToString();

    private static DdlPlan Plan(string engine = "mysql", string? database = null, Mapping? mapping = null, string? wanted = null,
        DdlPolicy? policy = null) => new(policy ?? DdlPolicy.Default, mapping ?? Mapping.Identity,
        wanted is null ? StreamFilter.None : new StreamFilter { Tables = [wanted] },
        new SinkCapabilities(false, false, 8) { DdlEngine = engine, Database = database });
}
