using System.Xml.Linq;

namespace Holdfast.Tidy.Tests;

/// <summary>Style that matters is a test that fails with a useful message.</summary>
public sealed partial class TidyTests
{
    private const int LinesMax = 250;
    private const int ColumnsMax = 140;

    /// <summary>Endings that say nothing, but for <c>store-manager</c>, whose name was given.</summary>
    private static readonly string[] VagueEndings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Base", "Info", "Impl"];

    /// <summary>Put together at run time, so that this file does not name what it forbids.</summary>
    private static readonly string[] NeverNamed =
        ["/wo" + "rk/", "/ro" + "ot/", "nuget" + ".org", "artifact" + "ory", "pkgs.dev" + ".azure", "npmjs" + ".org", "pypi" + ".org"];

    [Fact]
    public void No_source_file_is_longer_than_250_lines() => Tree.None(
        $"Split these by what they are about; a file has at most {LinesMax} lines:",
        Tree.Code.Select(f => (File: f, Count: Tree.Lines(f).Count())).Where(f => f.Count > LinesMax)
            .Select(f => $"{f.File}: {f.Count} lines"));

    [Fact]
    public void No_line_is_wider_than_140_columns() => Tree.None(
        $"Break these lines; 120 columns are the aim, {ColumnsMax} the most:",
        from file in Tree.Code
        from line in Tree.Lines(file)
        where line.Line.Length > ColumnsMax
        select $"{file}:{line.Number}: {line.Line.Length} columns");

    [Fact]
    public void No_file_has_a_name_that_says_nothing() => Tree.None(
        "Name these after what they do; Manager, Helper, Util, Common, Base, Info and Impl say nothing:",
        Tree.Sources.Where(f => VagueEndings.Any(e => Path.GetFileNameWithoutExtension(f).EndsWith(e, StringComparison.Ordinal))));

    [Fact]
    public void No_service_references_another_service() => Tree.None(
        "Services speak over the bus; what two must see alike belongs into contracts, fleet or platform:",
        from file in Tree.Files
        where file.StartsWith("services/", StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal)
        from reference in XDocument.Parse(Tree.Text(file)).Descendants("ProjectReference")
        let path = Path.GetFullPath(Path.Combine(Tree.Root, Path.GetDirectoryName(file)!, (string)reference.Attribute("Include")!))
        let target = Path.GetRelativePath(Tree.Root, path).Replace('\\', '/')
        where target.StartsWith("services/", StringComparison.Ordinal)
        select $"{file} references {target}");

    [Fact]
    public void Decisions_are_numbered_dated_and_listed()
    {
        const string Folder = "docs/decisions/";
        var pages = Tree.Files.Where(f => f.StartsWith(Folder, StringComparison.Ordinal) && char.IsAsciiDigit(f[Folder.Length])).ToList();
        var index = Tree.Text(Folder + "README.md");
        Tree.None("A decision's file is NNNN-words.md, begins with '# N. Title' and 'Date: YYYY-MM-DD', and stands in README.md there:",
            pages.Where(f => !Regex.IsMatch(Tree.Text(f),
                    $@"^# {f.Substring(Folder.Length, 4).TrimStart('0')}\. \S.*\n\nDate: \d{{4}}-\d\d-\d\d\n\n"))
                .Concat(pages.Where(f => !index.Contains($"({Path.GetFileName(f)})", StringComparison.Ordinal)))
                .Concat(pages.GroupBy(f => f[..(Folder.Length + 4)], StringComparer.Ordinal).Where(g => g.Count() > 1).SelectMany(g => g)));
    }

