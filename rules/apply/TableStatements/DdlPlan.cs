using Holdfast.Engine.Statements;
using Holdfast.Rules.Apply.Faults;
using Holdfast.Rules.Apply.Matching;

namespace Holdfast.Rules.Apply.TableStatements;

/// <summary>Decision about a statement of the source.</summary>
internal abstract record DdlStep;

/// <summary>It is about nobody's table here.</summary>
internal sealed record PassDdl : DdlStep;

/// <summary>The task stops there.</summary>
internal sealed record StopAtDdl(ApplyFault Fault) : DdlStep;

/// <summary>It goes to the sink, between two moments at which nothing else is under way.</summary>
/// <param name="Ddl">For the sink.</param>
/// <param name="Does">Its actions, with the sink's names.</param>
/// <param name="IsChecked">A person says that it was done: the sink's tables must be so.</param>
internal sealed record SendDdl(SinkDdl Ddl, DdlStatement Does, bool IsChecked) : DdlStep;

/// <summary>It is in another engine's language than the sink's.</summary>
/// <param name="Name">Of the statement.</param>
/// <param name="Ddl">For the sink, without what is to be run.</param>
/// <param name="Does">Its actions, with the sink's names.</param>
/// <param name="Engine">The engine in whose language it is.</param>
/// <param name="Why">The task stops there, and shows what it would be at the sink; null: it goes there.</param>
internal sealed record TranslateDdl(DdlName Name, SinkDdl Ddl, DdlStatement Does, string Engine, string? Why) : DdlStep;

/// <summary>Decides what becomes of statements that change tables.</summary>
/// <param name="policy">The choice of people.</param>
/// <param name="mapping">Names at the sink.</param>
/// <param name="wanted">The task's tables.</param>
/// <param name="sink">Abilities of the sink.</param>
internal sealed class DdlPlan(DdlPolicy policy, Mapping mapping, StreamFilter wanted, SinkCapabilities sink)
{
    /// <summary>Decides on one statement.</summary>
    internal DdlStep Of(Position position, Ddl ddl)
    {
        var name = Name(position, ddl);
        var dialect = Dialect.Of(ddl.Engine, ddl.Modes);
        var read = dialect is null ? new DdlStatement([], [], "nobody says in which language it is")
            : ddl.Statement.Length == 0 ? new DdlStatement([], [], "the source tells no statement, only that the table is another one")
            : DdlReader.Read(ddl.Statement, ddl.Schema, dialect, Parsed(ddl.Table));
        read = ddl.WhyNot.Length > 0 ? read with { WhyNot = ddl.WhyNot } : read;
        var (does, others) = Mine(read);
        if (read.WhyNot is null && does.Actions.Count == 0 || ddl.Tables.Count > 0 && !ddl.IsWanted(wanted))
        {
            return new PassDdl();
        }

        if (policy.Answers.TryGetValue(name.Ticket, out var answer))
        {
            return Answered(name, ddl, answer, does);
        }

        var why = WhyNot(does, others, ddl);
        return does.WhyNot is null && IsForeign(ddl) ? Translate(name, ddl, does, why)
            : why is not null ? Stop(name, why)
            : new SendDdl(Made(name, ddl, DdlOutcome.Applied, Runs(ddl, does)), Placed(does), IsChecked: false);
    }

    /// <summary>Rows of a transaction empty a table; null: they may, or a person has said what becomes of it.</summary>
    internal DdlStep? OfTruncate(Position position, IReadOnlyList<string> tables)
    {
        if (policy.Apply.Contains(DdlKind.TruncateTable))
        {
            return null;
        }

        var name = Emptied(position, tables);
        var record = new SinkDdl(name.Ticket, position, name.Statement, DdlOutcome.Applied, []);
        return !policy.Answers.TryGetValue(name.Ticket, out var answer) ? Stop(name, NotAsked([DdlKind.TruncateTable]))
            : answer.Statement is not null ? Refused(name, "a truncate is applied as it is, or left out")
            : new SendDdl(record with { Outcome = OutcomeOf(answer) }, new DdlStatement([], [], null), IsChecked: false);
    }

    /// <summary>Names a statement.</summary>
    internal static DdlName Name(Position position, Ddl ddl) => new(position, ddl.Statement, ddl.Table) { Number = ddl.Number };

