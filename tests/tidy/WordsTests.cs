namespace Holdfast.Tidy.Tests;

/// <summary>Names, comments, pages and texts are written in the field's words.</summary>
public sealed partial class WordsTests
{
    /// <summary>Words of former names, with the field's better ones: a part of a name counts like a whole one.</summary>
    private static readonly Dictionary<string, string> Former = new(StringComparer.Ordinal)
    {
        ["Mirror"] = "InformerCache", ["Lookout"] = "SnapshotBuilder", ["PassWork"] = "PassPipeline", ["Announcer"] = "Publisher",
        ["Saying"] = "RepublishLedger", ["Hint"] = "CacheInvalidation", ["Roster"] = "Index", ["Book"] = "Store or Index",
        ["Gathering"] = "RequestCoalescer", ["FreshReading"] = "SingleFlightCache", ["AtOnce"] = "ForEachBounded",
        ["Foresight"] = "WhatIf", ["Upkeep"] = "Maintenance", ["Courier"] = "DeliveryAttempt", ["Restrain"] = "RepeatInterval",
        ["Digest"] = "Grouping", ["Passage"] = "Permit", ["Pipe"] = "Feed", ["Surplus"] = "Redundant",
        ["StoreStanding"] = "StoreHealth", ["CollectorStanding"] = "CollectorHealth", ["Promise"] = "LeaseTerms",
        ["Survey"] = "SubtopicViews", ["Deed"] = "Action", ["Telling"] = "Notification or Delivery",
        ["Teller"] = "Publisher or Writer", ["Voice"] = "CollectorFeed", ["Door"] = "Gateway", ["Handover"] = "FastPath",
        ["Seat"] = "ChannelSlot or HostChoice", ["Reception"] = "Intake", ["HostCell"] = "HostEntry",
    };

    /// <summary>Words that mean something else as a part of another name: only the whole name counts.</summary>
    private static readonly Dictionary<string, string> FormerWhole = new(StringComparer.Ordinal)
    {
        ["Led"] = "LeaderView", ["Ledger"] = "AlertStore", ["Keeper"] = "RetainedStore", ["DecisionsTold"] = "DecisionsPublisher",
        ["MovesTold"] = "MoveNotifier", ["Wishes"] = "OperatorActions", ["Turns"] = "DeliveryOrder",
    };

    [Fact]
    public void Every_summary_begins_with_a_verb_or_the_thing_s_noun() => Tree.None(
        "Name the thing, or say what it does; a summary or a param does not begin with What, Who, How, Why, Where, So many or Of which:",
        from file in Tree.Sources.Concat(Pages)
        where file != "tests/tidy/WordsTests.cs"
        from start in Subjectless(Tree.Text(file))
        select $"{file}: {start}");

    [Theory]
    [InlineData("/// <summary>How many there are.</summary>", true)]
    [InlineData("/// <summary>\n/// Why it waits;\n/// null: it does not.\n/// </summary>", true)]
    [InlineData("/// <param name=\"by\">Who changed it.</param>", true)]
    [InlineData("/// <summary>Number of those that wait.</summary>", false)]
    [InlineData("/// <param name=\"by\">Whether somebody changed it.</param>", false)]
    [InlineData("/// <summary>Howls.</summary>", false)]
    public void A_word_that_asks_is_no_beginning_of_a_summary(string text, bool isFault) =>
        Assert.Equal(isFault, Subjectless(text).Any());

    [Fact]
    public void No_comment_begins_with_a_word_that_asks() => Tree.None(
        "Say who does what: a comment does not begin with What, Who, Whom or Whose:",
        from file in Tree.Sources.Concat(Pages)
        from fault in AskingComments(file)
        select fault);

    [Fact]
    public void No_type_has_a_name_that_the_field_has_a_better_one_for() => Tree.None(
        "Use the field's words (docs/decisions and ARCHITECTURE.md have them):",
        from file in Tree.Sources
        from Match type in TypeName().Matches(Tree.Text(file))
        let name = type.Groups["name"].Value
        where BetterThan(name) is not null
        select $"{file}: {name}, now {BetterThan(name)}");

    [Theory]
    [InlineData("HeardTeller", "Publisher or Writer")]
    [InlineData("Hints", "CacheInvalidation")]
    [InlineData("IMirror", "InformerCache")]
    [InlineData("PipeLooksWhole", "Feed")]
    [InlineData("DoorTests", "Gateway")]
    [InlineData("StoreStanding", "StoreHealth")]
    [InlineData("Led", "LeaderView")]
    [InlineData("PassPipeline", null)]
    [InlineData("RepublishLedger", null)]
    [InlineData("SuspectTurns", null)]
    [InlineData("Excellent", null)]
    public void A_part_of_a_name_is_enough_to_find_it(string name, string? better) => Assert.Equal(better, BetterThan(name));

    /// <summary>Pages of the console, which have summaries as well.</summary>
    private static IEnumerable<string> Pages => Tree.Files.Where(f => f.EndsWith(".razor", StringComparison.Ordinal));

    private static IEnumerable<string> Subjectless(string text) => SubjectlessStart().Matches(text).Select(m => m.Groups["said"].Value);

    /// <summary>The first line of each comment; a sentence within one may begin as it likes.</summary>
    private static IEnumerable<string> AskingComments(string file)
    {
        var isWithin = false;
        foreach (var (number, line) in Tree.Lines(file))
        {
            var isComment = Comment().Match(line);
            if (isComment.Success && !isWithin && Asking().IsMatch(isComment.Groups["said"].Value))
            {
                yield return $"{file}:{number}: {isComment.Groups["said"].Value}";
            }

            isWithin = isComment.Success;
        }
    }

    /// <summary>The field's word for a name, or null: the name is one, or nobody's.</summary>
    private static string? BetterThan(string name)
    {
        var parts = NamePart().Matches(name).Select(m => m.Value).ToList();
        return FormerWhole.GetValueOrDefault(name)
            ?? Former.Where(f => Stands(f.Key, parts)).Select(f => f.Value).FirstOrDefault();
    }

    /// <summary>The word's own parts follow one another in the name, the last one perhaps in the plural.</summary>
    private static bool Stands(string word, List<string> parts)
    {
        var sought = NamePart().Matches(word).Select(m => m.Value).ToList();
        return Enumerable.Range(0, Math.Max(0, parts.Count - sought.Count + 1)).Any(at =>
            parts.Skip(at).Take(sought.Count - 1).SequenceEqual(sought.SkipLast(1), StringComparer.Ordinal)
            && parts[at + sought.Count - 1] is var last && (last == sought[^1] || last == sought[^1] + "s"));
    }

    [GeneratedRegex(@"(?:<summary>|<param name=""\w+"">)\s*(?:///)?\s*"
        + @"(?<said>(?:What|Who(?:ever|m|se)?|How|Why|Where|So many|Of which)\b[^<\n]{0,40})", RegexOptions.IgnoreCase)]
    private static partial Regex SubjectlessStart();

    [GeneratedRegex(@"^\s*//(?!/)\s*(?<said>.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?:What|Who(?:ever|m|se)?)\b")]
    private static partial Regex Asking();

    [GeneratedRegex(@"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")]
    private static partial Regex NamePart();

    [GeneratedRegex(@"^\s*(?:\w+\s+)*?(?:class|struct|interface|enum|record)\s+(?:struct\s+|class\s+)?(?<name>[A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex TypeName();
}
