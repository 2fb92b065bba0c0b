using Holdfast.Engine.Seams;
using Holdfast.StoreWire.Frames;

namespace Holdfast.Engine.Relay;

/// <summary>The faults that a relay answers instead of rows.</summary>
internal static class RelayFaults
{
    internal static SourceFault Gone(Position after, RefusedFrame refusal) => new("DP-330",
        $"The Store upstream has deleted what comes after {after}: it begins after {refusal.Range?.First ?? "a later position"}.",
        "Let this Store read another one that reaches back so far, or the source; or delete its log, and it begins with what there is. "
        + "What it has is served.", IsPassing: true);

    internal static SourceFault Circle(string store, IEnumerable<string> through) => new("DP-331",
        $"Store {store} would read from itself, through {string.Join(", ", through)}: nothing new ever comes that way.",
        "Name a Store upstream that does not read from this one.", IsPassing: true);

    internal static SourceFault CannotBeat() => new("DP-332", "A relay cannot write into the source of the log that it reads.",
        "Ask the Store that reads the source itself.");

    internal static SourceFault OtherSource(SourceIdentity theirs, SourceIdentity ours) => new("DP-333",
        $"The Store that has the past reads {theirs.Kind} {theirs.SystemId}, this one {ours.Kind} {ours.SystemId}.",
        "Name a Store of the same source; a copy or a restored database is another one.");

    internal static SourceFault NotYet(string store) => new("DP-304", $"Store {store} has not read its source yet.",
        "Wait; look at that Store's error when it stays so.", IsPassing: true);
}
