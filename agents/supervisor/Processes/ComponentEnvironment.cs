using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Processes;

/// <summary>The environment of a component (docs/components.md).</summary>
internal static class ComponentEnvironment
{
    private const string Ours = "HOLDFAST_";

    /// <summary>HOLDFAST_DIR comes first: it is the tag by which the guard knows the component's processes.</summary>
    public static IReadOnlyList<string> For(
        DesiredComponent what, string directory, IReadOnlyDictionary<string, string> supervisor)
    {
        var variables = new List<string>
        {
            $"{ProcTable.DirectoryVariable}={directory}",
            $"HOLDFAST_COMPONENT={what.Name}",
            $"HOLDFAST_KIND={JsonSerializer.SerializeToElement(what.Kind).GetString()}",
            $"HOLDFAST_TASK={what.Task}",
            string.Create(CultureInfo.InvariantCulture, $"HOLDFAST_EPOCH={what.Epoch}"),
            string.Create(CultureInfo.InvariantCulture, $"HOLDFAST_START_TIMESTAMP={what.StartTimestamp}"),
            $"HOLDFAST_START_POSITION={what.StartPosition}",
        };
        // The supervisor's own settings, its token above all, are not the component's business.
        variables.AddRange(supervisor.Where(v => !v.Key.StartsWith(Ours, StringComparison.OrdinalIgnoreCase))
            .Select(v => $"{v.Key}={v.Value}"));
        return variables;
    }
}
