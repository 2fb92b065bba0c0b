using System.Xml.Linq;

namespace Holdfast.Tidy.Tests;

/// <summary>
/// The tree is as docs/architecture/rooms.md draws it: namespaces are folders, arrows are those of its tables, rules are pure.
/// </summary>
public sealed partial class RoomsTests
{
    private const string Page = "docs/architecture/rooms.md";

    /// <summary>Of a project that has no sub-folders: its own files.</summary>
    private const string Root = ".";

    /// <summary>Words that nothing may name that only decides.</summary>
    private static readonly string[] Impure =
    [
        "async ", "await ", "Task<", "ILogger", "TimeProvider", "UtcNow", "DateTime.", "Stopwatch", "IDocuments", "HttpContext",
        "System.IO", "Thread", "lock (", "Environment.", "Random(", "Guid.NewGuid",
    ];

    /// <summary>Its own folder has both what rooms use and what uses rooms.</summary>
    private const string MixedRoot = "platform";

    private sealed record Project(string Folder, string Namespace, Dictionary<string, string[]> MayUse);

    private static IReadOnlyList<Project> Projects { get; } =
    [
        .. PagePart().Split(Tree.Text(Page)).Skip(1).Select(part =>
        {
            var folder = part[..part.IndexOf('\n', StringComparison.Ordinal)].Trim();
            return new Project(folder, NamespaceOf(folder), Row().Matches(part).Select(m => m.Groups)
                .Where(g => g["room"].Value is not ("room" or "---"))
                .ToDictionary(g => g["room"].Value, g => g["uses"].Value is "–" ? [] : g["uses"].Value.Split(", "),
                    StringComparer.Ordinal));
        }),
    ];

    [Fact]
    public void Every_folder_of_a_project_is_a_row_of_its_table()
    {
        Assert.NotEmpty(Projects);
        Tree.None($"{Page} has a row for each folder, in the order of what uses what, and for no other:",
            from project in Projects
            let rooms = Sources(project.Folder).Select(f => RoomOf(project, f)).ToHashSet(StringComparer.Ordinal)
            from room in rooms.Except(project.MayUse.Keys, StringComparer.Ordinal)
                .Concat(project.MayUse.Keys.Except(rooms, StringComparer.Ordinal))
            select $"{project.Folder}, {room}");
    }

    [Fact]
    public void Every_project_of_the_data_plane_has_a_table() => Tree.None(
        $"{Page} has a part for each project below components/, also for one that is a single room:",
        ProjectFolders.Where(f => f.StartsWith("components/", StringComparison.Ordinal))
            .Except(Projects.Select(p => p.Folder), StringComparer.Ordinal));

    [Fact]
    public void Every_room_uses_only_the_rooms_of_its_row() => Tree.None(
        $"Arrows between rooms that {Page} does not have; turn them, or give the thing a room below both:",
        from project in Projects
        from arrow in Arrows(project)
        where !project.MayUse.TryGetValue(arrow.From, out var allowed) || !allowed.Contains(arrow.To, StringComparer.Ordinal)
        select $"{arrow.File}: {project.Folder}, {arrow.From} → {arrow.To}");

    [Fact]
    public void Every_arrow_of_the_tables_is_in_the_code() => Tree.None(
        $"{Page} allows what nobody needs; take these out of it:",
        from project in Projects
        let used = Arrows(project).Select(a => (a.From, a.To)).ToHashSet()
        from row in project.MayUse
        from to in row.Value
        where !used.Contains((row.Key, to))
        select $"{project.Folder}, {row.Key} → {to}");

    [Fact]
    public void No_rooms_use_each_other_in_a_circle() => Tree.None(
        "A room stands in its table behind all that it uses; these do not:",
        from project in Projects
        let order = project.MayUse.Keys.ToList()
        from row in project.MayUse
        from to in row.Value
        where order.IndexOf(to) is var at && (at < 0 || at >= order.IndexOf(row.Key))
        select $"{project.Folder}, {row.Key} → {to}");

    [Fact]
    public void No_room_uses_the_folder_above_that_uses_rooms() => Tree.None(
        "A project's own folder either uses its rooms or is used by them; move these into a room below both:",
        from project in Projects
        where project.Folder != MixedRoot
            && project.MayUse.TryGetValue(Root, out var uses) && uses.Length > 0
        let types = Types(project)[Root].ToList()
        from file in Sources(project.Folder)
        where RoomOf(project, file) != Root
        let text = Plain(file)
        from type in types
        where Regex.IsMatch(text, $@"(?<![\w.]){type}\b")
        select $"{file}: {type}");