    [Fact]
    public void Every_code_is_listed_in_the_table_of_errors_and_every_listed_code_is_used()
    {
        const string Table = "docs/errors.md";
        var speaking = Tree.Code.Append("deploy/nginx.conf");
        var used = speaking.Where(f => !f.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(f => Code().Matches(Tree.Text(f)).Select(m => (Code: m.Value, File: f)))
            .ToLookup(u => u.Code, u => u.File);
        var rows = Tree.Lines(Table).Where(l => l.Line.StartsWith("| ", StringComparison.Ordinal))
            .Select(l => Code().Match(l.Line.Split('|')[1])).Where(m => m.Success).Select(m => m.Value).ToList();
        Tree.None("Codes and their table must agree:",
        [
            .. used.Where(u => !rows.Contains(u.Key))
                .Select(u => $"{u.Key} ({u.First()}) has no row in {Table}: code | meaning | HTTP status | what to do"),
            .. rows.Where(r => !used.Contains(r)).Select(r => $"{r} is in {Table} and in no source file: delete the row"),
            .. rows.CountBy(r => r).Where(r => r.Value > 1).Select(r => $"{r.Key} has {r.Value} rows in {Table}"),
            .. rows.GroupBy(r => r[..2]).Where(g => !g.SequenceEqual(g.Order(StringComparer.Ordinal)))
                .Select(g => $"the rows of {g.Key} in {Table} are not sorted"),
        ]);
    }

    [Fact]
    public void Every_relative_link_leads_somewhere() => Tree.None(
        "These links lead nowhere:",
        from file in Tree.Files
        where file.EndsWith(".md", StringComparison.Ordinal)
        from link in Link().Matches(Fenced().Replace(Tree.Text(file), ""))
        let parts = Uri.UnescapeDataString(link.Groups[1].Value).Split('#')
        where !parts[0].Contains(':', StringComparison.Ordinal)
        let path = parts[0].Length == 0 ? Path.Combine(Tree.Root, file) : Path.Combine(Tree.Root, Path.GetDirectoryName(file)!, parts[0])
        where (!File.Exists(path) && !Directory.Exists(path)) || (parts is [_, { } anchor] && !HasHeading(path, anchor))
        select $"{file}: {link.Groups[1].Value}");

    private static bool HasHeading(string path, string anchor) =>
        File.Exists(path) && Citations.Headings(File.ReadAllText(path)).Any(h => Citations.Slug(h) == anchor);

    [Fact]
    public void No_file_names_a_machine_s_path_or_a_package_registry() => Tree.None(
        "These hold on one machine only, or are settings of the one who builds:",
        from file in Tree.Files
        where !Tree.Text(file).Contains('\0', StringComparison.Ordinal)
        from line in Tree.Lines(file)
        from name in NeverNamed
        where line.Line.Contains(name, StringComparison.OrdinalIgnoreCase) && !IsAddress(line.Line, name)
        select $"{file}:{line.Number}: {name}");

    [Fact]
    public void Nobody_sleeps_or_reads_the_wall_clock() => Tree.None(
        "Take a TimeProvider instead:",
        from file in Tree.Sources
        where file != "tests/tidy/TidyTests.cs"
        from line in Tree.Lines(file)
        where Banned().IsMatch(line.Line)
        select $"{file}:{line.Number}: {line.Line.Trim()}");

    /// <summary>
    /// Formats of a store, of a browser's input, and of a log that writes its zone. Besides, components/ write the values of data
    /// sources as those do.
    /// </summary>
    private static readonly string[] OwnDates =
        ["contracts/Iso.cs", "platform/State/StateJson.cs", "services/console/Actions/FormValues.cs", "agents/supervisor/Program.cs"];

    [Fact]
    public void A_moment_is_written_in_one_way() => Tree.None(
        "Write moments with contracts/Iso.cs: ISO 8601 with the zone; in the console with <When>:",
        from file in Tree.Files
        where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal)
        where !file.StartsWith("tests/", StringComparison.Ordinal) && !file.StartsWith("components/", StringComparison.Ordinal)
            && !OwnDates.Contains(file)
        from line in Tree.Lines(file)
        where DateFormat().IsMatch(line.Line)
        select $"{file}:{line.Number}: {line.Line.Trim()}");

    [Fact]
    public void Every_shell_script_can_be_read_by_bash() => Tree.None(
        "bash -n refuses:",
        from file in Tree.Files.Where(Tree.IsShell)
        let checkedBy = Tree.Run("bash", $"-n \"{file}\"")
        where checkedBy.Exit != 0
        select $"{file}: {checkedBy.Error.Trim()}");

    /// <summary>A path of an address on the web is not a path of a machine.</summary>
    private static bool IsAddress(string line, string name) =>
        name[0] == '/' && Regex.IsMatch(line, @"https?://\S*" + Regex.Escape(name))
            && !Regex.IsMatch(line, @"(^|[\s""'=(])" + Regex.Escape(name));

    [GeneratedRegex(@"\b(HA|ST|AL|HB|PF|CO|DP)-\d{3}\b")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"Thread\.Sleep\(|\bDateTime(Offset)?\.(Utc)?Now\b")]
    private static partial Regex Banned();

    [GeneratedRegex(@"yyyy-MM-dd[ T']|:[uU]\}")]
    private static partial Regex DateFormat();
}