    /// <summary>A fault with the ticket, for a person to answer.</summary>
    internal static ApplyFault Fault(string code, DdlName name, string why) => new(code, $"statement at {name.Position}",
        $"statement ticket {name.Ticket}: {why}; the task stops there, and nothing behind it is written. The source ran: {name.Shown}",
        "Answer it: holdfast tasks answer TASK TICKET --apply (or --statement with another text), --done once it is done by hand, or --skip"
        + " (docs/data.md)")
    {
        Ddl = new DdlNote(name.Ticket, name.Position, name.Plain, why),
    };

    /// <summary>The statement is in a language that the sink does not have.</summary>
    private bool IsForeign(Ddl ddl) => sink.DdlEngine.Length > 0 && sink.DdlEngine != ddl.Engine;

    private TranslateDdl Translate(DdlName name, Ddl ddl, DdlStatement does, string? why) => new(name,
        Made(name, ddl, DdlOutcome.Applied, []) with { Modes = null }, Placed(does), ddl.Engine, why);

    private static DdlName Emptied(Position position, IReadOnlyList<string> tables) =>
        new(position, "TRUNCATE TABLE " + string.Join(", ", tables), "");

    private DdlStep Answered(DdlName name, Ddl ddl, DdlAnswer answer, DdlStatement does)
    {
        if (answer.Choice != DdlChoice.Apply)
        {
            return new SendDdl(Made(name, ddl, OutcomeOf(answer), []), Placed(does), answer.Choice == DdlChoice.Done);
        }

        if (sink.DdlEngine.Length == 0)
        {
            return Refused(name, "the sink takes no statements that change tables");
        }

        if (answer.Statement is { } other)
        {
            // It is read by the sink's own session, and names the sink's tables.
            var dialect = Dialect.Of(sink.DdlEngine, NoBackslashes)!;
            if (DdlReader.WhyNoOther(other, dialect) is { } whyNot)
            {
                return Refused(name, $"what is to be applied instead is not taken: {whyNot}");
            }

            var run = new DdlRun(other, DdlReader.Read(other, Placed(ddl.Schema), dialect, Parsed(ddl.Table)));
            return new SendDdl(Made(name, ddl, DdlOutcome.Edited, [run]) with { Modes = null }, run.Does, IsChecked: false);
        }

        return ddl.Statement.Length == 0 ? Refused(name, "there is no text to apply; give one")
            : IsForeign(ddl) ? does.WhyNot is null ? Translate(name, ddl, does, null)
                : Refused(name, $"it is in the language of {ddl.Engine}, the sink's is {sink.DdlEngine}; give one")
            : does.WhyNot is null
                ? new SendDdl(Made(name, ddl, DdlOutcome.Applied, Runs(ddl, does)), Placed(does), IsChecked: false)
                : new SendDdl(Made(name, ddl, DdlOutcome.Applied, [new DdlRun(ddl.Statement, does)]), does, IsChecked: false);
    }

    /// <summary>Sessions of sinks have the mode in which a backslash is a letter.</summary>
    private const ulong NoBackslashes = 1 << 20;

    private string? WhyNot(DdlStatement does, bool others, Ddl ddl)
    {
        if (does.WhyNot is { } why)
        {
            return why;
        }

        if (sink.DdlEngine.Length == 0)
        {
            return "the sink takes no statements that change tables";
        }

        if (does.Kinds.Where(k => !policy.Apply.Contains(k)).ToList() is { Count: > 0 } off)
        {
            return NotAsked(off);
        }

        if (others)
        {
            return "it changes tables of the task together with others";
        }

        if (does.Actions.Where(a => a.Kind == DdlKind.AddColumn).SelectMany(a => a.Columns).FirstOrDefault(c => c.HasComputedDefault)
            is { } computed)
        {
            return $"rows that are there get a value of {computed.Name} that the source computed when it ran it";
        }

        return does.Names.Select(n => mapping.Of(n.Table.Schema, n.Table.Name)).OfType<TableMapping>()
            .FirstOrDefault(m => m.Columns.Count > 0 || m.ColumnsLeftOut.Count > 0) is { } mapped
            ? $"the task has other columns of {mapped.Source} than the source" : null;
    }

