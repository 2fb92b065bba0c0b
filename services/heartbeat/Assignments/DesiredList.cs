using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Assignments;

/// <summary>The writer of a list, and the time by that collector's clock.</summary>
internal readonly record struct Writing(string By, DateTimeOffset At);

/// <summary>The changes that placements make to a host's desired list. Pure.</summary>
/// <remarks>
/// A removal is remembered until its host has acknowledged it, and then for as long as an older word may still be on its way. Once only
/// the last 256 were remembered. Of 2,000 removals that were said again and again each was news each time. So the list was written anew
/// 400 times a second for as long as they were said.
/// </remarks>
internal static class DesiredList
{
    /// <summary>
    /// Twice the broker's patience with a message that nobody acknowledges (30 min), which is how long one may come late.
    /// </summary>
    internal static readonly TimeSpan RememberedFor = TimeSpan.FromHours(1);

    /// <summary>Version of a list that nobody has placed anything on; 0 means that a supervisor holds no list at all.</summary>
    internal const long NothingVersion = 1;

    /// <summary>The placements that the list does not hold yet, of each component the highest one.</summary>
    internal static IReadOnlyList<ComponentPlaced> News(DesiredRow? row, IReadOnlyList<ComponentPlaced> placed)
    {
        if (placed.Count == 1)
        {
            return IsNews(row?.Entries.FirstOrDefault(e => e.Name == placed[0].Component), placed[0]) ? placed : [];
        }

        var entries = (row?.Entries ?? []).ToDictionary(e => e.Name, StringComparer.Ordinal);
        return [.. placed.GroupBy(p => p.Component, StringComparer.Ordinal)
            .Select(same => same.MaxBy(p => (p.Epoch, p.Revision))!)
            .Where(highest => IsNews(entries.GetValueOrDefault(highest.Component), highest))];
    }

    private static bool IsNews(DesiredEntry? entry, ComponentPlaced placed) =>
        entry is null || (placed.Epoch, placed.Revision).CompareTo((entry.Epoch, entry.Revision)) > 0;

    /// <summary>
    /// The list after the placements, or null when it already holds them or newer ones. Of two placements of a component on a host the
    /// higher (epoch, revision) holds, in whatever order and however often they come.
    /// </summary>
    /// <param name="row">The list before; null: there is none.</param>
    /// <param name="placed">All of this host.</param>
    /// <param name="now">The writer and the time.</param>
    /// <param name="said">Null: the host has not been heard here, or says nothing of its components.</param>
    internal static DesiredRow? Place(DesiredRow? row, IReadOnlyList<ComponentPlaced> placed, Writing now, HostWord? said)
    {
        var news = News(row, placed);
        if (news.Count == 0)
        {
            return null;
        }

        var entries = (row?.Entries ?? []).ToDictionary(e => e.Name, StringComparer.Ordinal);
        var changes = news.Any(p => !IsToldAs(entries.GetValueOrDefault(p.Component), p));
        var version = (row?.Version ?? NothingVersion) + (changes ? 1 : 0);
        var replaced = news.Select(p => p.Component).ToHashSet(StringComparer.Ordinal);
        return new DesiredRow(
            news[0].Host,
            version,
            [
                .. (row?.Entries ?? []).Where(e => !replaced.Contains(e.Name) && !IsForgotten(e, said, now.At, changes)),
                .. news.Select(p => Entry(p, entries.GetValueOrDefault(p.Component), version, now.At)),
            ],
            now.By,
            now.At)
        {
            EmptiedIn = row?.EmptiedIn ?? 0,
        };
    }

    /// <summary>
    /// The list of a host that is no more. What stood there is remembered as removed, so that no word that is still on its way
    /// brings it back; Stores are removed for good, should their data come back with the id. Also of a host that nothing was ever placed
    /// on: what it holds is a list, too, and it must not go on with that.
    /// </summary>
    internal static DesiredRow Emptied(string host, DesiredRow? row, Writing now)
    {
        var version = (row?.Version ?? NothingVersion) + 1;
        return new DesiredRow(
            host,
            version,
            [
                .. (row?.Entries ?? []).Select(e => e with
                {
                    Component = null,
                    Revision = long.MaxValue,
                    At = now.At,
                    RemovedIn = version,
                    IsRemovedStore = e.IsRemovedStore || e.Component?.Kind == ComponentKind.Store,
                }),
            ],
            now.By,
            now.At)
        {
            EmptiedIn = version,
        };
    }

    /// <summary>The placement brings a configuration, or takes one away.</summary>
    internal static bool ConcernsConfig(DesiredRow? row, ComponentPlaced placed) => placed.Config is not null
        || row?.Entries.FirstOrDefault(e => string.Equals(e.Name, placed.Component, StringComparison.Ordinal))
            is { Component.ConfigDigest: not null };

    /// <summary>
    /// A removal that its host has acknowledged, long enough ago. Of a Store only with a change that the host notices, for its
    /// removal stands in the list that the host gets, and lists of one version are alike.
    /// </summary>
    private static bool IsForgotten(DesiredEntry entry, HostWord? said, DateTimeOffset now, bool changes) =>
        entry.Component is null && now - entry.At >= RememberedFor && (changes || !entry.IsRemovedStore)
        && said is { } word && word.DesiredVersion >= entry.RemovedIn && !word.Components.Contains(entry.Name);

    private static DesiredEntry Entry(ComponentPlaced placed, DesiredEntry? before, long version, DateTimeOffset at) =>
        new(placed.Component, placed.Epoch, placed.Revision, at, Component(placed))
        {
            IsRemovedStore = IsRemovedStore(placed),
            RemovedIn = placed.Desired != DesiredState.Absent ? 0
                : IsToldAs(before, placed) && before is not null ? before.RemovedIn : version,
        };

    private static bool IsRemovedStore(ComponentPlaced placed) => placed is { Kind: ComponentKind.Store, Desired: DesiredState.Absent };

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

    /// <summary>The host would notice nothing. Records compare lists by reference, so the command is compared apart.</summary>
    private static bool IsToldAs(DesiredEntry? before, ComponentPlaced placed) => (before?.Component, Component(placed)) switch
    {
        (null, null) => (before?.IsRemovedStore ?? false) == IsRemovedStore(placed),
        (null, _) or (_, null) => false,
        var (a, b) => a.Command.SequenceEqual(b.Command, StringComparer.Ordinal) && a with { Command = b.Command } == b,
    };
}
