using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;

namespace Holdfast.Engine.Sqlite.Capture;

/// <summary>Kinds of the log's rows.</summary>
internal enum LogOp
{
    Insert = 1,
    Update = 2,
    Delete = 3,

    /// <summary>A sign of life; v0 is the barrier or NULL.</summary>
    Beat = 4,

    /// <summary>A table changed; v0 is a statement, maybe empty, v1 its name.</summary>
    Ddl = 5,

    /// <summary>Rows may have been missed; v0 is the code, v1 the sentence, v2 what helps.</summary>
    Stop = 6,
}

/// <summary>
/// The triggers of one table. REPLACE removes rows without telling DELETE triggers, unless the writer's connection has recursive_triggers
/// on. So rows that conflict with a new row are noted before it is written, as candidates. A candidate that is gone afterwards, and that no
/// trigger has logged, was replaced. An insert that is ignored, fails, or becomes an update leaves candidates that are still there: they
/// say nothing.
/// </summary>
internal sealed class CaptureTriggers
{
    private const string WhenSomeCandidate = "WHEN EXISTS(SELECT 1 FROM hf_candidate) ";

    private readonly TableShape _shape;
    private readonly string _id;
    private readonly string _known;
    private readonly IReadOnlyDictionary<string, string> _indexes;

    private CaptureTriggers(uint id, TableShape shape, long catalogRow, IReadOnlyDictionary<string, string> indexes)
    {
        (_shape, _indexes) = (shape, indexes);
        _id = id.ToString(CultureInfo.InvariantCulture);
        var row = catalogRow.ToString(CultureInfo.InvariantCulture);
        // By the row's number at once; by name after a VACUUM, which may number the catalog anew, if this trigger is on the table of that
        // name. Zero: the table was changed; else the catalog's newest row, which tells whether a trigger of somebody else is newer.
        _known = $"IIF((SELECT sql FROM sqlite_master WHERE rowid = {row}) IS {Sql.Text(shape.Sql)} OR EXISTS(SELECT 1 FROM sqlite_master"
            + $" WHERE type = 'table' AND name = {Sql.Text(shape.Name)} AND sql = {Sql.Text(shape.Sql)}) AND EXISTS(SELECT 1 FROM"
            + $" sqlite_master WHERE type = 'trigger' AND name = 'hf_{_id}_i' AND tbl_name = {Sql.Text(shape.Name)}),"
            + " (SELECT max(rowid) FROM sqlite_master), 0)";
    }

    /// <summary>Name and text of each trigger.</summary>
    /// <param name="id">Of the table's schema in the log.</param>
    /// <param name="shape">The table.</param>
    /// <param name="catalogRow">Its row in sqlite_master.</param>
    /// <param name="indexes">The text of each CREATE INDEX, by name.</param>
    internal static IReadOnlyList<(string Name, string Sql)> Of(
        uint id, TableShape shape, long catalogRow, IReadOnlyDictionary<string, string> indexes)
    {
        var triggers = new CaptureTriggers(id, shape, catalogRow, indexes);
        return
        [
            triggers.Trigger("bi", "BEFORE INSERT", triggers.WhenSomeConflict(), triggers.Candidates(isUpdate: false)),
            triggers.Trigger("bu", "BEFORE UPDATE", triggers.WhenKeyChanges(), triggers.Candidates(isUpdate: true)),
            // Those that are made later run first: what was replaced is logged before what replaced it.
            triggers.Trigger("i", "AFTER INSERT", "", triggers.Log(LogOp.Insert, "NEW")),
            triggers.Trigger("ri", "AFTER INSERT", WhenSomeCandidate, triggers.Replaced()),
            triggers.Trigger("u", "AFTER UPDATE", "", triggers.Log(LogOp.Update, "OLD", "NEW")),
            triggers.Trigger("ru", "AFTER UPDATE", WhenSomeCandidate, triggers.NoCandidate() + triggers.Replaced()),
            triggers.Trigger("d", "AFTER DELETE", "", triggers.NoCandidate() + triggers.Log(LogOp.Delete, "OLD")),
        ];
    }

