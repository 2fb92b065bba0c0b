using Spectre.Console;

namespace Holdfast.App.Operator;

/// <summary>
/// Rows for people on a terminal, in its width and in colours. In a pipe each row is a line, and nothing is cut or wrapped, unless
/// COLUMNS says how wide the line is to be.
/// </summary>
internal static class Tables
{
    private const string Reset = "\e[0m";

    /// <param name="rows">Equally many cells each, the header first.</param>
    internal static void Print(IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0 || rows[0].Length == 0)
        {
            Console.WriteLine("nothing");
            return;
        }

        Func<string, string, string>? paint = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi ? Paint : null;
        foreach (var line in TableText.Lines(rows, Width(), paint))
        {
            Console.WriteLine(line);
        }
    }

    private static int? Width() =>
        !Console.IsOutputRedirected ? AnsiConsole.Profile.Width
        : int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns)
            && columns > 0 ? columns : null;

    private static string Paint(string cell, string shown) => Tone(cell) is { } tone ? $"\e[{tone}m{shown}{Reset}" : shown;

    private static string? Tone(string cell) => cell switch
    {
        "Online" or "Running" or "Successful" or "Sent again" or "RUNNING" or "yes" or "pass" => "32",
        "Down" or "Abnormal" or "Failed" or "FAILED" or "firing" or "no" or "fail" => "31",
        "Quarantined" or "Migrating" or "Ready" or "Starting" or "In Progress" or "Pending" => "33",
        _ => null,
    };
}