    /// <summary>Of every project. A folder may be in small letters, as the kinds of engines are.</summary>
    [Fact]
    public void A_namespace_is_its_folder() => Tree.None(
        "The namespace says where the file lies; move one or rename the other:",
        from project in ProjectFolders
        let root = NamespaceOf(project)
        from file in Sources(project)
        let folders = file[(project.Length + 1)..].Split('/')[..^1]
        let declared = Declared().Match(Tree.Text(file)).Groups["name"].Value
        where declared.Length > 0
            && !string.Equals(declared, string.Join('.', [root, .. folders]), StringComparison.OrdinalIgnoreCase)
        select $"{file}: {declared}");

    [Fact]
    public void Rules_only_decide() => Tree.None(
        "Rules reach no clock, bus, store, logger, thread or file; hand in what they need, and do around them what they decide:",
        (from file in Below("rules")
            from line in Tree.Lines(file)
            where !line.Line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from word in Impure
            where line.Line.Contains(word, StringComparison.Ordinal)
            select $"{file}:{line.Number}: {word}")
        .Concat(
            from file in Tree.Files
            where file.StartsWith("rules/", StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal)
            from reference in XDocument.Parse(Tree.Text(file)).Descendants()
            where reference.Name.LocalName is "ProjectReference" or "PackageReference" or "FrameworkReference"
            let to = (string)reference.Attribute("Include")!
            where !to.EndsWith("/Holdfast.Contracts.csproj", StringComparison.Ordinal)
                && !to.EndsWith("/Holdfast.Fleet.csproj", StringComparison.Ordinal)
                && !to.EndsWith("/Holdfast.Engine.csproj", StringComparison.Ordinal)
            select $"{file} references {to}"));

    /// <summary>By a using, or by a type that is named with its room before it.</summary>
    private static IEnumerable<(string File, string From, string To)> Arrows(Project project)
    {
        var types = Types(project);
        return from file in Sources(project.Folder)
               let room = RoomOf(project, file)
               from to in Usings(project, file).Concat(Qualified().Matches(Plain(file)).Select(m => m.Groups)
                   .Where(g => types[g["room"].Value].Contains(g["type"].Value)).Select(g => g["room"].Value))
               where to != room
               select (file, room, to);
    }

    private static IEnumerable<string> Usings(Project project, string file) => Regex.Matches(
            Tree.Text(file), $@"^@?using (?:static )?{Regex.Escape(project.Namespace)}\.(?<room>\w+)", RegexOptions.Multiline)
        .Select(m => m.Groups["room"].Value);

    /// <summary>The types that each room declares.</summary>
    private static ILookup<string, string> Types(Project project) =>
        (from file in Sources(project.Folder)
         from type in Declaration().Matches(Plain(file)).Select(m => m.Groups["name"].Value)
         select (Room: RoomOf(project, file), Type: type)).ToLookup(t => t.Room, t => t.Type, StringComparer.Ordinal);

    /// <summary>A file without its comments and texts.</summary>
    private static string Plain(string file) => Said().Replace(Tree.Text(file), "");

    private static string RoomOf(Project project, string file) =>
        file[(project.Folder.Length + 1)..].Split('/') is { Length: > 1 } path ? path[0] : Root;

    /// <summary>A project's files, without those of projects that lie in it.</summary>
    private static IEnumerable<string> Sources(string project) => Below(project).Where(f => ProjectOf(f) == project);

    private static IEnumerable<string> Below(string folder) =>
        Tree.Files.Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal)
            && (f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal)));

    private static string? ProjectOf(string file) =>
        ProjectFolders.Where(p => file.StartsWith(p + "/", StringComparison.Ordinal)).MaxBy(p => p.Length);

    private static IReadOnlyList<string> ProjectFolders { get; } =
        [.. Tree.Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)).Select(f => Path.GetDirectoryName(f)!)];

    private static string NamespaceOf(string folder) =>
        XDocument.Parse(Tree.Text(Tree.Files.Single(f => f.StartsWith(folder + "/Holdfast.", StringComparison.Ordinal)
            && f.EndsWith(".csproj", StringComparison.Ordinal)))).Descendants("RootNamespace").Single().Value;

    [GeneratedRegex(@"^## ", RegexOptions.Multiline)]
    private static partial Regex PagePart();

    [GeneratedRegex(@"^\| (?<room>[\w.-]+) \|[^|]*\| (?<uses>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<![\w.])(?<room>[A-Z]\w*)\.(?<type>[A-Z]\w*)")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|ref|unsafe) )*"
        + @"(?:class|struct|interface|enum|record(?: struct| class)?|delegate [\w<>?,\[\] ]+) (?<name>[A-Z]\w*)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"//[^\n]*|""(?:\\.|[^""\\\n])*""")]
    private static partial Regex Said();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
