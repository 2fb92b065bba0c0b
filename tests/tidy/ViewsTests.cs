namespace Holdfast.Tidy.Tests;

/// <summary>
/// Records of HTTP are written once, in contracts/Views: who reads an answer has no record of its own for it, and who answers
/// declares none.
/// </summary>
public sealed partial class ViewsTests
{
    /// <summary>
    /// The few members of an answer that a component asks for, each with the record that they are of. A component outlives the release of
    /// the services by weeks, and the whole record has words of states that it would have to know.
    /// </summary>
    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["KnownStore"] = "StoreView", ["StoreOperation"] = "StoreTicket",
    };

    /// <summary>Named alike, and no answer: what the heartbeat service counts of a host whose reports it refuses.</summary>
    private static readonly string[] Others = ["RefusedHost"];

    private static IEnumerable<string> Shared => Tree.Files.Where(f => IsBelow(f, "contracts/") && IsSource(f));

    [Fact]
    public void Console_command_line_and_components_read_answers_as_the_records_that_services_answer_with()
    {
        var readers = Tree.Files.Where(f => IsBelow(f, "services/console/", "apps/", "components/") && IsSource(f)).ToList();
        var own = Declared(readers).Select(d => d.Type).ToHashSet(StringComparer.Ordinal);
        Tree.None("Read these as the record of contracts/Views that the service fills:",
            from file in readers
            from type in Read(file, Tree.Text(file)).Distinct(StringComparer.Ordinal)
            where own.Contains(type) && !Parts.ContainsKey(type)
            select $"{file}: {type}");
    }

    [Fact]
    public void A_part_of_an_answer_has_members_of_that_answer_only()
    {
        var members = Tree.Files.Where(f => IsBelow(f, "components/", "contracts/Views/") && IsSource(f)).SelectMany(Members)
            .ToLookup(m => m.Type, m => m.Member, StringComparer.Ordinal);
        Tree.None("These members are of no record that is answered:", Parts.SelectMany(part =>
            members[part.Key].DefaultIfEmpty("nothing").Except(members[part.Value], StringComparer.Ordinal)
                .Select(m => $"{part.Key}.{m}")));
    }

    [Fact]
    public void What_a_service_answers_with_is_in_contracts_or_extends_what_is()
    {
        var shared = Declared(Shared).Select(d => d.Type).ToHashSet(StringComparer.Ordinal);
        var answering = Tree.Files.Where(f => IsBelow(f, "services/", "apps/", "stores/") && IsSource(f)).ToList();
        var extending = Declared(Tree.Files.Where(f => IsBelow(f, "services/", "rules/", "apps/", "stores/") && IsSource(f)))
            .Where(d => shared.Contains(d.Base)).Select(d => d.Type).ToHashSet(StringComparer.Ordinal);
        var answered = answering.SelectMany(file => Answered(Tree.Text(file)).Select(type => (file, type))).Distinct().ToList();
        Tree.None("Declare these in contracts/Views, or extend a record of it:",
            from answer in answered
            where !shared.Contains(answer.type) && !extending.Contains(answer.type)
            select $"{answer.file}: {answer.type}");
    }

    [Fact]
    public void No_record_of_an_answer_has_a_twin()
    {
        var views = Declared(Tree.Files.Where(f => IsBelow(f, "contracts/Views/"))).Select(d => d.Type).ToList();
        Assert.NotEmpty(views);
        Tree.None("There is a record of that name in contracts/Views:",
            Declared(Tree.Files.Where(f => IsBelow(f, "services/", "rules/", "apps/", "components/", "stores/") && IsSource(f)))
                .Select(d => d.Type).Intersect(views, StringComparer.Ordinal).Except(Others, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("await Api.Get<ListPage<HostView>>(path)", "HostView")]
    [InlineData("services.Items<StoreTicket>(path)", "StoreTicket")]
    [InlineData("answer.Value?.Deserialize<ChannelTest>(ApiExchange.Json)", "ChannelTest")]
    [InlineData("<Listing TItem=\"TicketView\" Label=", "TicketView")]
    [InlineData("Api.Ask<WhatIfForecast>(path, body)", "WhatIfForecast")]
    [InlineData("api.Read<Revival>(path, answer)", "Revival")]
    [InlineData("api.All<SuspectView>(path)", "SuspectView")]
    [InlineData("Order.Sends<StoreTicket>(command,", "StoreTicket")]
    [InlineData("Listing.Of<CoverageMap>(name,", "CoverageMap")]
    [InlineData("JsonFile.Read<RunRecord>(path)", null)]
    [InlineData("context.Features.Get<OidcAnswer>()", null)]
    [InlineData("AnswerJson.Default.AnswerPageKnownStore, true", "KnownStore", "components/")]
    [InlineData("AnswerJson.Default.ResolvedStore, cancel", "ResolvedStore", "components/")]
    [InlineData("Ask<TableSchema>(connection)", null, "components/")]
    public void A_record_that_an_answer_is_read_as_is_found(string text, string? type, string file = "apps/") =>
        Assert.Equal(type, Read(file, text).SingleOrDefault());

    [Theory]
    [InlineData(".Produces<ListPage<Alert>>()", "Alert")]
    [InlineData(".Produces<IReadOnlyList<Headroom>>()", "Headroom")]
    [InlineData(".Produces<Revival>(202)", "Revival")]
    [InlineData(".Produces<string>(200)", null)]
    [InlineData(".Produces<object>()", null)]
    [InlineData(".Produces(204)", null)]
    public void A_record_that_a_service_answers_with_is_found(string text, string? type) =>
        Assert.Equal(type, Answered(text).SingleOrDefault());

    [Theory]
    [InlineData("internal sealed record Alert : AlertView\n{", "Alert", "AlertView")]
    [InlineData("internal sealed partial record Preset(string Name, int? Many = null)\n{", "Preset", "")]
    [InlineData("public sealed record Loss(\n    string Lost, int Hosts) : Base(Lost);", "Loss", "Base")]
    [InlineData("public readonly record struct Resident(int Kind);", "Resident", "")]
    public void A_record_is_found_with_what_it_extends(string text, string type, string from) =>
        Assert.Equal((type, from), Declared(text).Single());

    private static bool IsBelow(string file, params string[] folders) => folders.Any(f => file.StartsWith(f, StringComparison.Ordinal));

    private static bool IsSource(string file) =>
        file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal);

    /// <summary>Components ask databases by such words too: what they read of HTTP is in one context.</summary>
    private static IEnumerable<string> Read(string file, string text) =>
        (IsBelow(file, "components/") ? ReadingByContext() : Reading()).Matches(text).Select(m => m.Groups["type"].Value);

    private static IEnumerable<string> Answered(string text) => Answering().Matches(text).Select(m => m.Groups["type"].Value);

    private static IEnumerable<(string Type, string Base)> Declared(IEnumerable<string> files) =>
        files.SelectMany(f => Declared(Tree.Text(f)));

    private static IEnumerable<(string Type, string Base)> Declared(string text) =>
        Declaring().Matches(text).Select(m => (m.Groups["type"].Value, m.Groups["base"].Value));

    /// <summary>Members of each record of a file, between its head and that of the next one.</summary>
    private static IEnumerable<(string Type, string Member)> Members(string file)
    {
        var text = Tree.Text(file);
        var heads = Declaring().Matches(text);
        return heads.SelectMany((head, i) => Member().Matches(text[head.Index..(i + 1 < heads.Count ? heads[i + 1].Index : text.Length)])
            .Select(m => (head.Groups["type"].Value, m.Groups["member"].Value)));
    }

    [GeneratedRegex(@"(?:(?<!Features\.)\b(?:Get|Ask|Items|One|Deserialize|Sends|api\.(?:Read|All)|Listing\.Of)"
        + @"<(?:ListPage<|IReadOnlyList<)?|TItem="")(?<type>\w+)")]
    private static partial Regex Reading();

    [GeneratedRegex(@"AnswerJson\.Default\.(?:AnswerPage)?(?<type>\w+)")]
    private static partial Regex ReadingByContext();

    [GeneratedRegex(@"\bProduces<(?:ListPage<|IReadOnlyList<)?(?:\w+\.)*(?!string\b|object\b)(?<type>\w+)>")]
    private static partial Regex Answering();

    [GeneratedRegex(@"^(?:public|internal) (?:(?:sealed|abstract|partial|readonly) )*record (?:struct )?(?<type>\w+)(?:\([^;{]*?\))?"
        + @"(?:\s*:\s*(?<base>\w+))?(?=[\s;({])", RegexOptions.Multiline)]
    private static partial Regex Declaring();

    [GeneratedRegex(@"^    public (?:required )?[\w<>?, ]+ (?<member>\w+) \{", RegexOptions.Multiline)]
    private static partial Regex Member();
}
