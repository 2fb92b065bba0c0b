using Spectre.Console;

namespace Holdfast.App.Operator;

/// <summary>Rows for people on a terminal; aligned text for a pipe, where nothing is cut or wrapped.</summary>
internal static class Tables
{
    /// <param name="rows">Equally many cells each, the header first.</param>
    internal static void Print(IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0 || rows[0].Length == 0)
        {
            Console.WriteLine("nothing");
            return;
        }

        if (Console.IsOutputRedirected)
        {
            foreach (var line in Listing.Align(rows))
            {
                Console.WriteLine(line);
            }

            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var title in rows[0])
        {
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(title)}[/]"));
        }

        foreach (var row in rows.Skip(1))
        {
            table.AddRow([.. row.Select(cell => new Markup(Tone(cell)))]);
        }

        AnsiConsole.Write(table);
    }

    private static string Tone(string cell) => cell switch
    {
        "Online" or "Running" or "Successful" or "Sent again" or "RUNNING" or "yes" or "pass" => $"[green]{cell}[/]",
        "Down" or "Abnormal" or "Failed" or "FAILED" or "firing" or "no" or "fail" => $"[red]{cell}[/]",
        "Quarantined" or "Migrating" or "Ready" or "Starting" or "In Progress" or "Pending" => $"[yellow]{cell}[/]",
        _ => Markup.Escape(cell),
    };
}
