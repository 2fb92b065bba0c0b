namespace Holdfast.Containers.Tests;

/// <summary>A table of all trials, for people: what was done, what was seen, and how long it took. Written with each row.</summary>
internal sealed class Findings(string file)
{
    private readonly List<string> _notes = [];
    private readonly List<string> _rows = [];
    private readonly long _began = TimeProvider.System.GetTimestamp();

    internal void Note(string text)
    {
        _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(_began).TotalSeconds:0} s: {text}"));
        Write();
    }

    internal void Row(string done, IEnumerable<string> seen, TimeSpan took)
    {
        var all = string.Join(". ", seen.Select(Sentence));
        var row = string.Create(CultureInfo.InvariantCulture, $"| {done} | {all} | {took.TotalSeconds:0} |");
        _rows.Add(row);
        Write();
        TestContext.Current.TestOutputHelper?.WriteLine(row);
    }

    private static string Sentence(string seen) => char.ToUpperInvariant(seen[0]) + seen[1..];

    private void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllLines(file, [.. _notes, "", "| done | seen | s |", "|---|---|---|", .. _rows]);
    }
}