    /// <summary>Columns of the log's images.</summary>
    internal static string Values(int count) =>
        Sql.List(Enumerable.Range(0, count), i => $"v{i.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>The image of a row that is named by a prefix.</summary>
    internal static string Image(TableShape shape, string of) => Sql.List(shape.Schema.Columns, c => $"{of}.{Sql.Name(c.Name)}");

    private (string Name, string Sql) Trigger(string suffix, string when, string condition, string body)
    {
        var name = $"hf_{_id}_{suffix}";
        return (name, $"CREATE TRIGGER {name} {when} ON {Sql.Name(_shape.Name)} FOR EACH ROW {condition}BEGIN {body}END");
    }

    private string Log(LogOp op, params string[] images) =>
        $"INSERT INTO hf_log(tbl, op, known, {Values(_shape.Columns.Count * images.Length)})"
        + $" VALUES({_id}, {(int)op}, {_known}, {Sql.List(images, i => Image(_shape, i))}); ";

    /// <summary>The row itself has gone or changed, and that is logged: it is no candidate any more.</summary>
    private string NoCandidate() => $"DELETE FROM hf_candidate WHERE hf_candidate.tbl = {_id} AND {Same("", "OLD", isCandidate: true)}; ";

    /// <summary>Logs each candidate that is not in the table any more, or whose place the new row has.</summary>
    private string Replaced()
    {
        var gone = $"hf_candidate.tbl = {_id} AND ({Same("", "NEW", isCandidate: true)}"
            + $" OR NOT EXISTS(SELECT 1 FROM {Sql.Name(_shape.Name)} AS x WHERE {Same("x", "", isCandidate: true)}))";
        var values = Values(_shape.Columns.Count);
        return $"INSERT INTO hf_log(tbl, op, known, {values}) SELECT {_id}, {(int)LogOp.Delete}, {_known}, {values}"
            + $" FROM hf_candidate WHERE {gone}; DELETE FROM hf_candidate WHERE {gone}; ";
    }

    private string Candidates(bool isUpdate)
    {
        var itself = isUpdate ? $" AND NOT ({Same("x", "OLD", isCandidate: false)})" : "";
        return string.Concat(Conflicts().Select(c =>
            $"INSERT INTO hf_candidate(tbl, rid, {Values(_shape.Columns.Count)})"
            + $" SELECT {_id}, {RowNumber("x")}, {Image(_shape, "x")} FROM {Sql.Name(_shape.Name)} AS x WHERE {c}{itself}"
            + $" AND NOT EXISTS(SELECT 1 FROM hf_candidate WHERE hf_candidate.tbl = {_id} AND {Same("x", "", isCandidate: true)}); "));
    }

    /// <summary>Most new rows are in conflict with nobody: to ask that costs half of what noting nothing costs.</summary>
    private string WhenSomeConflict()
    {
        var conflicts = Conflicts();
        return conflicts.Count == 0
            ? ""
            : $"WHEN {Sql.List(conflicts, c => $"EXISTS(SELECT 1 FROM {Sql.Name(_shape.Name)} AS x WHERE {c})", " OR ")} ";
    }

    /// <summary>Conditions under which a row x cannot stand beside NEW.</summary>
    private List<string> Conflicts()
    {
        var conflicts = new List<string>();
        if (!_shape.IsWithoutRowId)
        {
            conflicts.Add(Same("x", "NEW", isCandidate: false));
        }

        conflicts.AddRange(_shape.Uniques.Select(Conflict));
        return conflicts;
    }

    /// <summary>Rows x that a unique index does not let stand beside NEW.</summary>
    private string Conflict(IndexShape index)
    {
        var text = _indexes.TryGetValue(index.Name, out var sql) ? IndexText.Parse(sql) : null;
        var terms = index.Columns.Select((column, i) =>
        {
            var collation = $" COLLATE {Sql.Name(index.Collations[i])}";
            if (column >= 0)
            {
                var name = Sql.Name(_shape.Schema.Columns[column].Name);
                return $"x.{name}{collation} = NEW.{name}";
            }

            // The expression of the new row: its columns stand where the table's stood.
            var row = Sql.List(_shape.Schema.Columns, c => $"NEW.{Sql.Name(c.Name)} AS {Sql.Name(c.Name)}");
            return $"({text!.Terms[i]}){collation} = (SELECT {text.Terms[i]} FROM (SELECT {row}))";
        });
        return string.Join(" AND ", text?.Condition is { } condition ? terms.Append($"({condition})") : terms);
    }

    /// <summary>An update that leaves all keys as they are replaces nobody.</summary>
    private string WhenKeyChanges()
    {
        if (_shape.Uniques.Any(u => u.IsPartial || u.HasExpressions))
        {
            return "";
        }

        var keys = _shape.Uniques.SelectMany(u => u.Columns).Distinct().Select(c => Sql.Name(_shape.Schema.Columns[c].Name))
            .Concat(_shape.IsWithoutRowId ? [] : [Sql.Name(_shape.RowId)]).Distinct(StringComparer.Ordinal);
        return $"WHEN {Sql.List(keys, k => $"NEW.{k} IS NOT OLD.{k} COLLATE BINARY", " OR ")} ";
    }

    /// <summary>Two rows have one place in the table: by the number of the row, or by the primary key.</summary>
    /// <param name="row">Prefix of the one; empty: a candidate's columns.</param>
    /// <param name="other">Prefix of the other one; empty: a candidate's columns.</param>
    /// <param name="isCandidate">One of them is a candidate.</param>
    private string Same(string row, string other, bool isCandidate)
    {
        var named = row.Length > 0 ? row : other;
        if (!_shape.IsWithoutRowId)
        {
            var number = RowNumber(named);
            return isCandidate ? $"hf_candidate.rid = {number}" : $"{number} = {RowNumber(other)}";
        }

        return Sql.List(_shape.Schema.PrimaryKey!.Columns, c =>
        {
            var name = Sql.Name(_shape.Schema.Columns[c].Name);
            var value = isCandidate ? $"hf_candidate.v{c.ToString(CultureInfo.InvariantCulture)}" : $"{other}.{name}";
            return $"{named}.{name} = {value}";
        }, " AND ");
    }

    private string RowNumber(string of) => $"{of}.{Sql.Name(_shape.IsWithoutRowId ? FirstKey : _shape.RowId)}";

    private string FirstKey => _shape.Schema.Columns[_shape.Schema.PrimaryKey!.Columns[0]].Name;
}
