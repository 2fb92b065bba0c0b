using System.Xml.Linq;

namespace Holdfast.Mutants;

/// <summary>A project whose code is changed, and the test projects that have to notice.</summary>
internal sealed record Target(string Name, IReadOnlyList<string> Tests)
{
    /// <summary>Each target with the folders of its test projects, the closest one first.</summary>
    internal static readonly IReadOnlyList<Target> All =
    [
        new("rules/ha-scheduler", ["tests/ha-scheduler"]),
        new("rules/store-manager", ["tests/store-manager"]),
        new("rules/alerting", ["tests/alerting"]),
        new("rules/apply", ["tests/apply"]),
        new("fleet", ["tests/ha-scheduler", "tests/store-manager"]),
        new("contracts", ["tests/contracts", "tests/ha-scheduler", "tests/heartbeat"]),
    ];

    /// <summary>The only project file in a folder.</summary>
    internal static string ProjectIn(string folder) => Directory.GetFiles(folder, "*.csproj").Single();

    /// <summary>The name of the assembly that a project makes.</summary>
    internal static string AssemblyOf(string project) =>
        XDocument.Load(project).Descendants("AssemblyName").FirstOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(project);
}
