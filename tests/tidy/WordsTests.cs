namespace Holdfast.Tidy.Tests;

/// <summary>Comments and names are written in the field's words.</summary>
public sealed partial class WordsTests
{
    /// <summary>Names that types had and that the field has better ones for, with those.</summary>
    private static readonly Dictionary<string, string> Former = new(StringComparer.Ordinal)
    {
        ["Mirror"] = "InformerCache", ["IMirror"] = "IInformerCache", ["Led"] = "LeaderView", ["Lookout"] = "SnapshotBuilder",
        ["PassWork"] = "PassPipeline", ["Announcer"] = "StatePublisher", ["Sayings"] = "RepublishLedger", ["Hints"] = "CacheInvalidation",
        ["Roster"] = "ComponentIndex", ["Gathering"] = "RequestCoalescer", ["FreshReading"] = "SingleFlightCache",
        ["AtOnce"] = "ForEachBounded", ["Foresight"] = "WhatIf", ["Upkeep"] = "MaintenanceScope", ["Ledger"] = "AlertStore",
        ["DeliveryBook"] = "DeliveryStore", ["Courier"] = "DeliveryAttempt", ["Restrain"] = "RepeatInterval", ["Digests"] = "Grouping",
        ["Turns"] = "DeliveryOrder", ["Passage"] = "Permit", ["Wishes"] = "OperatorActions", ["PipeSnapshot"] = "FeedSnapshot",
        ["Surplus"] = "RedundantStore", ["StoreStanding"] = "StoreHealth", ["Promises"] = "LeaseTermsRollout", ["HostCell"] = "HostEntry",
        ["CollectorStanding"] = "CollectorHealth", ["Survey"] = "SubtopicViews", ["Deeds"] = "Actions",
    };

    [Fact]
    public void Every_summary_begins_with_a_verb_or_the_thing_s_noun() => Tree.None(
        "Name the thing, or say what it does; a summary does not begin with What, Who, Whoever, So many or Of which:",
        from file in Tree.Sources
        from Match start in Subjectless().Matches(Tree.Text(file))
        select $"{file}: {start.Groups["said"].Value}");

    [Fact]
    public void No_type_has_a_name_that_the_field_has_a_better_one_for() => Tree.None(
        "Use the field's words (docs/decisions and ARCHITECTURE.md have them):",
        from file in Tree.Sources
        from Match type in TypeName().Matches(Tree.Text(file))
        where Former.ContainsKey(type.Groups["name"].Value)
        select $"{file}: {type.Groups["name"].Value}, now {Former[type.Groups["name"].Value]}");

    [GeneratedRegex(@"<summary>\s*(?:///)?\s*(?<said>(?:[Ww]hat|[Ww]ho(?:ever)?|[Ss]o many|[Oo]f which)\b[^<\n]{0,40})")]
    private static partial Regex Subjectless();

    [GeneratedRegex(@"^\s*(?:\w+\s+)*?(?:class|struct|interface|enum|record)\s+(?:struct\s+|class\s+)?(?<name>[A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex TypeName();
}
