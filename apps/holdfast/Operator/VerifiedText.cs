namespace Holdfast.App.Operator;

/// <summary>Comparisons for people: a table, the rows that differ, and one line that says it all.</summary>
internal sealed class VerifiedText(IReadOnlyList<Compared> compared)
{
    /// <summary>0: everything is equal; 3: something differs, or is not certain.</summary>
    internal int ExitCode => compared.All(c => c.Report["isEqual"]?.GetValue<bool>() == true) ? 0 : DrillCommand.NotPassed;

    /// <summary><c>rows lost 0, doubled 0, differing 0</c>, and what could not be told.</summary>
    internal string Line
    {
        get
        {
            var (open, faults) = (Sum("open"), Tables().Count(t => t.Table["fault"] is not null));
            return $"rows lost {Text(Sum("lost"))}, doubled {Text(Sum("doubled"))}, differing {Text(Sum("differing"))}"
                + (open > 0 ? $", not certain {Text(open)}" : "") + (faults > 0 ? $", tables not compared {Text(faults)}" : "");
        }
    }

    internal void PrintTables()
    {
        Operator.Tables.Print(
        [
            ["task", "table", "rows", "lost", "doubled", "differing", "not certain"],
            .. Tables().Select(t => (string[])
            [
                t.Task, $"{t.Table["table"]}", Number(t.Table, "rows"), Number(t.Table, "lost"), Number(t.Table, "doubled"),
                Number(t.Table, "differing"), Number(t.Table, "open"),
            ]),
        ]);
        foreach (var (task, report) in compared.Select(c => (c.Task, c.Report)))
        {
            foreach (var line in Lines(task, report))
            {
                Console.WriteLine(line);
            }
        }
    }

    private static IEnumerable<string> Lines(string task, JsonObject report)
    {
        foreach (var table in report["tables"]!.AsArray().Where(t => t!["fault"] is not null))
        {
            yield return $"{task} {table!["table"]}: {table["fault"]}";
        }

        foreach (var finding in report["findings"]!.AsArray())
        {
            yield return $"{task} {finding!["table"]} {finding["key"]}: {finding["what"]}";
        }

        if (report["waits"] is { } waits)
        {
            yield return $"{task}: {waits}; see holdfast why task:{task}";
        }

        if (report["counter"] is { } counter)
        {
            var (lost, doubled) = ((long)counter["lost"]!, (long)counter["doubled"]!);
            yield return $"{task}: transactions {counter["first"]} to {counter["last"]} " + (lost + doubled == 0 ? "once each"
                : $"lost {Text(lost)}, doubled {Text(doubled)}: {string.Join(", ", counter["examples"]!.AsArray())}");
        }
    }

    private IEnumerable<(string Task, JsonNode Table)> Tables() =>
        compared.SelectMany(c => c.Report["tables"]!.AsArray().Select(t => (c.Task, t!)));

    private long Sum(string field) => Tables().Sum(t => (long)t.Table[field]!);

    private static string Number(JsonNode table, string field) => Text((long)table[field]!);

    private static string Text(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
