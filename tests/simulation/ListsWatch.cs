using Holdfast.Heartbeat.State;

namespace Holdfast.Simulation.Tests;

/// <summary>A host's desired list is written when something in it changes, and only then, however often it is said.</summary>
internal sealed class ListsWatch(World world)
{
    private readonly Dictionary<string, string> _written = new(StringComparer.Ordinal);

    /// <summary>The document as the store keeps it.</summary>
    internal T Kept<T>(T document) where T : class => document is DesiredRow row && world.Mutation.RemovalsAreForgotten
        ? (T)(object)(row with { Entries = [.. row.Entries.Where(e => e.Component is not null || e.IsRemovedStore)] })
        : document;

    internal void Written<T>(T document) where T : class
    {
        if (document is not DesiredRow row)
        {
            return;
        }

        var text = JsonSerializer.Serialize(new { row.Version, row.Entries });
        if (_written.GetValueOrDefault(row.Host) == text)
        {
            world.Broken("lists", $"the list of {row.Host} is written again, and nothing in it has changed");
        }

        _written[row.Host] = text;
    }
}
