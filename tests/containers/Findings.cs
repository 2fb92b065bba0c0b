using System.Globalization;

namespace Holdfast.Containers.Tests;

/// <summary>What was done, what was seen, and how long it took: a table of all trials, for people.</summary>
internal sealed class Findings
{
    private readonly List<string> _notes = [];
    private readonly List<string> _rows = [];
    private readonly long _began = TimeProvider.System.GetTimestamp();

    internal void Note(string text) => _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{Elapsed:0} s: {text}"));

    internal void Row(string done, IEnumerable<string> seen, TimeSpan took)
    {
        var row = string.Create(CultureInfo.InvariantCulture, $"| {done} | {string.Join("; ", seen)} | {took.TotalSeconds:0} |");
        _rows.Add(row);
        TestContext.Current.TestOutputHelper?.WriteLine(row);
    }

    internal Task Write(string file) => File.WriteAllLinesAsync(file,
    [
        .. _notes, string.Create(CultureInfo.InvariantCulture, $"{Elapsed:0} s: all done"), "",
        "| done | seen | s |", "|---|---|---|", .. _rows,
    ]);

    private double Elapsed => TimeProvider.System.GetElapsedTime(_began).TotalSeconds;
}
