using System.Xml.Linq;

namespace Holdfast.Tidy.Tests;

/// <summary>The folders that ./run watches are all that it is made of: one that it forgets would leave an old program running.</summary>
public sealed partial class RebuildTests
{
    private const string Script = "scripts/setup.sh";

    [Fact]
    public void Every_folder_that_the_program_is_made_of_is_looked_at_for_changes()
    {
        var watched = Parts().Match(Tree.Text(Script)).Groups["parts"].Value.Split(' ');
        Tree.None($"Add these to 'parts' in changed_since of {Script}:",
            Projects("apps/holdfast/Holdfast.App.csproj")
                .Where(project => !watched.Any(part => project.StartsWith(part + "/", StringComparison.Ordinal))));
    }

    /// <summary>The project with all that it references, directly or not.</summary>
    private static HashSet<string> Projects(string from)
    {
        var (found, left) = (new HashSet<string>(StringComparer.Ordinal), new Queue<string>([from]));
        while (left.TryDequeue(out var project))
        {
            if (found.Add(project))
            {
                foreach (var reference in XDocument.Parse(Tree.Text(project)).Descendants("ProjectReference"))
                {
                    var path = Path.Combine(Tree.Root, Path.GetDirectoryName(project)!, (string)reference.Attribute("Include")!);
                    left.Enqueue(Path.GetRelativePath(Tree.Root, Path.GetFullPath(path)).Replace('\\', '/'));
                }
            }
        }

        return found;
    }

    [GeneratedRegex(@"local parts=\((?<parts>[^)]*)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();
}