    private static string NotAsked(IReadOnlyList<DdlKind> kinds) =>
        $"the task does not apply {string.Join(", ", kinds.Select(DdlKinds.Name))} by itself";

    /// <summary>The statement's actions on the task's tables. Others of those that it drops stay as they are at the sink.</summary>
    private (DdlStatement Does, bool Others) Mine(DdlStatement read)
    {
        var mine = read.Actions.Where(a => Wants(a.Table) || a.Kind == DdlKind.RenameTable && Wants(a.NewTable)).ToList();
        var isWhole = mine.Count == read.Actions.Count
            && mine.All(a => a.Kind != DdlKind.RenameTable || Wants(a.Table) && Wants(a.NewTable));
        return read.WhyNot is not null || isWhole || read.Actions.All(a => a.Kind == DdlKind.DropTable)
            ? (read.WhyNot is null ? read with { Actions = mine } : read, false) : (read with { Actions = mine }, true);
    }

    private bool Wants(TableName table) => wanted.Wants(table.Schema, table.Name);

    /// <summary>Several tables go one by one: of each it can be told whether it is gone.</summary>
    private List<DdlRun> Runs(Ddl ddl, DdlStatement does)
    {
        var placed = Placed(does);
        return does.Actions.All(a => a.Kind == DdlKind.DropTable)
            ? [.. placed.Actions.Select(a => new DdlRun($"DROP TABLE {Quoted(a.Table)}", new DdlStatement([a], [], null)))]
            : [new DdlRun(does.Renamed(ddl.Statement, t => IsNewName(does, t) ? Quoted(Placed(t).Name, '"') : Quoted(Placed(t))), placed)];
    }

    /// <summary>PostgreSQL gives a table another name where it is, and does not let its schema be said.</summary>
    private bool IsNewName(DdlStatement does, TableName table) => sink.DdlEngine == "postgres"
        && does.Actions.Any(a => a.Kind == DdlKind.RenameTable && a.NewTable == table && a.Table.Schema == table.Schema);

    private SinkDdl Made(DdlName name, Ddl ddl, DdlOutcome outcome, IReadOnlyList<DdlRun> run) =>
        new(name.Ticket, name.Position, name.Statement, outcome, run) { Schema = Placed(ddl.Schema), Modes = ddl.Modes };

    private DdlStatement Placed(DdlStatement does) => does with
    {
        Actions = [.. does.Actions.Select(a => a with
        {
            Table = Placed(a.Table), NewTable = a.Kind == DdlKind.RenameTable ? Placed(a.NewTable) : default,
        })],
    };

    private TableName Placed(TableName table)
    {
        var (schema, name) = mapping.Target(table.Schema, table.Name);
        return new TableName(sink.Database ?? schema, name);
    }

    private string Placed(string schema) => sink.Database ?? mapping.Target(schema, "").Schema;

    private string Quoted(TableName table) => sink.DdlEngine switch
    {
        "mysql" => $"{Quoted(table.Schema, '`')}.{Quoted(table.Name, '`')}",
        // A file has one schema, and not every statement lets it be said.
        "sqlite" => Quoted(table.Name, '"'),
        _ => $"{Quoted(table.Schema, '"')}.{Quoted(table.Name, '"')}",
    };

    private static string Quoted(string name, char quote) =>
        $"{quote}{name.Replace($"{quote}", $"{quote}{quote}", StringComparison.Ordinal)}{quote}";

    private static DdlOutcome OutcomeOf(DdlAnswer answer) => answer.Choice switch
    {
        DdlChoice.Apply => DdlOutcome.Applied,
        DdlChoice.Done => DdlOutcome.Done,
        DdlChoice.Skip => DdlOutcome.Skipped,
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer.Choice, null),
    };

    private static TableName? Parsed(string table) => table.IndexOf('.', StringComparison.Ordinal) is var dot and > 0
        ? new TableName(table[..dot], table[(dot + 1)..]) : null;

    /// <summary>The task stops there.</summary>
    internal static StopAtDdl Stop(DdlName name, string why) => new(Fault("DP-421", name, why));

    private static StopAtDdl Refused(DdlName name, string why) => new(Fault("DP-422", name, why));
}
