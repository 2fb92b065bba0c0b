using Holdfast.Contracts;

namespace Holdfast.Heartbeat;

/// <summary>How a placement changes a host's desired list. Pure.</summary>
internal static class DesiredList
{
    /// <summary>Removed components that a host's list remembers; beyond it the oldest is forgotten.</summary>
    internal const int TombstonesMax = 256;

    /// <summary>Version of a list that nobody has placed anything on; 0 means that a supervisor holds no list at all.</summary>
    internal const long NothingVersion = 1;

    internal static bool IsNews(DesiredRow? row, ComponentPlaced placed)
    {
        var entry = row?.Entries.FirstOrDefault(e => string.Equals(e.Name, placed.Component, StringComparison.Ordinal));
        return entry is null || (placed.Epoch, placed.Revision).CompareTo((entry.Epoch, entry.Revision)) > 0;
    }

    /// <summary>
    /// The list after the placement, or null when the list already holds it or a newer one: of two placements of a
    /// component on a host the higher (epoch, revision) holds, in whatever order and however often they come.
    /// </summary>
    internal static DesiredRow? Place(DesiredRow? row, ComponentPlaced placed, string by, DateTimeOffset at)
    {
        if (!IsNews(row, placed))
        {
            return null;
        }

        var entries = row?.Entries ?? [];
        var before = entries.FirstOrDefault(e => string.Equals(e.Name, placed.Component, StringComparison.Ordinal));
        var after = new DesiredEntry(placed.Component, placed.Epoch, placed.Revision, at, Component(placed))
        {
            IsRemovedStore = placed is { Kind: ComponentKind.Store, Desired: DesiredState.Absent },
        };
        var version = row?.Version ?? NothingVersion;
        return new DesiredRow(
            placed.Host,
            Same(before?.Component, after.Component) ? version : version + 1,
            Bounded([.. entries.Where(e => !ReferenceEquals(e, before)), after]),
            by,
            at);
    }

    /// <summary>
    /// The list of a host that is no more. What stood there is remembered as removed, so that no word that is still on its way
    /// brings it back; Stores are removed for good, should their data come back with the id.
    /// </summary>
    internal static DesiredRow Emptied(DesiredRow row, string by, DateTimeOffset at) => row with
    {
        Version = row.Version + 1,
        Entries =
        [
            .. row.Entries.Select(e => e with
            {
                Component = null,
                Revision = long.MaxValue,
                IsRemovedStore = e.IsRemovedStore || e.Component?.Kind == ComponentKind.Store,
            }),
        ],
        By = by,
        At = at,
    };

    private static DesiredComponent? Component(ComponentPlaced placed) => placed.Desired == DesiredState.Absent
        ? null
        : new DesiredComponent
        {
            Name = placed.Component,
            Kind = placed.Kind,
            Epoch = placed.Epoch,
            Desired = placed.Desired,
            Command = placed.Command,
            Task = placed.Task,
            Subtopic = placed.Subtopic,
            StartTimestamp = placed.StartTimestamp,
            StartPosition = placed.StartPosition,
            ConfigDigest = ComponentConfig.DigestOf(placed.Config),
        };

    /// <summary>The placement brings a configuration, or takes one away.</summary>
    internal static bool ConcernsConfig(DesiredRow? row, ComponentPlaced placed) => placed.Config is not null
        || row?.Entries.FirstOrDefault(e => string.Equals(e.Name, placed.Component, StringComparison.Ordinal))
            is { Component.ConfigDigest: not null };

    /// <summary>Records compare lists by reference, so the command is compared apart.</summary>
    private static bool Same(DesiredComponent? a, DesiredComponent? b) => (a, b) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        _ => a.Command.SequenceEqual(b.Command, StringComparer.Ordinal) && a with { Command = b.Command } == b,
    };

    private static List<DesiredEntry> Bounded(List<DesiredEntry> entries)
    {
        var excess = entries.Count(e => e.Component is null) - TombstonesMax;
        if (excess <= 0)
        {
            return entries;
        }

        var forgotten = entries.Where(e => e.Component is null).OrderBy(e => e.At).Take(excess).ToHashSet();
        return [.. entries.Where(e => !forgotten.Contains(e))];
    }
}
